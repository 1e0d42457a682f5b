"""Two members who were one for a while, and are two again: each with what is theirs, and with nothing else."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sync.hub.hub import Hub
from sync.hub.pull import Cursor
from tests.sync.hub.builders import Sender, SteadyClock
from tests.sync.hub.rights import Office, earned, redeemed, reversed_, under
from tests.sync.hub.test_merges import ONE, THREE, TWO, amended, apart, merged

ATill = Callable[..., Sender]


def agreed(till: Sender, member: str, purpose: str) -> Any:
    told = {"consent_id": f"c-{member}", "text_version": "3", "text_hash": "ab"}
    return till.did("ConsentGiven", member_id=member, purpose=purpose, **told)


def withdrawn(till: Sender, member: str, purpose: str) -> Any:
    return till.did("ConsentWithdrawn", consent_id=f"w-{member}", member_id=member, purpose=purpose)


def spent_by(till: Sender, member: str, amount: int) -> Any:
    """Points that were lent on m2."""
    told = {"entry_id": f"s-{member}", "member_id": member, "amount": amount, "reason": "兑换"}
    return till.did("PointsSpent", **told, **under(till, "points", "m2"))


@pytest.fixture
def office(hub: Hub, tmp_path: Path) -> Office:
    return Office(hub, tmp_path)


@pytest.fixture
def couple(till: Sender) -> Sender:
    """A till that enrolled m1 and m2."""
    till.send(
        till.enrolled("m1", code="A", phone=ONE, name="陈思雨"), till.enrolled("m2", code="B", phone=TWO, name="陈小雨")
    )
    return till


def test_a_task_that_the_other_ended_by_a_withdrawal_stays_with_its_member(couple: Sender) -> None:
    task = {"task_id": "t2", "member_id": "m2", "title": "生日", "due": "2026-12-01", "purpose": "marketing"}
    couple.send(agreed(couple, "m2", "marketing"), couple.did("TaskOpened", **task), merged(couple))
    couple.send(withdrawn(couple, "m1", "marketing"), apart(couple))
    assert [couple.body("task", "t2")[field] for field in ("member_id", "state")] == ["m2", "cancelled"]


def test_what_is_known_of_a_skin_stays_with_its_member(couple: Sender) -> None:
    skin = {"entity_id": "s2", "kind": "skin", "fields": {"shade": "N20", "allergy": "花粉"}, "sensitive": ["allergy"]}
    couple.send(agreed(couple, "m2", "sensitive"), couple.did("EntityNoted", member_id="m2", **skin), merged(couple))
    couple.send(withdrawn(couple, "m1", "sensitive"), apart(couple))
    assert [couple.body("entity", "s2")[field] for field in ("member_id", "fields")] == ["m2", {"shade": "N20"}]


def test_what_one_owes_stays_theirs_though_the_other_earned_what_paid_it(couple: Sender) -> None:
    couple.send(earned(couple, "e2", 80, member_id="m2"))
    couple.send(
        spent_by(couple, "m2", 80),
        couple.did("PointsReversed", entry_id="x2", member_id="m2", amount=80, reason="return"),
        merged(couple),
        earned(couple, "e1", 50, member_id="m1"),
        apart(couple),
    )
    owed = couple.body("points", "x2")
    assert (owed["member_id"], owed["amount"], owed["owed"]) == ("m2", 0, 80)


def test_an_appointment_that_clashes_with_the_others_stays_with_its_member(couple: Sender) -> None:
    slot = {"service": "护理", "starts_at": "2027-01-05T10:00:00+08:00", "minutes": 60, "for_guide": "g1"}
    early = couple.did("AppointmentBooked", appointment_id="a1", member_id="m1", **slot)
    couple.send(couple.did("AppointmentBooked", appointment_id="a2", member_id="m2", **slot), merged(couple))
    couple.send(early, apart(couple))
    booked = couple.body("appointment", "a2")
    assert (booked["member_id"], booked["clash"]) == ("m2", "a1")


def test_a_lead_that_became_one_of_them_goes_with_that_one(couple: Sender) -> None:
    couple.send(couple.did("LeadNoted", lead_id="L1", name="小雨", phone=THREE, consent=True), merged(couple))
    couple.send(couple.did("LeadJoined", lead_id="L1", member_id="m2"), apart(couple))
    assert couple.rows("lead")["L1"]["member_id"] == "m2"


def test_a_coupon_is_not_for_a_stranger_though_its_member_was_once_merged(couple: Sender, office: Office) -> None:
    office.coupon("B")
    couple.send(couple.enrolled("m3", phone=THREE), merged(couple), apart(couple))
    used = redeemed(couple, member_id="m3", **under(couple, "coupon", "c1"))
    assert couple.verdicts(used) == ["rejected:coupon_not_theirs"]


def test_points_are_not_for_a_stranger_though_their_member_was_once_merged(couple: Sender) -> None:
    couple.send(couple.enrolled("m3", phone=THREE), earned(couple, "e2", 100, member_id="m2"))
    couple.send(merged(couple), apart(couple))
    assert couple.verdicts(spent_by(couple, "m3", 60)) == ["rejected:points_no_lease"]


def test_a_lease_holds_for_everybody_whom_its_till_took_for_the_member(couple: Sender, office: Office) -> None:
    """Who was merged twice and told apart as often, and by a chain."""
    office.coupon("B")
    couple.send(couple.enrolled("m3", phone=THREE), couple.enrolled("m4"))
    couple.send(merged(couple), apart(couple), merged(couple, "m2", "m3"), merged(couple, "m3", "m4"))
    couple.send(apart(couple), apart(couple, "m3"))
    uses = [redeemed(couple, f"r{each}", member_id=each, **under(couple, "coupon", "c1")) for each in ("m1", "m3")]
    assert couple.verdicts(uses[0]) == ["accepted"]
    couple.send(reversed_(couple, "rm1"))
    assert couple.verdicts(uses[1]) == ["accepted"]


def test_a_phone_that_one_gave_up_leads_to_neither_and_the_others_still_to_them(couple: Sender) -> None:
    couple.send(merged(couple, "m1", "m2"), amended(couple, "m1", phone=None), apart(couple, "m1"))
    couple.send(couple.enrolled("m8", phone=TWO), couple.enrolled("m9", phone=ONE))
    assert {each: row["phone"] for each, row in couple.rows("member").items()} == {"m1": None, "m2": TWO, "m9": ONE}
    assert couple.body("redirect", "m8")["keep"] == "m2"


def test_a_phone_that_was_replaced_is_free_for_another(couple: Sender) -> None:
    couple.send(merged(couple), amended(couple, "m1", phone=THREE), apart(couple), couple.enrolled("m9", phone=ONE))
    assert [couple.body("member", each)["phone"] for each in ("m1", "m2", "m9")] == [THREE, TWO, ONE]


def test_a_phone_that_is_anothers_by_now_is_not_given_back(couple: Sender) -> None:
    couple.send(merged(couple, "m1", "m2"), amended(couple, "m1", phone=None), couple.enrolled("m9", phone=TWO))
    couple.send(apart(couple, "m1"))
    assert [couple.body("member", each)["phone"] for each in ("m1", "m2", "m9")] == [None, None, TWO]


@pytest.mark.parametrize(("old", "keep"), [("m2", "m1"), ("m1", "m2")])
def test_an_older_word_that_two_are_one_comes_too_late(
    couple: Sender, a_till: ATill, hub_clock: SteadyClock, old: str, keep: str
) -> None:
    """Another till said so too, without the network."""
    other = a_till()
    late = merged(other, old, keep)
    hub_clock.forward(minutes=1)
    couple.send(merged(couple), apart(couple))
    assert other.verdicts(late) == ["accepted"]
    assert couple.rows("member").keys() == {"m1", "m2"}


def test_who_was_told_apart_stays_so_though_the_merge_is_heard_later(
    couple: Sender, a_till: ATill, hub_clock: SteadyClock
) -> None:
    """As a hub hears them again that comes back from a backup."""
    other = a_till()
    first = merged(couple)
    hub_clock.forward(minutes=1)
    other.send(apart(other))
    couple.send(first)
    assert couple.rows("member").keys() == {"m1", "m2"}
    couple.send(merged(couple))
    assert couple.rows("member").keys() == {"m1"}


def test_who_leaves_is_none_of_all_who_stay(couple: Sender, a_till: ATill, hub_clock: SteadyClock) -> None:
    """Older words that they are one come when those who stayed are two as well."""
    other = a_till()
    couple.send(couple.enrolled("m3", phone=THREE), couple.enrolled("m4"))
    couple.send(merged(couple, "m4", "m2"), merged(couple, "m2", "m3"), merged(couple, "m1", "m3"))
    late = [merged(other, "m2", "m1"), merged(other, "m4", "m3")]
    hub_clock.forward(minutes=1)
    couple.send(apart(couple, "m2"), apart(couple, "m1"), apart(couple, "m4"))
    assert other.verdicts(*late) == ["accepted"] * 2
    assert couple.rows("member").keys() == {"m1", "m2", "m3", "m4"}


def test_an_older_undoing_parts_nobody(couple: Sender, a_till: ATill, hub_clock: SteadyClock) -> None:
    other = a_till()
    couple.send(merged(couple))
    late = apart(other)
    hub_clock.forward(minutes=1)
    couple.send(merged(couple))
    assert other.verdicts(late) == ["accepted"]
    assert couple.rows("member").keys() == {"m1"}


def test_an_older_merge_with_somebody_else_holds(couple: Sender, a_till: ATill, hub_clock: SteadyClock) -> None:
    other = a_till()
    other.send(other.enrolled("m3", phone=THREE))
    late = merged(other, "m2", "m3")
    hub_clock.forward(minutes=1)
    couple.send(merged(couple), apart(couple))
    other.send(late)
    assert couple.body("redirect", "m2")["keep"] == "m3"


def test_a_chain_leaves_whole_in_whatever_order_it_was_told(
    couple: Sender, a_till: ATill, hub_clock: SteadyClock
) -> None:
    """The first of two merges is heard last: that m3 is m2, when m4 is m3 already."""
    other = a_till()
    couple.send(couple.enrolled("m3"), couple.enrolled("m4"), couple.did("VisitOpened", visit_id="v4", member_id="m4"))
    first = merged(other, "m3", "m2")
    hub_clock.forward(minutes=1)
    couple.send(merged(couple, "m4", "m3"))
    other.send(first)
    couple.send(merged(couple, "m2", "m1"), apart(couple, "m2"))
    assert {each: row["keep"] for each, row in couple.rows("redirect").items()} == {"m3": "m2", "m4": "m2"}
    assert couple.body("visit", "v4")["member_id"] == "m2"


def test_who_was_merged_into_one_who_leaves_goes_with_them_though_they_were_anothers_by_then(
    couple: Sender, a_till: ATill
) -> None:
    other = a_till()
    couple.send(couple.enrolled("m3"), couple.enrolled("m4"), couple.enrolled("m5"))
    late = [merged(other, "m4", "m3"), merged(other, "m5", "m4")]
    couple.send(merged(couple, "m3", "m2"))
    other.send(*late)
    couple.send(merged(couple, "m2", "m1"), apart(couple, "m3"))
    assert {each: row["keep"] for each, row in couple.rows("redirect").items()} == {"m2": "m1", "m4": "m3", "m5": "m3"}
    assert couple.body("member", "m3")["codes"] == ["code-m3", "code-m4", "code-m5"]


@pytest.mark.parametrize("base", [None, "陈大伟", "大伟"])
def test_a_review_forgets_the_name_of_who_was_parted(till: Sender, base: str | None) -> None:
    """Nobody would look for it there who is to forget them. base: the name that whoever wrote a third one had seen."""
    till.send(till.enrolled("m1", phone=ONE, name="许文君"), till.enrolled("m2", phone=ONE, name="陈大伟"))
    if base:
        till.send(till.did("MemberAmended", member_id="m2", fields={"name": "陈伟"}, base={"name": base}))
    till.send(apart(till), till.did("ErasureRequested", member_id="m2"))
    (asked,) = till.rows("review").values()
    assert (asked["member_id"], asked["kept"], asked["lost"], asked["settled"]) == ("m1", "", "", True)


NEW, OTHER = "+8613900000011", "+8613900000022"


def rang(till: Sender, member: str, phone: str, seen: str) -> Any:
    """A phone by a clerk who had ``seen`` another."""
    return till.did("MemberAmended", member_id=member, fields={"phone": phone}, base={"phone": seen})


def phones(till: Sender, *members: str) -> list[list[str]]:
    """What leads to each."""
    rows = [till.body("member", each) for each in members]
    return [sorted([row["phone"], *row.get("phones", ())]) for row in rows]


def test_both_phones_of_one_who_was_merged_come_back_with_them(couple: Sender) -> None:
    couple.send(rang(couple, "m2", NEW, TWO), merged(couple), rang(couple, "m2", OTHER, TWO))
    assert phones(couple, "m1") == [[ONE, NEW, OTHER]]
    couple.send(apart(couple))
    assert phones(couple, "m1", "m2") == [[ONE], [NEW, OTHER]]


def test_a_review_forgets_the_phone_of_who_was_parted(couple: Sender, a_till: ATill) -> None:
    other = a_till("west")
    late = rang(other, "m2", THREE, TWO)
    couple.send(rang(couple, "m2", NEW, TWO), merged(couple), rang(couple, "m1", OTHER, ONE))
    other.send(late)
    couple.send(apart(couple))
    assert phones(couple, "m1", "m2") == [[OTHER], [THREE, NEW]]
    told = {row["member_id"]: row["lost"] for row in couple.rows("review").values()}
    assert told["m1"] == ""


def test_neither_of_two_phones_leads_to_who_was_forgotten(couple: Sender) -> None:
    couple.send(rang(couple, "m1", NEW, ONE), rang(couple, "m1", OTHER, ONE))
    assert phones(couple, "m1") == [[NEW, OTHER]]
    couple.send(couple.did("ErasureRequested", member_id="m1"))
    assert couple.rows("review") == {}
    couple.send(couple.enrolled("m8", phone=NEW), couple.enrolled("m9", phone=OTHER))
    assert phones(couple, "m8", "m9") == [[NEW], [OTHER]]


def test_what_is_asked_of_one_alone_is_asked_after_a_merge_too(couple: Sender) -> None:
    asked = couple.did("MemberAmended", member_id="m2", fields={"name": "小雨"}, base={"name": "雨"})
    couple.send(asked, merged(couple), apart(couple))
    (row,) = couple.rows("review").values()
    assert (row["member_id"], row["kept"], row["lost"], row.get("settled", False)) == ("m2", "小雨", "陈小雨", False)


def test_who_is_looked_up_is_led_to_nobody_else_any_more(couple: Sender, a_till: ATill) -> None:
    east = a_till("east")
    couple.send(merged(couple), apart(couple), apart(couple, "m1"))
    for member in ("m1", "m2"):
        told = couple.hub.look_up(east.till, member).rows
        assert [(row.kind, row.eid) for row in told] == [("member", member)]


def test_a_refusal_brings_everybody_their_own_row_after_a_parting(couple: Sender) -> None:
    couple.send(merged(couple), apart(couple))
    (answer,) = couple.send(amended(couple, "m2", phone=ONE)).verdicts
    assert (answer.code, answer.row.eid) == ("phone_taken", "m2")


def test_a_parting_that_parted_nobody_takes_nobody_away(couple: Sender) -> None:
    couple.send(apart(couple, "m2"))
    (answer,) = couple.send(amended(couple, "m2", phone=ONE)).verdicts
    assert (answer.row.op, answer.row.eid) == ("put", "m2")


def test_two_who_were_merged_both_ways_can_be_refused_something(couple: Sender) -> None:
    couple.send(couple.enrolled("m3", phone=THREE))
    couple.send(merged(couple, "m2", "m1"), apart(couple, "m2"), merged(couple, "m1", "m2"))
    assert couple.verdicts(amended(couple, "m2", phone=THREE)) == ["rejected:phone_taken"]


def test_that_two_are_parted_is_told_before_anything_of_theirs(couple: Sender) -> None:
    """Of one push, in which something of theirs was changed first."""
    liked = {"preference_id": "p1", "member_id": "m1", "visit_id": None, "facet": "skin", "value": "干性"}
    couple.send(couple.did("PreferenceNoted", **liked), merged(couple))
    [before] = couple.hub.pull(couple.till, [Cursor("st:west", 0)], 1000).pages
    amend = couple.did("MemberAmended", member_id="m2", fields={"name": "陈雨"})
    couple.send(couple.did("PreferenceWithdrawn", preference_id="p1"), amend, apart(couple))
    [page] = couple.hub.pull(couple.till, [Cursor("st:west", before.to)], 1000).pages
    assert page.rows[0].kind == "redirect"


def test_who_left_once_more_is_no_ones_by_an_older_merge(couple: Sender) -> None:
    """m3 left m1 for m2; then it is heard that m2 had left m1 before, with whoever is one with m2."""
    couple.send(couple.enrolled("m3", phone=THREE))
    two_came, three_came, two_left = merged(couple, "m2", "m1"), merged(couple, "m3", "m1"), apart(couple, "m2")
    older, three_left, three_went_on = merged(couple, "m3", "m1"), apart(couple, "m3"), merged(couple, "m3", "m2")
    couple.send(three_came, three_left, three_went_on)
    couple.send(two_came, two_left)
    couple.send(older)
    assert {old: row["keep"] for old, row in couple.rows("redirect").items()} == {"m3": "m2"}
