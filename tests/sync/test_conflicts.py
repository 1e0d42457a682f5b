"""When two tills do something about one thing: what wins, and what becomes of the other. Real tills, a real hub.

Kept elsewhere: visits, lines and notes are united (``hub/test_visits``); each field of a member, the withdrawal of
consent, the enrolment of one phone (``test_two_tills``, ``hub/test_members``); erasure (``hub/test_erasure``), merges
(``hub/test_merges``); leases at the hub (``hub/test_escrow``).
"""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import Connection, select

from desktop.data.escrow import Coupon, Lease, Points
from desktop.data.exchange import Outbox
from desktop.data.members import Member
from desktop.data.tasks import Review, Task
from desktop.desk import Desk
from desktop.errors import NotNow
from desktop.services.coupons import give_gift, redeem_coupon, reverse_redemption
from desktop.services.leases import ask_for
from desktop.services.members import Application, amend, enrol
from desktop.services.points import balance_of, earn_points, spend_points
from desktop.services.preferences import note_preference, withdraw_preference
from desktop.services.tasks import assign_member, cancel_task, finish_task, open_task, postpone_task
from desktop.services.undo import undo
from desktop.services.visits import finish_visit, serve
from desktop.status import Link
from desktop.views.profile import find_profile
from desktop.views.till import find_guides
from sync.hub.embedded import EmbeddedHub
from tests.tills import ATill, NewTill

PHONE = "13916882045"
Issue = Callable[[str, str], None]
Pair = tuple[ATill, ATill]


@pytest.fixture
def issue(hub: EmbeddedHub, tmp_path: Path) -> Issue:
    """Headquarters brings in a file: ``issue("coupons", text)``."""

    def issue(kind: str, text: str) -> None:
        path = tmp_path / f"{kind}.csv"
        path.write_text(text, "utf-8")
        hub.stock({kind: path})

    return issue


@pytest.fixture
def pair(new_till: NewTill) -> Pair:
    """Two tills of one store that know the member of PHONE."""
    one, two = new_till("one"), new_till("two")
    one.sync()
    two.sync()
    one.desk.do(enrol, Application(phone=PHONE, name="许女士", consents=("service",))).result()
    one.desk.do(finish_visit).result()
    together(one, two)
    return one, two


@pytest.fixture
def coupon(pair: Pair, issue: Issue) -> Pair:
    """The till that holds the lease on the member's coupon c1, and the other."""
    issue("coupons", f"member,campaign,title,amount,valid_until,id\n{PHONE},双十一,减 20,20,2099-12-31,c1\n")
    together(*pair)
    return pair if pair[0].desk.read(leases) else pair[::-1]


def together(*tills: ATill) -> None:
    """Everybody has heard what everybody did."""
    for _ in range(2):
        for till in tills:
            while till.sync().link is not Link.ONLINE:
                """A hub on a busy machine may take its time."""


def the_member(desk: Desk) -> str:
    return desk.read(lambda connection: connection.scalars(select(Member.id)).one())


def leases(connection: Connection) -> dict[str, int]:
    return {row.object_id: row.amount for row in connection.execute(select(Lease).where(Lease.amount > 0))}


def refusals(connection: Connection) -> list[tuple[str, str | None]]:
    refused = select(Outbox.kind, Outbox.code).where(Outbox.state == "rejected")
    return [tuple(row) for row in connection.execute(refused)]


def state_of(desk: Desk, coupon_id: str = "c1") -> str:
    return desk.read(lambda connection: connection.scalars(select(Coupon.state).where(Coupon.id == coupon_id)).one())


def redeem(till: ATill, coupon_id: str = "c1") -> None:
    """As a clerk does who serves the member."""
    till.desk.do(serve, the_member(till.desk)).result()
    till.desk.do(redeem_coupon, coupon_id).result()


# Coupons


def test_a_coupon_accepted_at_the_counter_is_honoured_once(hub: EmbeddedHub, coupon: Pair) -> None:
    holder, other = coupon
    hub.stop()
    redeem(holder)
    with pytest.raises(NotNow, match="coupon_elsewhere"):
        redeem(other)
    with pytest.raises(NotNow, match="coupon_used"):
        redeem(holder)
    hub.start()
    together(holder, other)
    assert (state_of(holder.desk), state_of(other.desk)) == ("redeemed", "redeemed")
    assert holder.desk.read(refusals) == other.desk.read(refusals) == []


def test_an_undone_redemption_leaves_the_coupon_to_be_redeemed(coupon: Pair) -> None:
    holder, other = coupon
    redeem(holder)
    together(holder, other)
    holder.desk.do(undo).result()
    together(holder, other)
    assert state_of(other.desk) == "issued"
    redeem(holder)
    together(holder, other)
    holder.desk.do(reverse_redemption, "c1").result()
    redeem(holder)
    together(holder, other)
    assert (state_of(other.desk), holder.desk.read(refusals)) == ("redeemed", [])


def test_the_other_till_asks_and_redeems_when_the_network_is_there(coupon: Pair) -> None:
    holder, other = coupon
    other.desk.do(ask_for, "coupon", "c1").result()
    together(other, holder, other)
    redeem(other)
    together(other, holder)
    assert (state_of(holder.desk), other.desk.read(refusals)) == ("redeemed", [])


def test_the_floor_limit_bears_a_few_small_coupons_and_the_loser_is_told(
    hub: EmbeddedHub, pair: Pair, issue: Issue
) -> None:
    """Nobody holds these: headquarters issued them when the member's home had no till, say."""
    one, two = pair
    names = [f"c{number}" for number in range(5)]
    lines = "".join(f"{PHONE},双十一,{name},20,2099-12-31,{name}\n" for name in names)
    issue("coupons", f"member,campaign,title,amount,valid_until,id\n{lines}")
    together(one, two)
    for till in pair:
        till.desk.write(forget_leases)
    hub.stop()
    for name in names[:3]:
        redeem(one, name)
    with pytest.raises(NotNow, match="coupon_needs_hub"):
        redeem(one, names[3])


def forget_leases(work: object) -> None:
    """As if nobody had ever held one."""
    session = work.session  # type: ignore[attr-defined]
    session.query(Lease).delete()
    session.query(Coupon).update({"till_id": None})


# Gifts


def test_a_gift_is_given_offline_out_of_the_tills_own_part(hub: EmbeddedHub, pair: Pair, issue: Issue) -> None:
    issue("quotas", "title,total,id\n小样,25,q1\n")
    together(*pair)
    assert sorted(till.desk.read(leases)["q1"] for till in pair) == [5, 20]
    hub.stop()
    small = next(till for till in pair if till.desk.read(leases)["q1"] == 5)
    small.desk.do(serve, None).result()
    for _ in range(5):
        small.desk.do(give_gift, "q1").result()
    with pytest.raises(NotNow, match="gift_no_lease"):
        small.desk.do(give_gift, "q1").result()
    hub.start()
    together(*pair)
    assert small.desk.read(refusals) == []


# Points


def test_points_earned_at_two_tills_add_up_and_are_never_overspent(hub: EmbeddedHub, pair: Pair) -> None:
    one, two = pair
    member = the_member(one.desk)
    hub.stop()
    one.desk.do(earn_points, member, 70, "消费").result()
    two.desk.do(earn_points, member, 50, "消费").result()
    with pytest.raises(NotNow, match="points_short"):
        one.desk.do(spend_points, member, 100, "换购").result()
    with pytest.raises(NotNow, match="points_no_lease"):
        one.desk.do(spend_points, member, 70, "换购").result()
    hub.start()
    together(*pair)
    home, other = pair if member in one.desk.read(leases) else pair[::-1]
    hub.stop()
    home.desk.do(spend_points, member, 100, "换购").result()
    with pytest.raises(NotNow, match="points_no_lease"):
        other.desk.do(spend_points, member, 10, "换购").result()
    home.desk.do(undo).result()
    home.desk.do(earn_points, member, 5, "补").result()
    hub.start()
    together(*pair)
    assert [till.desk.write(balance_of, member) for till in pair] == [125, 125]
    assert home.desk.read(refusals) == other.desk.read(refusals) == []
    assert len(home.desk.read(lambda connection: connection.execute(select(Points.id)).all())) == 5


# Tasks, guides, preferences, names


def test_done_wins_over_cancelled_whichever_is_heard_first(hub: EmbeddedHub, pair: Pair) -> None:
    one, two = pair
    tasks = [one.desk.do(open_task, the_member(one.desk), "三天后问候", date(2026, 11, 24)).result() for _ in range(2)]
    together(*pair)
    hub.stop()
    for task, first, second in ((tasks[0], one, two), (tasks[1], two, one)):
        first.desk.do(finish_task, task).result()
        second.desk.do(cancel_task, task).result()
    hub.start()
    together(*pair)
    told = [till.desk.read(lambda connection: connection.scalars(select(Task.state)).all()) for till in pair]
    assert told == [["done", "done"]] * 2


def test_of_two_due_dates_the_later_word_counts(hub: EmbeddedHub, pair: Pair) -> None:
    one, two = pair
    task = one.desk.do(open_task, the_member(one.desk), "三天后问候", date(2026, 11, 24)).result()
    together(*pair)
    hub.stop()
    one.desk.do(postpone_task, task, date(2026, 11, 25)).result()
    two.desk.do(postpone_task, task, date(2026, 11, 26)).result()
    hub.start()
    together(two, one)
    told = [till.desk.read(lambda connection: connection.scalars(select(Task.due)).one()) for till in pair]
    assert told == ["2026-11-26"] * 2


def test_two_shops_take_a_member_from_nobody_unseen(hub: EmbeddedHub, pair: Pair) -> None:
    one, two = pair
    member = the_member(one.desk)
    first, second = (guide.guide_id for guide in one.desk.read(find_guides))
    hub.stop()
    one.desk.do(assign_member, member, first).result()
    two.desk.do(assign_member, member, second).result()
    hub.start()
    together(one, two)
    assert two.desk.read(refusals) == [("MemberAssigned", "stale")]
    told = [till.desk.read(lambda connection: connection.scalars(select(Member.guide_id)).one()) for till in pair]
    assert told == [first, first]
    two.desk.do(assign_member, member, second).result()
    together(two, one)
    assert one.desk.read(lambda connection: connection.scalars(select(Member.guide_id)).one()) == second


def liked(till: ATill) -> list[str]:
    found = till.desk.read(find_profile, the_member(till.desk), date.today())
    assert found is not None
    return [preference.value for preference in found.preferences]


def test_a_preference_withdrawn_goes_however_often_it_was_noted(pair: Pair) -> None:
    one, two = pair
    for till in pair:
        till.desk.do(serve, the_member(till.desk)).result()
        till.desk.do(note_preference, "skin", "干性").result()
    together(*pair)
    found = one.desk.read(find_profile, the_member(one.desk), date.today())
    assert found is not None
    one.desk.do(withdraw_preference, found.preferences[0].id).result()
    together(*pair)
    assert (liked(one), liked(two)) == ([], [])


def test_a_withdrawal_takes_only_the_notings_it_had_seen(hub: EmbeddedHub, pair: Pair) -> None:
    one, two = pair
    for till in pair:
        till.desk.do(serve, the_member(till.desk)).result()
    noted = one.desk.do(note_preference, "skin", "干性").result()
    together(*pair)
    hub.stop()
    one.desk.do(withdraw_preference, noted).result()
    two.desk.do(note_preference, "skin", "干性").result()
    hub.start()
    together(*pair)
    assert (liked(one), liked(two)) == (["干性"], ["干性"])


def reviews(connection: Connection) -> list[tuple[str, str, str]]:
    open_ = select(Review.field, Review.kept, Review.lost).where(~Review.settled)
    return [tuple(row) for row in connection.execute(open_)]


def test_two_names_written_at_once_are_both_kept_for_review(hub: EmbeddedHub, pair: Pair) -> None:
    one, two = pair
    member = the_member(one.desk)
    hub.stop()
    one.desk.do(amend, member, name="许文").result()
    two.desk.do(amend, member, name="许雯", gender="f").result()
    hub.start()
    together(*pair)
    assert [till.desk.read(reviews) for till in pair] == [[("name", "许雯", "许文")]] * 2


def test_a_name_corrected_by_who_had_seen_it_needs_no_review(pair: Pair) -> None:
    one, two = pair
    member = the_member(one.desk)
    one.desk.do(amend, member, name="许文").result()
    together(*pair)
    two.desk.do(amend, member, name="许雯").result()
    together(*pair)
    assert [till.desk.read(reviews) for till in pair] == [[], []]
    assert one.desk.read(lambda connection: connection.scalars(select(Member.name)).one()) == "许雯"


