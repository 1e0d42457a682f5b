"""A coupon, a gift and a point are given once, and what a till promised under its lease is honoured."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import delete, event

from sync.hub.hub import Hub
from sync.hub.restore import back_up
from sync.hub.tables import document
from tests.sync.hub.builders import Sender, SteadyClock
from tests.sync.hub.rights import (
    Office,
    asked,
    earned,
    lease,
    redeemed,
    returned,
    reversed_,
    spent,
    under,
)

ATill = Callable[..., Sender]


@pytest.fixture
def office(hub: Hub, tmp_path: Path) -> Iterator[Office]:
    """Headquarters, whose books are right at the end of every test."""
    office = Office(hub, tmp_path)
    yield office
    office.check_books()


@pytest.fixture
def pair(a_till: ATill, office: Office) -> tuple[Sender, Sender]:
    """The till that holds the lease on m1's coupon c1, and the other one of the store."""
    one, two = a_till(), a_till()
    one.send(one.enrolled("m1"))
    office.coupon()
    return (one, two) if lease(one, "coupon", "c1") else (two, one)


def test_a_new_coupon_is_leased_to_one_till_at_home(pair: tuple[Sender, Sender]) -> None:
    holder, other = pair
    assert lease(holder, "coupon", "c1").amount == 1
    assert lease(other, "coupon", "c1") is None
    assert other.body("coupon", "c1")["holder"] == holder.id


def test_a_coupon_is_redeemed_once(pair: tuple[Sender, Sender]) -> None:
    holder, other = pair
    by_lease = redeemed(holder, **under(holder, "coupon", "c1"))
    assert holder.verdicts(by_lease, by_lease) == ["accepted", "duplicate"]
    assert holder.verdicts(redeemed(holder, "r2", **under(holder, "coupon", "c1"))) == ["rejected:coupon_used"]
    assert other.verdicts(redeemed(other, "r3")) == ["rejected:coupon_used"]
    assert other.body("coupon", "c1")["redemption_id"] == "r1"


def test_what_was_promised_to_one_till_no_other_takes(pair: tuple[Sender, Sender]) -> None:
    holder, other = pair
    assert other.verdicts(redeemed(other, "r2")) == ["rejected:coupon_no_lease"]
    assert other.verdicts(redeemed(other, "r3", **under(holder, "coupon", "c1"))) == ["rejected:coupon_no_lease"]
    assert holder.verdicts(redeemed(holder, **under(holder, "coupon", "c1"))) == ["accepted"]


@pytest.mark.parametrize("signed", ["", "x", "bm9ib2R5IGhhcyB3cml0dGVuIHRoaXM="])
def test_a_lease_that_the_hub_never_wrote_is_none(pair: tuple[Sender, Sender], signed: str) -> None:
    holder, _ = pair
    told = {**under(holder, "coupon", "c1"), "signed": signed or under(holder, "coupon", "c1")["signed"][:-8]}
    assert holder.verdicts(redeemed(holder, **told)) == ["rejected:coupon_no_lease"]


def test_a_reversal_gives_the_coupon_back_to_its_till(pair: tuple[Sender, Sender]) -> None:
    holder, _ = pair
    first = redeemed(holder, **under(holder, "coupon", "c1"))
    again = redeemed(holder, "r2", **under(holder, "coupon", "c1"))
    assert holder.verdicts(first, reversed_(holder), again) == ["accepted"] * 3
    assert holder.body("coupon", "c1")["redemption_id"] == "r2"


def test_a_reversal_takes_back_no_other_redemption(pair: tuple[Sender, Sender]) -> None:
    holder, other = pair
    holder.send(redeemed(holder, **under(holder, "coupon", "c1")))
    assert other.verdicts(redeemed(other, "r2"), reversed_(other, "r2")) == ["rejected:coupon_used", "accepted"]
    assert holder.body("coupon", "c1")["state"] == "redeemed"


def test_a_redemption_heard_after_its_reversal_counts_for_nothing(pair: tuple[Sender, Sender]) -> None:
    holder, _ = pair
    first = redeemed(holder, **under(holder, "coupon", "c1"))
    assert holder.verdicts(reversed_(holder), first) == ["accepted", "accepted"]
    assert holder.body("coupon", "c1")["state"] == "issued"


def test_a_till_that_asks_gets_the_right_when_the_holder_returns_it(pair: tuple[Sender, Sender]) -> None:
    holder, other = pair
    assert other.verdicts(asked(other, "coupon", "c1")) == ["accepted"]
    assert (lease(other, "coupon", "c1").amount, lease(holder, "coupon", "c1").wanted) == (0, True)
    assert holder.verdicts(returned(holder, "coupon", "c1")) == ["accepted"]
    assert (lease(other, "coupon", "c1").amount, lease(holder, "coupon", "c1").amount) == (1, 0)
    assert other.body("coupon", "c1")["holder"] == other.id
    assert holder.verdicts(redeemed(holder, **under(holder, "coupon", "c1"))) == ["rejected:coupon_no_lease"]
    assert other.verdicts(redeemed(other, "r2", **under(other, "coupon", "c1"))) == ["accepted"]


def test_a_holder_that_has_spent_it_returns_nothing(pair: tuple[Sender, Sender]) -> None:
    holder, other = pair
    by_lease = redeemed(holder, **under(holder, "coupon", "c1"))
    other.send(asked(other, "coupon", "c1"))
    assert holder.verdicts(by_lease, returned(holder, "coupon", "c1", spent=1)) == ["accepted", "accepted"]
    assert lease(other, "coupon", "c1").amount == 0


def test_a_silent_tills_right_goes_to_another_after_its_day_and_ten_minutes(
    pair: tuple[Sender, Sender], hub_clock: SteadyClock
) -> None:
    holder, other = pair
    hub_clock.forward(hours=14 * 24, minutes=9)
    other.send(asked(other, "coupon", "c1"))
    assert lease(other, "coupon", "c1").amount == 0
    hub_clock.forward(minutes=2)
    other.send(asked(other, "coupon", "c1"))
    assert lease(other, "coupon", "c1").amount == 1
    assert holder.verdicts(redeemed(holder, **under(holder, "coupon", "c1"))) == ["rejected:coupon_no_lease"]


def test_a_promise_told_late_is_honoured_while_nobody_else_has_the_right(
    pair: tuple[Sender, Sender], hub_clock: SteadyClock
) -> None:
    holder, other = pair
    promise = redeemed(holder, **under(holder, "coupon", "c1"))
    hub_clock.forward(hours=20 * 24)
    other.send(asked(other, "coupon", "c1"))
    other.send(returned(other, "coupon", "c1"))
    assert holder.verdicts(promise) == ["accepted"]


def test_asking_again_gives_a_full_term(pair: tuple[Sender, Sender], hub_clock: SteadyClock) -> None:
    holder, _ = pair
    before = lease(holder, "coupon", "c1").not_after
    hub_clock.forward(hours=24)
    holder.send(asked(holder, "coupon", "c1"))
    after = lease(holder, "coupon", "c1")
    assert ((after.not_after - before).days, after.amount) == (1, 1)


def test_no_lease_outlives_its_coupon(a_till: ATill, office: Office) -> None:
    till = a_till()
    till.send(till.enrolled("m1"))
    office.coupon(valid_until="2026-09-25")
    assert lease(till, "coupon", "c1").not_after == datetime(2026, 9, 25, 16, tzinfo=UTC)


def test_a_hub_that_forgot_a_lease_honours_its_own_word(pair: tuple[Sender, Sender], hub: Hub) -> None:
    holder, _ = pair
    promise = redeemed(holder, **under(holder, "coupon", "c1"))
    with hub.database.write() as connection:  # as after a restore to before the coupon was issued
        connection.execute(delete(document).where(document.c.kind.in_(("coupon", "lease"))))
    assert holder.verdicts(promise) == ["accepted"]
    assert holder.verdicts(redeemed(holder, "r2")) == ["rejected:coupon_used"]


def test_without_any_lease_a_small_coupon_is_accepted_once(a_till: ATill, office: Office) -> None:
    far = a_till("east")
    far.send(far.enrolled("m1", phone="+8613800138000"))
    with far.hub.database.write() as connection:  # nobody at home to hold it
        connection.execute(delete(document).where(document.c.kind == "lease"))
    far.hub.revoke(far.id)
    one, two = a_till("west"), a_till("west")
    one.send(one.did("VisitOpened", visit_id="v1", member_id="m1"))
    office.coupon()
    assert one.verdicts(redeemed(one)) == ["accepted"]
    assert two.verdicts(redeemed(two, "r2")) == ["rejected:coupon_used"]


@pytest.mark.parametrize(("amount", "floor"), [("30.01", None), ("20", "0")])
def test_above_the_floor_limit_only_a_lease_will_do(
    a_till: ATill, office: Office, amount: str, floor: str | None
) -> None:
    till = a_till("west")
    till.send(till.enrolled("m1"))
    if floor is not None:
        office.floor(floor)
    office.coupon(amount=amount)
    till.send(returned(till, "coupon", "c1"))
    assert till.verdicts(redeemed(till)) == ["rejected:coupon_no_lease"]


def test_a_coupon_that_has_ended_is_not_redeemed_without_a_lease(
    a_till: ATill, office: Office, hub_clock: SteadyClock
) -> None:
    till = a_till()
    till.send(till.enrolled("m1"))
    office.coupon(valid_until="2026-09-25")
    hub_clock.forward(hours=24 * 30)
    assert till.verdicts(redeemed(till)) == ["rejected:coupon_expired"]


def test_another_members_coupon_is_refused(pair: tuple[Sender, Sender]) -> None:
    holder, _ = pair
    holder.send(holder.enrolled("m2"))
    told = under(holder, "coupon", "c1")
    assert holder.verdicts(redeemed(holder, member_id="m2", **told)) == ["rejected:coupon_not_theirs"]


def test_a_void_coupon_is_redeemed_no_more_but_a_promise_stands(pair: tuple[Sender, Sender], office: Office) -> None:
    holder, other = pair
    promise = redeemed(holder, **under(holder, "coupon", "c1"))
    office.coupon(state="void")
    assert other.verdicts(redeemed(other, "r2")) == ["rejected:coupon_void"]
    assert holder.verdicts(promise) == ["accepted"]


# Gifts


def given(till: Sender, gift_id: str, amount: int = 1) -> object:
    return till.did("GiftGiven", gift_id=gift_id, quota_id="q1", amount=amount, **under(till, "quota", "q1"))


def test_a_quota_is_never_overdrawn(a_till: ATill, office: Office) -> None:
    one, two = a_till("west"), a_till("east")
    office.quota(30)
    one.send(asked(one, "quota", "q1", 20))
    two.send(asked(two, "quota", "q1", 20))
    assert (lease(one, "quota", "q1").amount, lease(two, "quota", "q1").amount) == (20, 10)
    gifts = [given(two, f"g{number}") for number in range(11)]
    assert two.verdicts(*gifts) == ["accepted"] * 10 + ["rejected:gift_no_lease"]


def test_a_till_that_runs_low_is_filled_up(a_till: ATill, office: Office) -> None:
    till = a_till()
    office.quota(100)
    till.send(asked(till, "quota", "q1", 20))
    till.send(given(till, "g1", 15))
    assert lease(till, "quota", "q1").amount == 20
    till.send(given(till, "g2"))
    assert lease(till, "quota", "q1").amount == 36
    assert till.body("gift", "g2")["amount"] == 1


def test_what_is_returned_is_free_for_others(a_till: ATill, office: Office) -> None:
    one, two = a_till("west"), a_till("east")
    office.quota(20)
    one.send(asked(one, "quota", "q1", 20))
    one.send(given(one, "g1", 5), returned(one, "quota", "q1", spent=5))
    two.send(asked(two, "quota", "q1", 20))
    assert lease(two, "quota", "q1").amount == 15


def test_whoever_is_out_of_gifts_has_some_of_who_has_most(a_till: ATill, office: Office) -> None:
    one, two, three = tills = [a_till("west") for _ in range(3)]
    office.quota(26)
    for till in (one, two):
        till.send(asked(till, "quota", "q1", 20))
    wanted = []
    for _ in range(2):  # again, for the first may be silent
        three.send(asked(three, "quota", "q1", 8))
        wanted.append([lease(till, "quota", "q1").wanted for till in tills])
    assert wanted == [[True, False, False], [True, True, False]]
    some = returned(one, "quota", "q1", spent=10)
    assert one.verdicts(some, some) == ["accepted", "duplicate"]
    assert [lease(till, "quota", "q1").amount for till in tills] == [10, 8, 8], "least first"


# Points


def test_points_are_a_sum_of_lines_whatever_their_order(a_till: ATill, office: Office) -> None:
    one, two = a_till("west"), a_till("east")
    one.send(one.enrolled("m1"))
    first, second = earned(one, "e1", 70), earned(two, "e2", 50)
    assert two.verdicts(second, second) == ["accepted", "duplicate"]
    assert one.verdicts(first, earned(one, "e1", 999)) == ["accepted", "accepted"]
    assert [one.body("points", entry)["amount"] for entry in ("e1", "e2")] == [70, 50]
    assert lease(one, "points", "m1").amount == 100


def test_points_are_spent_only_under_a_lease_and_never_below_zero(a_till: ATill, office: Office) -> None:
    one, two = a_till("west"), a_till("west")
    one.send(one.enrolled("m1"), earned(one, "e1", 250))
    home, other = (one, two) if lease(one, "points", "m1") else (two, one)
    assert home.verdicts(spent(home, "s1", 100)) == ["accepted"]
    assert lease(home, "points", "m1").amount == 200, "the standing lease is filled up"
    assert home.verdicts(spent(home, "s2", 101)) == ["rejected:points_no_lease"]
    other.send(asked(other, "points", "m1", 100))
    assert lease(other, "points", "m1").amount == 50
    assert other.verdicts(spent(other, "s3", 51), spent(other, "s4", 50)) == ["rejected:points_no_lease", "accepted"]
    assert home.verdicts(spent(home, "s5", 100)) == ["accepted"]
    assert home.verdicts(spent(home, "s6", 1)) == ["rejected:points_no_lease"]


def test_a_hub_that_forgot_a_grant_of_points_honours_it(a_till: ATill, office: Office, hub: Hub) -> None:
    till = a_till()
    earning = earned(till, "e1", 80)
    till.send(till.enrolled("m1"), earning)
    promise = spent(till, "s1", 80)
    with hub.database.write() as connection:
        connection.execute(delete(document).where(document.c.kind == "lease"))
    assert till.verdicts(promise) == ["accepted"]
    assert till.body("points", "s1")["amount"] == -80


# Merged, and forgotten


def test_points_of_two_who_turn_out_to_be_one_add_up(a_till: ATill, office: Office) -> None:
    till = a_till()
    till.send(till.enrolled("m1"), till.enrolled("m2"), earned(till, "e1", 70), earned(till, "e2", 60, member_id="m2"))
    promise = spent(till, "s1", 70)
    merge = till.did("MembersMerged", old_id="m1", keep_id="m2", reason="同一人")
    assert till.verdicts(merge, promise) == ["accepted", "accepted"]
    assert till.body("points", "s1")["member_id"] == "m2"
    more = spent(till, "s2", 60, member_id="m2", **under(till, "points", "m2"))
    assert till.verdicts(more, spent(till, "s3", 1)) == ["accepted", "rejected:points_no_lease"]


def test_a_coupon_of_a_merged_member_is_the_kept_ones(a_till: ATill, office: Office) -> None:
    till = a_till()
    till.send(till.enrolled("m1"), till.enrolled("m2"))
    office.coupon()
    merge = till.did("MembersMerged", old_id="m1", keep_id="m2", reason="同一人")
    promise = redeemed(till, member_id="m2", **under(till, "coupon", "c1"))
    assert till.verdicts(merge, promise) == ["accepted", "accepted"]


def test_nothing_is_promised_to_who_was_forgotten(a_till: ATill, office: Office) -> None:
    till = a_till()
    office.quota(30)
    till.send(till.enrolled("m1"), earned(till, "e1", 70), asked(till, "quota", "q1", 20))
    office.coupon()
    promises = [redeemed(till, **under(till, "coupon", "c1")), spent(till, "s1", 70)]
    gift = till.did("GiftGiven", gift_id="g1", quota_id="q1", member_id="m1", **under(till, "quota", "q1"))
    till.send(gift, till.did("ErasureRequested", member_id="m1"))
    assert till.verdicts(*promises) == ["rejected:erased", "rejected:erased"]
    assert (lease(till, "points", "m1"), lease(till, "coupon", "c1")) == (None, None)
    assert lease(till, "quota", "q1") is not None


def test_many_points_ask_the_database_no_more_often_than_few(hub: Hub, a_till: ATill) -> None:
    till = a_till()
    till.send(till.enrolled("m1"), till.did("VisitOpened", visit_id="v1", member_id="m1"))
    statements: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        statements.append(statement)

    def pushed(name: str, count: int) -> int:
        statements.clear()
        till.send(*(earned(till, f"{name}{each}", 1) for each in range(count)))
        return len(statements)

    pushed("first", 1)
    event.listen(hub.database.engine, "before_cursor_execute", note)
    assert pushed("many", 40) == pushed("few", 2)
    event.remove(hub.database.engine, "before_cursor_execute", note)


def test_a_store_that_names_the_guide_of_a_member_knows_them(a_till: ATill) -> None:
    west, east = a_till("west"), a_till("east")
    west.send(west.enrolled("m1"))
    assert east.verdicts(east.did("MemberAssigned", member_id="m1", guide_id="g1", base=None)) == ["accepted"]
    assert east.body("member", "m1")["guide_id"] == "g1"


def test_points_come_back_though_a_restored_hub_hears_late_whom_they_were_spent_for(
    hub_clock: SteadyClock, tmp_path: Path
) -> None:
    url = f"sqlite:///{tmp_path / 'own.db'}"
    office = Office(Hub.open(url, hub_clock), tmp_path)
    one, two = Sender(office.hub, "west"), Sender(office.hub, "east")
    one.send(one.enrolled("m2"), earned(one, "e1", 100, member_id="m2"))
    back_up(url, tmp_path / "saved.db")
    merged = [two.enrolled("m1", code="A"), two.did("MembersMerged", old_id="m2", keep_id="m1")]
    two.send(*merged)
    told = {"amount": 60, "reason": "兑换"}
    spending = one.did("PointsSpent", entry_id="s1", member_id="m1", **told, **under(one, "points", "m2"))
    back = one.did("PointsEarned", entry_id="b1", member_id="m2", gives_back="s1", **told)
    one.hub = two.hub = office.restore(tmp_path / "saved.db", hub_clock)
    assert one.verdicts(spending, back) == ["parked:wait_member"] * 2
    two.send(*merged)
    assert {each: line["amount"] for each, line in one.rows("points").items()} == {"e1": 100, "s1": -60, "b1": 60}
    office.check_books()
    office.hub.close()
