"""Coupons by their terms, points that earn themselves, tiers and rewards: with the cable out, settled afterwards."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, select

from desktop.data.escrow import Coupon, Points
from desktop.data.members import Identity
from desktop.errors import BadInput, NotNow
from desktop.services.coupons import redeem_coupon
from desktop.services.leases import ask_for
from desktop.services.members import Application, enrol
from desktop.services.points import earn_points, spend_points
from desktop.services.recruiting import make_recruit_code
from desktop.services.rewards import exchange_reward, use_points
from desktop.services.undo import undo
from desktop.services.visits import add_line, change_line, finish_visit, remove_line, serve, void_visit
from desktop.views.coupons import Offers, find_offers
from desktop.views.rewards import Purse, find_purse
from desktop.views.standing import find_standing
from desktop.views.visit import find_running_visit
from sync.hub.__main__ import main
from sync.hub.deeds import HOME_ZONE
from tests.sync.hub.rights import Office
from tests.sync.quiet import PHONE, Pair, QuietTill, the_member, together

CREAM, SERUM = "06901230010026", "06901230010019"
TODAY = date(2026, 11, 21)
EARNING = {"spend": 100, "visit": 5, "trial": 10}


def offers(till: QuietTill) -> Offers:
    visit = till.read(find_running_visit)
    found: Offers = till.read(find_offers, the_member(till), visit.id if visit else None, TODAY)
    return found


def purse(till: QuietTill) -> Purse:
    found: Purse = till.read(find_purse, the_member(till), TODAY)
    return found


def ledger(connection: Connection) -> list[tuple[int, str]]:
    rows = connection.execute(select(Points.amount, Points.reason).order_by(Points.at, Points.id))
    return [tuple(row) for row in rows]


def buy(till: QuietTill, *gtins: str) -> list[str]:
    return [till.do(add_line, gtin, "bought") for gtin in gtins]


def shop(office: Office, **parts: Any) -> None:
    office.products(**{f"g{CREAM}": "298", f"g{SERUM}": "368"})
    office.definitions(earning=EARNING, **parts)


@pytest.fixture
def fitting(office: Office, pair: Pair) -> Pair:
    """The till that holds the lease on the coupon c1 of 满 300 减 50, and the other; both know the products."""
    shop(office)
    office.campaign(categories="护理")
    office.coupon(PHONE, title="满 300 减 50", amount="50")
    together(*pair)
    for till in pair:
        till.do(serve, the_member(till))
    return pair if offers(pair[0]).offers[0].here else pair[::-1]


def test_a_coupon_tells_what_is_missing_and_then_what_it_is_worth(fitting: Pair) -> None:
    till, _ = fitting
    [before] = offers(till).offers
    assert (before.fits, [why.rule for why in before.why]) == (False, ["coupon_products", "coupon_threshold"])
    buy(till, CREAM)
    [short] = offers(till).offers
    assert (short.fits, short.missing) == (False, 200)
    with pytest.raises(NotNow, match="coupon_misfit"):
        till.do(redeem_coupon, "c1")
    buy(till, SERUM)
    [fits] = offers(till).offers
    assert (fits.fits, fits.off, fits.here) == (True, 5000, True)


def test_what_a_coupon_took_off_is_told_to_everybody(fitting: Pair) -> None:
    till, other = fitting
    buy(till, CREAM, SERUM)
    till.do(redeem_coupon, "c1")
    assert [each.value for each in offers(till).redeemed] == [5000]
    together(till, other)
    assert till.refusals() == []
    assert offers(other).offers == ()


def test_a_coupon_used_twice_offline_is_settled_and_the_loser_hears(office: Office, fitting: Pair) -> None:
    """Nobody's lease stands in the way: the coupon is small, and the lease lapsed long ago."""
    one, two = fitting
    office.floor("100")
    together(one, two)
    for till in fitting:
        buy(till, CREAM, SERUM)
    one.do(redeem_coupon, "c1")
    two.store.write(_without_holder)
    two.do(redeem_coupon, "c1")
    together(one, two)
    assert one.refusals() == two.refusals() == []
    [settled] = offers(two).settlements
    assert (settled.reason, settled.state, settled.value) == ("used_twice", "open", 5000)


def _without_holder(work: Any) -> None:
    """As a till sees it that has not heard yet who holds the lease."""
    work.session.get(Coupon, "c1").till_id = None


def test_what_headquarters_will_issue_is_told_and_comes(office: Office, pair: Pair) -> None:
    one, two = pair
    shop(office)
    office.campaign(name="回购", title="下次减 30", off="30", issue="basket", issue_basket="300")
    together(one, two)
    one.do(serve, the_member(one))
    buy(one, SERUM)
    assert offers(one).coming == ("下次减 30",)
    assert offers(one).offers == ()
    one.do(finish_visit)
    together(one, two)
    assert [each.title for each in offers(two).offers] == ["下次减 30"]


def test_a_tier_brings_a_coupon_once_headquarters_has_named_it(office: Office, rich: Pair) -> None:
    one, two = rich
    office.campaign(name="会员礼", title="银卡减 30", off="30", issue="tier", issue_tiers="silver")
    together(one, two)
    for named in (False, True):
        one.do(serve, the_member(one))
        buy(one, SERUM)
        assert one.read(find_standing, the_member(one), TODAY).tier == "silver"
        assert offers(one).coming == (("银卡减 30",) if named else ())
        one.do(finish_visit)
        together(one, two)
        assert [each.title for each in offers(two).offers] == (["银卡减 30"] if named else [])
        office.tier(PHONE, "silver")
        together(one, two)


def test_what_joining_gives_is_told_at_once_and_comes_with_the_next_contact(office: Office, pair: Pair) -> None:
    one, two = pair
    office.definitions(earning={"joining": 50})
    office.campaign(name="新人礼", title="新人体验装", kind="gift", off="0", gift="体验装", issue="joining")
    together(one, two)
    new = one.do(enrol, Application(phone="13800138009", consents=("service",)))
    found: Offers = one.read(find_offers, new.member_id, new.visit_id, TODAY)
    assert (found.welcome.titles, found.welcome.points, found.coming) == (("新人体验装",), 50, ())
    together(one, two)
    found = one.read(find_offers, new.member_id, None, TODAY)
    assert (bool(found.welcome), [each.title for each in found.offers]) == (False, ["新人体验装"])
    got: Purse = one.read(find_purse, new.member_id, TODAY)
    assert (got.points, [each.reason for each in got.history]) == (50, ["joining"])


def test_points_that_end_are_told_and_then_gone(office: Office, pair: Pair) -> None:
    one, two = pair
    assert not purse(one).ruled  # and no end is made up
    office.definitions(expiry={"lasts_days": 30})
    together(one, two)
    one.do(earn_points, the_member(one), 120, "活动")
    together(one, two)
    ends = one.clock.now().astimezone(HOME_ZONE).date() + timedelta(days=30)
    told: Purse = one.read(find_purse, the_member(one), ends - timedelta(days=20))
    assert (told.ruled, told.expiring) == (True, ((ends, 120),))
    one.clock.forward(hours=24 * 31)
    assert main(["daily", "--database", office.plain_url, "--day", ends.isoformat()]) == 0
    together(one, two)
    together(one, two)
    assert [each.amount for each in purse(two).history if each.reason == "expired"] == [-120]
    assert purse(one).points == purse(two).points == 0


@pytest.fixture
def served(office: Office, pair: Pair) -> Pair:
    """Two tills of a shop with rules; the first serves the member."""
    shop(office)
    together(*pair)
    pair[0].do(serve, the_member(pair[0]))
    return pair


def test_a_finished_visit_earns_by_the_rules_once(served: Pair) -> None:
    one, two = served
    buy(one, CREAM)
    one.do(add_line, SERUM, "tried")
    one.do(finish_visit)
    assert sorted(one.read(ledger)) == [(5, "visit"), (10, "trial"), (298, "purchase")]
    one.do(undo)
    one.do(finish_visit)
    together(one, two)
    assert (purse(one).points, purse(two).points) == (313, 313)


def test_what_is_changed_after_all_is_put_right(served: Pair) -> None:
    one, two = served
    line, other = buy(one, CREAM, SERUM)
    one.do(finish_visit)
    one.do(undo)
    one.do(remove_line, line)
    one.do(change_line, other, "seen")
    one.do(finish_visit)
    together(one, two)
    assert (purse(one).points, purse(two).points) == (5, 5)


def test_what_is_brought_back_takes_its_points_along(served: Pair) -> None:
    one, two = served
    buy(one, CREAM, SERUM)
    one.do(finish_visit)
    one.do(serve, the_member(one))
    one.do(add_line, CREAM, "returned")
    one.do(finish_visit)
    assert purse(one).points == 368 + 5
    together(one, two)
    assert purse(two).points == purse(one).points >= 0


def test_what_is_brought_back_is_taken_once_though_it_is_still_owed(served: Pair) -> None:
    """They are spent; the clerk finishes the visit, looks at it again, and finishes it again."""
    one, two = served
    buy(one, CREAM)
    one.do(finish_visit)
    one.do(ask_for, "points", the_member(one), 303)
    together(one, two, one)
    one.do(spend_points, the_member(one), 303, "换购")
    one.do(serve, the_member(one))
    one.do(add_line, CREAM, "returned")
    one.do(finish_visit)
    together(one, two)
    assert purse(one).points == 0
    one.do(undo)
    one.do(finish_visit)
    one.do(earn_points, the_member(one), 1000, "活动")
    together(one, two, one)
    assert purse(one).points == purse(two).points == 1000 - 298


def test_who_brings_a_friend_along_earns_it_whatever_joining_gives(office: Office, pair: Pair) -> None:
    one, two = pair
    office.definitions(earning={"joining": 100, "referral": 100, "visit": 0})
    member = the_member(one)
    recruit = one.do(make_recruit_code, "friend", "老带新", one.read(_code_of, member))
    together(one, two)
    one.do(enrol, Application(phone="13900000002", name="友", consents=("service",), recruit=recruit))
    together(one, two)
    one.do(serve, member)
    one.do(finish_visit)
    together(one, two)
    assert sorted(two.read(ledger)) == [(100, "joining"), (100, "referral")]


def _code_of(connection: Connection, member_id: str) -> str | None:
    code = select(Identity.value).where(Identity.kind == "code", Identity.member_id == member_id)
    return connection.scalar(code.order_by(Identity.value).limit(1))


def test_a_void_visit_earns_nothing_of_its_own(served: Pair) -> None:
    one, two = served
    buy(one, CREAM)
    one.do(finish_visit)
    one.do(undo)
    one.do(void_visit)
    together(one, two)
    assert purse(one).points == purse(two).points == EARNING["visit"]  # the day's first visit stands


@pytest.fixture
def rich(office: Office, pair: Pair) -> Pair:
    """The member has 671 points, of which this till may spend some; there are rewards."""
    one, two = pair
    shop(office)
    office.reward(total="5")
    office.reward(name="护理体验", cost="600", id="w2")
    office.reward(name="大礼盒", cost="2000", id="w3")
    office.reward(name="金卡专享", cost="10", id="w4", tiers="gold")
    together(one, two)
    one.do(serve, the_member(one))
    buy(one, CREAM, SERUM)
    one.do(finish_visit)
    together(one, two)
    one.do(ask_for, "points", the_member(one), 300)
    together(one, two, one)
    one.do(serve, the_member(one))
    return one, two


def test_rewards_begin_with_what_costs_least_and_say_what_is_next(rich: Pair) -> None:
    found = purse(rich[0])
    assert [(each.names["zh"], each.in_reach) for each in found.rewards] == [
        ("旅行装", True), ("护理体验", True), ("大礼盒", False),
    ]  # fmt: skip
    assert found.next is not None
    assert (found.next.names["zh"], found.missing) == ("大礼盒", 2000 - 671)


def test_an_exchange_spends_and_gives_and_its_undo_gives_both_back(rich: Pair) -> None:
    one, two = rich
    one.do(exchange_reward, "w1", "2045")
    assert (purse(one).points, purse(one).rewards[0].left) == (571, 1)  # the other till has the greater half of five
    together(one, two)
    one.do(undo)
    together(one, two)
    assert one.refusals() == []
    for till in rich:
        assert purse(till).points == 671
    assert sum(purse(till).rewards[0].left for till in rich) == 5


def test_an_exchange_that_cannot_give_spends_nothing(office: Office, rich: Pair) -> None:
    one, _ = rich
    with pytest.raises(NotNow, match="points_no_lease"):
        one.do(exchange_reward, "w2", "2045")
    with pytest.raises(NotNow, match="points_short"):
        one.do(exchange_reward, "w3", "2045")
    with pytest.raises(NotNow, match="reward_tier"):
        one.do(exchange_reward, "w4", "2045")
    assert purse(one).points == 671
    office.check_books()


def test_who_spends_points_is_surely_the_member(office: Office, rich: Pair) -> None:
    one, _ = rich
    with pytest.raises(NotNow, match="holder_tail_wanted"):
        one.do(use_points, 10, "抵现")
    with pytest.raises(BadInput, match="holder_tail_wrong"):
        one.do(use_points, 10, "抵现", "0000")
    one.do(use_points, 10, "抵现", "2045")
    shop(office, spend={"check": "token"})
    one.sync()
    with pytest.raises(NotNow, match="holder_code_wanted"):
        one.do(use_points, 10, "抵现", "2045")
    shop(office, spend={"check": "off"})
    one.sync()
    one.do(use_points, 10, "抵现")
    assert purse(one).points == 651


def test_a_tier_is_counted_until_headquarters_says_another(office: Office, rich: Pair) -> None:
    one, _ = rich
    standing = one.read(find_standing, the_member(one), TODAY)
    assert (standing.tier, standing.next.key, standing.missing, standing.told) == (
        "silver", "gold", 300_000 - 66_600, False,
    )  # fmt: skip
    office.tier(PHONE, "gold")
    one.sync()
    standing = one.read(find_standing, the_member(one), TODAY)
    assert (standing.tier, standing.next.key, standing.told) == ("gold", "black", True)
    one.do(exchange_reward, "w4", "2045")
