"""When two tills do something about one thing: what wins, and what becomes of the other. Real tills, a real hub.

Kept elsewhere: visits, lines and notes are united (``hub/test_visits``); each field of a member, the withdrawal of
consent, the enrolment of one phone (``test_two_tills``, ``hub/test_members``); erasure (``hub/test_erasure``), merges
(``hub/test_merges``); leases at the hub (``hub/test_escrow``).
"""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path

import msgspec
import pytest
from sqlalchemy import Connection, select

from desktop.data.escrow import Coupon, Lease, Points, Redemption
from desktop.data.members import Member
from desktop.data.tasks import Review, Task
from desktop.errors import NotNow
from desktop.events import EVENTS
from desktop.services.coupons import give_gift, redeem_coupon, reverse_redemption
from desktop.services.leases import ask_for
from desktop.services.members import Application, amend, enrol
from desktop.services.points import balance_of, earn_points, spend_points
from desktop.services.preferences import note_preference, withdraw_preference
from desktop.services.tasks import assign_member, cancel_task, finish_task, open_task, postpone_task
from desktop.services.undo import undo
from desktop.services.visits import finish_visit, serve
from desktop.views.profile import find_profile
from desktop.views.till import find_guides
from sync.hub.cases import Till
from sync.hub.hub import Hub
from sync.hub.payloads import AmendedFields
from sync.hub.restore import back_up
from sync.protocol import PushRequest, canonical
from tests.clock import SetClock
from tests.sync.hub.rights import Office
from tests.sync.quiet import QuietTill, SharedClock

PHONE = "13916882045"
Pair = tuple[QuietTill, QuietTill]
NewTill = Callable[..., QuietTill]


@pytest.fixture
def office(tmp_path: Path, clock: SetClock) -> Iterator[Office]:
    """Headquarters, whose books are right at the end of every test."""
    hub = Hub.open(f"sqlite:///{tmp_path / 'hub.db'}", SharedClock(clock))
    office = Office(hub, tmp_path)
    yield office
    office.check_books()
    office.hub.close()


@pytest.fixture
def new_till(office: Office, tmp_path: Path, clock: SetClock) -> Iterator[NewTill]:
    """Makes tills of the store west: ``new_till("one")``."""
    made: list[QuietTill] = []

    def make(name: str, its_clock: SetClock = clock) -> QuietTill:
        made.append(QuietTill(office.hub, "west", tmp_path / name, its_clock))
        made[-1].sync()
        return made[-1]

    yield make
    for till in made:
        till.store.close()


@pytest.fixture
def pair(new_till: NewTill) -> Pair:
    """Two tills of one store that know the member of PHONE."""
    one, two = new_till("one"), new_till("two")
    one.do(enrol, Application(phone=PHONE, name="许女士", consents=("service",)))
    one.do(finish_visit)
    together(one, two)
    return one, two


@pytest.fixture
def coupon(pair: Pair, office: Office) -> Pair:
    """The till that holds the lease on the member's coupon c1, and the other."""
    office.coupon(PHONE)
    together(*pair)
    return pair if pair[0].read(leases) else pair[::-1]


def together(*tills: QuietTill) -> None:
    """Everybody has heard what everybody did."""
    for _ in range(3):
        for till in tills:
            till.sync()


def the_member(till: QuietTill) -> str:
    return till.read(lambda connection: connection.scalars(select(Member.id)).one())


def leases(connection: Connection) -> dict[str, int]:
    return {row.object_id: row.amount for row in connection.execute(select(Lease).where(Lease.amount > 0))}



def state_of(till: QuietTill, coupon_id: str = "c1") -> str:
    return till.read(lambda connection: connection.scalars(select(Coupon.state).where(Coupon.id == coupon_id)).one())


def redeem(till: QuietTill, coupon_id: str = "c1") -> None:
    """As a clerk does who serves the member."""
    till.do(serve, the_member(till))
    till.do(redeem_coupon, coupon_id)


# Coupons


def test_a_coupon_accepted_at_the_counter_is_honoured_once(coupon: Pair) -> None:
    holder, other = coupon
    redeem(holder)
    with pytest.raises(NotNow, match="coupon_elsewhere"):
        redeem(other)
    with pytest.raises(NotNow, match="coupon_used"):
        redeem(holder)
    together(holder, other)
    assert (state_of(holder), state_of(other)) == ("redeemed", "redeemed")
    assert holder.refusals() == other.refusals() == []


def test_an_undone_redemption_leaves_the_coupon_to_be_redeemed(coupon: Pair) -> None:
    holder, other = coupon
    redeem(holder)
    together(holder, other)
    holder.do(undo)
    together(holder, other)
    assert state_of(other) == "issued"
    redeem(holder)
    together(holder, other)
    holder.do(reverse_redemption, "c1")
    redeem(holder)
    together(holder, other)
    assert (state_of(other), holder.refusals()) == ("redeemed", [])


def test_the_other_till_asks_and_redeems_when_the_network_is_there(coupon: Pair) -> None:
    holder, other = coupon
    other.do(ask_for, "coupon", "c1")
    together(other, holder, other)
    redeem(other)
    together(other, holder)
    assert (state_of(holder), other.refusals()) == ("redeemed", [])


def test_without_a_lease_a_few_small_coupons_are_accepted_and_the_loser_is_told(
    office: Office, new_till: NewTill
) -> None:
    """Nobody holds these: the member's home store has no till."""
    one, two = new_till("one"), new_till("two")
    office.member(PHONE, store="east")
    together(one, two)
    for till in (one, two):
        till.do(serve, the_member(till))
    names = ["c1", "c2", "c3", "c4"]
    for name in names:
        office.coupon(PHONE, name)
    together(one, two)
    for name in names[:3]:
        redeem(one, name)
    with pytest.raises(NotNow, match="coupon_needs_hub"):
        redeem(one, names[3])
    redeem(two, "c1")
    together(one, two)
    assert (one.refusals(), two.refusals()) == ([], [("CouponRedeemed", "coupon_used")])
    redeem(one, names[3])


def test_headquarters_can_close_the_floor(office: Office, new_till: NewTill) -> None:
    till = new_till("one")
    office.member(PHONE, store="east")
    office.floor("0")
    till.sync()
    till.do(serve, the_member(till))
    office.coupon(PHONE)
    together(till)
    with pytest.raises(NotNow, match="coupon_needs_hub"):
        redeem(till)


def test_turning_the_clock_back_revives_nothing(office: Office, pair: Pair, clock: SetClock) -> None:
    office.coupon(PHONE, valid_until="2026-11-22")
    together(*pair)
    clock.forward(days=3)
    pair[0].do(serve, None)
    clock.forward(days=-3)
    with pytest.raises(NotNow, match="coupon_expired"):
        redeem(pair[0])
    pair[0].sync()
    with pytest.raises(NotNow, match="coupon_expired"):
        redeem(pair[0])


def test_a_lease_ends_where_the_network_does_not_come_back(coupon: Pair, clock: SetClock) -> None:
    holder, _ = coupon
    clock.forward(days=13)
    redeem(holder)
    holder.do(undo)
    clock.forward(days=2)
    holder.do(redeem_coupon, "c1")  # within the floor limit: it is small, and no other till holds it
    assert holder.read(unleased) == 1


def unleased(connection: Connection) -> int:
    return len(connection.execute(select(Redemption.id).where(~Redemption.leased)).all())


def test_a_till_in_touch_with_the_hub_keeps_its_lease(coupon: Pair, clock: SetClock) -> None:
    holder, _ = coupon
    for _ in range(30):
        clock.forward(days=1)
        holder.sync()
    redeem(holder)
    assert holder.read(unleased) == 0


# Gifts


def test_a_gift_is_given_offline_out_of_the_tills_own_part(pair: Pair, office: Office) -> None:
    office.quota(25)
    together(*pair)
    assert sorted(till.read(leases)["q1"] for till in pair) == [5, 20]
    small = next(till for till in pair if till.read(leases)["q1"] == 5)
    small.do(serve, None)
    for _ in range(5):
        small.do(give_gift, "q1")
    with pytest.raises(NotNow, match="gift_no_lease"):
        small.do(give_gift, "q1")
    together(*pair)
    assert small.refusals() == []


# Points


def test_points_earned_at_two_tills_add_up_and_are_never_overspent(pair: Pair) -> None:
    one, two = pair
    member = the_member(one)
    one.do(earn_points, member, 70, "消费")
    two.do(earn_points, member, 50, "消费")
    with pytest.raises(NotNow, match="points_short"):
        one.do(spend_points, member, 100, "换购")
    with pytest.raises(NotNow, match="points_no_lease"):
        one.do(spend_points, member, 70, "换购")
    together(*pair)
    home, other = pair if member in one.read(leases) else pair[::-1]
    home.do(spend_points, member, 100, "换购")
    with pytest.raises(NotNow, match="points_no_lease"):
        other.do(spend_points, member, 10, "换购")
    home.do(undo)
    home.do(earn_points, member, 5, "补")
    together(*pair)
    assert [till.do(balance_of, member) for till in pair] == [125, 125]
    assert home.refusals() == other.refusals() == []
    assert len(home.read(lambda connection: connection.execute(select(Points.id)).all())) == 5


# Tasks, guides, preferences, names


def test_done_wins_over_cancelled_whichever_is_heard_first(pair: Pair) -> None:
    one, two = pair
    tasks = [one.do(open_task, the_member(one), "三天后问候", date(2026, 11, 24)) for _ in range(2)]
    together(*pair)
    for task, first, second in ((tasks[0], one, two), (tasks[1], two, one)):
        first.do(finish_task, task)
        second.do(cancel_task, task)
    together(*pair)
    told = [till.read(lambda connection: connection.scalars(select(Task.state)).all()) for till in pair]
    assert told == [["done", "done"]] * 2


def test_of_two_due_dates_the_later_word_counts(pair: Pair) -> None:
    one, two = pair
    task = one.do(open_task, the_member(one), "三天后问候", date(2026, 11, 24))
    together(*pair)
    one.do(postpone_task, task, date(2026, 11, 25))
    two.do(postpone_task, task, date(2026, 11, 26))
    together(two, one)
    told = [till.read(lambda connection: connection.scalars(select(Task.due)).one()) for till in pair]
    assert told == ["2026-11-26"] * 2


def test_two_shops_take_a_member_from_nobody_unseen(office: Office, pair: Pair) -> None:
    one, two = pair
    office.guides("小王", "小李")
    together(one, two)
    member = the_member(one)
    first, second = (guide.id for guide in one.read(find_guides))
    one.do(assign_member, member, first)
    two.do(assign_member, member, second)
    together(one, two)
    assert two.refusals() == [("MemberAssigned", "stale")]
    told = [till.read(lambda connection: connection.scalars(select(Member.guide_id)).one()) for till in pair]
    assert told == [first, first]
    two.do(assign_member, member, second)
    together(two, one)
    assert one.read(lambda connection: connection.scalars(select(Member.guide_id)).one()) == second


def liked(till: QuietTill) -> list[str]:
    found = till.read(find_profile, the_member(till), date.today())
    assert found is not None
    return [preference.value for preference in found.preferences]


def test_a_preference_withdrawn_goes_however_often_it_was_noted(pair: Pair) -> None:
    one, two = pair
    for till in pair:
        till.do(serve, the_member(till))
        till.do(note_preference, "skin", "干性")
    together(*pair)
    found = one.read(find_profile, the_member(one), date.today())
    assert found is not None
    one.do(withdraw_preference, found.preferences[0].id)
    together(*pair)
    assert (liked(one), liked(two)) == ([], [])


def test_a_withdrawal_takes_only_the_notings_it_had_seen(pair: Pair) -> None:
    one, two = pair
    for till in pair:
        till.do(serve, the_member(till))
    noted = one.do(note_preference, "skin", "干性")
    together(*pair)
    one.do(withdraw_preference, noted)
    two.do(note_preference, "skin", "干性")
    together(*pair)
    assert (liked(one), liked(two)) == (["干性"], ["干性"])


def reviews(connection: Connection) -> list[tuple[str, str, str]]:
    open_ = select(Review.field, Review.kept, Review.lost).where(~Review.settled)
    return [tuple(row) for row in connection.execute(open_)]


def test_two_names_written_at_once_are_both_kept_for_review(pair: Pair) -> None:
    one, two = pair
    member = the_member(one)
    one.do(amend, member, name="许文")
    two.do(amend, member, name="许雯", gender="f")
    together(*pair)
    assert [till.read(reviews) for till in pair] == [[("name", "许雯", "许文")]] * 2


def test_a_name_corrected_by_who_had_seen_it_needs_no_review(pair: Pair) -> None:
    one, two = pair
    member = the_member(one)
    one.do(amend, member, name="许文")
    together(*pair)
    two.do(amend, member, name="许雯")
    together(*pair)
    assert [till.read(reviews) for till in pair] == [[], []]
    assert one.read(lambda connection: connection.scalars(select(Member.name)).one()) == "许雯"


def test_an_edit_that_had_seen_a_value_beats_it_whatever_the_clocks_say(
    pair: Pair, new_till: NewTill, clock: SetClock
) -> None:
    slow = new_till("slow", SetClock(clock.now() - timedelta(days=400), seed=9))
    pair[0].do(amend, the_member(pair[0]), name="许文")
    together(*pair, slow)
    slow.do(amend, the_member(slow), name="许雯")
    together(slow, *pair)
    assert pair[0].read(lambda connection: connection.scalars(select(Member.name)).one()) == "许雯"


# What headquarters owns


def test_no_event_changes_what_headquarters_owns() -> None:
    """Prices, products, campaigns, tiers and roles come down as rows, and there is no word to send them up."""
    owned = {"store", "guide", "product", "quota", "floor", "directory", "review"}
    assert {event.row for event in EVENTS.values()}.isdisjoint(owned)
    assert set(AmendedFields.__struct_fields__) == {"name", "phone", "birthday", "gender", "channel", "card"}


def test_a_till_that_makes_up_a_price_is_not_believed(pair: Pair, office: Office) -> None:
    one, _ = pair
    event = {"typ": "ProductPriced", "ent": "product", "eid": "p1", "data": {"product_id": "p1", "price": 1}}
    told = {"id": "e1", "dev": one.device, "ep": 9, "n": 1, "hlc": "0" * 12 + "-0000", "wall": 0}
    request = PushRequest(device=one.device, ep=9, wall_now=0, boot="", mono_now=0,
                          events=[msgspec.Raw(canonical(told | event))])  # fmt: skip
    (answer,) = office.hub.push(Till(one.device, "west"), request, office.hub.clock.now_ms()).verdicts
    assert answer.v == "parked"


# A hub that came back from a backup


def test_a_restored_hub_honours_what_it_has_forgotten(
    office: Office, pair: Pair, clock: SetClock, tmp_path: Path
) -> None:
    back_up(office.url, tmp_path / "backup.db")
    office.coupon(PHONE)
    together(*pair)
    holder = pair[0] if pair[0].read(leases) else pair[1]
    redeem(holder)
    together(*pair)
    restored = office.restore(tmp_path / "backup.db", SharedClock(clock))
    for till in pair:
        till.hub = restored
    together(*pair)
    assert {state_of(till) for till in pair} == {"redeemed"}
    assert [till.refusals() for till in pair] == [[], []]


def test_a_restored_hub_lends_nothing_before_it_has_heard_of_all_tills(
    office: Office, pair: Pair, clock: SetClock, tmp_path: Path
) -> None:
    member = the_member(pair[0])
    pair[0].do(earn_points, member, 80, "消费")
    together(*pair)
    holder, other = pair if pair[0].read(leases) else pair[::-1]
    restored_to = tmp_path / "backup.db"
    holder.do(earn_points, member, 15, "消费")
    back_up(office.url, restored_to)
    together(*pair)
    assert holder.read(leases) == {member: 95}
    restored = office.restore(restored_to, SharedClock(clock))
    for till in pair:
        till.hub = restored
    other.do(ask_for, "points", member, 95)
    other.sync()
    assert member not in other.read(leases)
    holder.do(spend_points, member, 95, "换购")
    clock.forward(minutes=11)
    together(holder, other, holder, other)
    assert [till.refusals() for till in pair] == [[], []]
    assert other.do(balance_of, member) == 0
