"""What is promised at the counter is honoured once: coupons, gifts and points, with the cable out and in again."""

from pathlib import Path

import pytest
from sqlalchemy import Connection, func, select

from desktop.data.escrow import Gift, Points
from desktop.data.visits import Visit
from desktop.errors import BadInput, NotNow
from desktop.services.coupons import give_gift, redeem_coupon, reverse_redemption
from desktop.services.leases import ask_for
from desktop.services.points import balance_of, earn_points, spend_points
from desktop.services.undo import undo
from desktop.services.visits import finish_visit, serve
from desktop.views.worth import find_worth
from sync.hub.restore import back_up
from tests.clock import SetClock
from tests.sync.hub.rights import Office
from tests.sync.quiet import (
    PHONE,
    NewTill,
    Pair,
    QuietTill,
    SharedClock,
    leases,
    redeem,
    state_of,
    the_member,
    together,
    unleased,
)

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
    office: Office, quiet_till: NewTill
) -> None:
    """Nobody holds these: the member's home store has no till."""
    one, two = quiet_till("one"), quiet_till("two")
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


def test_headquarters_can_close_the_floor(office: Office, quiet_till: NewTill) -> None:
    till = quiet_till("one")
    office.member(PHONE, store="east")
    office.floor("0")
    till.sync()
    till.do(serve, the_member(till))
    office.coupon(PHONE)
    together(till)
    with pytest.raises(NotNow, match="coupon_needs_hub"):
        redeem(till)


def test_a_lease_ends_where_the_network_does_not_come_back(coupon: Pair, clock: SetClock) -> None:
    holder, _ = coupon
    clock.forward(days=13)
    redeem(holder)
    holder.do(undo)
    clock.forward(days=2)
    holder.do(redeem_coupon, "c1")  # within the floor limit: it is small, and no other till holds it
    assert holder.read(unleased) == 1


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


def test_what_one_till_never_gives_out_another_does(pair: Pair, office: Office, clock: SetClock) -> None:
    office.quota(25)
    together(*pair)
    busy, quiet = sorted(pair, key=lambda till: till.read(leases)["q1"])
    busy.do(serve, None)
    assert sum(give_all(busy, quiet, clock) for _ in range(10)) == 25
    assert busy.refusals() == quiet.refusals() == []


def give_all(till: QuietTill, other: QuietTill, clock: SetClock) -> int:
    """How many gifts a till has for a day."""
    given = till.read(leases).get("q1", 0) - till.read(gifts)
    for _ in range(given):
        till.do(give_gift, "q1")
    clock.forward(days=1)
    together(till, other)
    return given


def gifts(connection: Connection) -> int:
    return connection.execute(select(func.coalesce(func.sum(Gift.amount), 0))).scalar_one()


def test_a_till_that_is_out_of_touch_keeps_what_it_has_and_gives_half_when_it_is_back(
    pair: Pair, office: Office, clock: SetClock
) -> None:
    office.quota(25)
    together(*pair)
    out, away = sorted(pair, key=lambda till: till.read(leases)["q1"])
    out.do(serve, None)
    for _ in range(5):
        out.do(give_gift, "q1")
    for _ in range(10):
        clock.forward(days=1)
        out.sync()
    with pytest.raises(NotNow, match="gift_no_lease"):
        out.do(give_gift, "q1")
    away.do(serve, None)
    for _ in range(6):
        away.do(give_gift, "q1")
    away.tell()  # and does not hear what is wanted
    together(away, out)
    assert (away.read(leases)["q1"], out.read(leases)["q1"]) == (6 + 7, 5 + 7)
    for till in (away, out):
        for _ in range(7):
            till.do(give_gift, "q1")
        with pytest.raises(NotNow, match="gift_no_lease"):
            till.do(give_gift, "q1")
    together(*pair)
    assert away.refusals() == out.refusals() == []


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


@pytest.mark.parametrize("heard", [True, False])
def test_a_refused_spending_gives_nothing_back(pair: Pair, clock: SetClock, *, heard: bool) -> None:
    """What it spent was lent to another till meanwhile; it is undone before the till hears of that, or after."""
    member = the_member(pair[0])
    pair[0].do(earn_points, member, 80, "消费")
    together(*pair)
    holder, other = pair if member in pair[0].read(leases) else pair[::-1]
    clock.forward(days=13)
    holder.do(spend_points, member, 30, "换购")
    clock.forward(days=2)
    other.sync()
    other.do(ask_for, "points", member, 80)
    other.sync()
    other.do(spend_points, member, 80, "换购")
    other.sync()
    if heard:
        holder.sync()
        with pytest.raises(NotNow, match="undo_refused"):
            holder.do(undo)
    else:
        holder.do(undo)
    together(*pair)
    assert holder.refusals()[0] == ("PointsSpent", "points_no_lease")
    assert [till.do(balance_of, member) for till in pair] == [0, 0]


# A cable that stays out


def test_fourteen_days_offline_are_normal(pair: Pair, clock: SetClock) -> None:
    member = the_member(pair[0])
    pair[0].do(earn_points, member, 80, "消费")
    together(*pair)
    holder, other = pair if member in pair[0].read(leases) else pair[::-1]
    before = other.read(visits_of, member)
    for _ in range(14):
        serve_briefly(holder, member)
        clock.forward(hours=23, minutes=50)
    holder.do(spend_points, member, 30, "换购")
    clock.forward(days=1)
    with pytest.raises(NotNow, match="points_no_lease"):
        holder.do(spend_points, member, 10, "换购")
    serve_briefly(holder, member)
    together(*pair)
    assert holder.refusals() == []
    assert (other.read(visits_of, member), other.do(balance_of, member)) == (before + 15, 50)
    holder.do(spend_points, member, 10, "换购")


def serve_briefly(till: QuietTill, member: str) -> None:
    till.do(serve, member)
    till.do(finish_visit)


def visits_of(connection: Connection, member: str) -> int:
    return connection.execute(select(func.count()).where(Visit.member_id == member)).scalar_one()


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
        till.carrier.hub = restored
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
        till.carrier.hub = restored
    other.do(ask_for, "points", member, 95)
    other.sync()
    assert member not in other.read(leases)
    holder.do(spend_points, member, 95, "换购")
    clock.forward(minutes=11)
    together(holder, other, holder, other)
    assert [till.refusals() for till in pair] == [[], []]
    assert other.do(balance_of, member) == 0


# What a clerk sees


def test_a_clerk_sees_what_a_member_has_and_where_it_may_be_taken(office: Office, pair: Pair) -> None:
    office.coupon(PHONE)
    member = the_member(pair[0])
    pair[0].do(earn_points, member, 150, "消费")
    together(*pair)
    seen = [till.read(find_worth, member) for till in pair]
    assert [worth.points for worth in seen] == [150, 150]
    assert sorted(worth.points_here for worth in seen) == [0, 100]
    assert sorted(worth.coupons[0].here for worth in seen) == [False, True]


@pytest.mark.parametrize("amount", [0, -1, 2**31])
def test_what_is_no_amount_is_refused_at_the_counter(pair: Pair, amount: int) -> None:
    member = the_member(pair[0])
    for deed in (earn_points, spend_points):
        with pytest.raises(BadInput, match="amount_invalid"):
            pair[0].do(deed, member, amount, "消费")
    with pytest.raises(BadInput, match="amount_invalid"):
        pair[0].do(ask_for, "points", member, amount)
