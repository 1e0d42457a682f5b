"""What a hub that came back from a backup hears again, from whichever till is back first."""

from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from desktop.rules.code_ids import code_id
from desktop.rules.products import product_id
from tests.sync.hub.backed_up import PHONES, Pair
from tests.sync.hub.builders import Sender, late_verdicts
from tests.sync.hub.rights import asked, earned, lease, redeemed, returned, reversed_, spent, under
from tests.sync.hub.test_restore import greet


def consent(till: Sender, kind: str, purpose: str) -> msgspec.Raw:
    """ConsentGiven or ConsentWithdrawn by m1."""
    told: dict[str, Any] = {"text_version": "1", "text_hash": "00", "seen": ()} if kind == "ConsentGiven" else {}
    return till.did(kind, consent_id=f"{kind}-{purpose}", member_id="m1", purpose=purpose, **told)


def cared_for(till: Sender, name: str) -> list[msgspec.Raw]:
    """What takes a consent each: something sensitive, and a task."""
    skin = {"kind": "skin", "fields": {"allergy": "酒精"}, "sensitive": ("allergy",)}
    task = {"title": "生日", "due": "2026-12-01", "purpose": "marketing"}
    return [
        till.did("EntityNoted", entity_id=f"e-{name}", member_id="m1", **skin),
        till.did("TaskOpened", task_id=f"t-{name}", member_id="m1", **task),
    ]


def kept(till: Sender, name: str) -> tuple[dict[str, str], str]:
    """What became of them."""
    return till.body("entity", f"e-{name}").get("fields", {}), till.body("task", f"t-{name}").get("state", "open")


def test_what_a_consent_allowed_stays_though_the_consent_is_heard_later(pair: Pair) -> None:
    one, two = pair.one, pair.two
    given = [consent(two, "ConsentGiven", each) for each in ("sensitive", "marketing")]
    two.send(*given)
    done = cared_for(one, "a")
    one.send(*done)
    pair.restore()
    one.send(*done)
    two.send(*given)
    assert kept(one, "a") == ({"allergy": "酒精"}, "open")
    two.send(*[consent(two, "ConsentWithdrawn", each) for each in ("sensitive", "marketing")])
    assert kept(one, "a") == ({}, "cancelled")
    one.send(*cared_for(one, "b"))
    assert kept(one, "b") == ({}, "cancelled"), "somebody has withdrawn it"


def test_a_hub_that_has_heard_of_all_tills_knows_who_agrees(pair: Pair) -> None:
    pair.restore()
    for till in (pair.one, pair.two):
        greet(pair.office.hub, till)
    pair.one.send(*cared_for(pair.one, "a"))
    assert kept(pair.one, "a") == ({}, "cancelled")


def test_a_phone_given_up_leads_to_nobody_though_it_is_heard_of_later(pair: Pair) -> None:
    """Two corrections, of which the later one is told again first."""
    one, two = pair.one, pair.two
    wrong = one.did("MemberAmended", member_id="m1", fields={"phone": PHONES[1]}, base={"phone": PHONES[0]})
    one.send(wrong)
    pair.later()
    right = two.did("MemberAmended", member_id="m1", fields={"phone": PHONES[2]}, base={"phone": PHONES[1]})
    two.send(right)
    pair.restore()
    two.send(right)
    one.send(wrong)
    told = one.body("member", "m1")
    assert (told["phone"], told.get("phones", [])) == (PHONES[2], [])
    one.send(one.enrolled("m2", phone=PHONES[1]))
    assert one.body("member", "m2")["phone"] == PHONES[1]


def test_what_another_gave_up_is_not_refused_though_that_is_heard_later(pair: Pair) -> None:
    one, two = pair.one, pair.two
    left = two.did("MemberAmended", member_id="m1", fields={"phone": PHONES[1]}, base={"phone": PHONES[0]})
    two.send(left)
    pair.later()
    taken = [one.enrolled("m2"), one.did("MemberAmended", member_id="m2", fields={"phone": PHONES[0]})]
    assert one.verdicts(*taken) == ["accepted"] * 2
    pair.restore()
    assert one.verdicts(*taken) == ["accepted", "parked:wait_member"]
    two.send(left)
    assert pair.office.hub.settle() == 1
    assert one.body("member", "m2")["phone"] == PHONES[0]


def test_what_nobody_gave_up_is_refused_when_all_tills_were_heard(pair: Pair) -> None:
    pair.restore()
    wanted = pair.one.did("MemberAmended", member_id="m2", fields={"phone": PHONES[0]})
    assert pair.one.verdicts(pair.one.enrolled("m2"), wanted) == ["accepted", "parked:wait_member"]
    assert pair.office.hub.settle() == 0
    for till in (pair.one, pair.two):
        greet(pair.office.hub, till)
    assert pair.office.hub.settle() == 1
    assert [answer.code for answer in late_verdicts(pair.one).values()] == ["phone_taken"]


def test_what_another_gave_up_is_had_by_whichever_name_one_goes(pair: Pair) -> None:
    """m3 enrolled with the phone of m2."""
    one, two = pair.one, pair.two
    known, again = two.enrolled("m2", phone=PHONES[1]), one.enrolled("m3", phone=PHONES[1])
    two.send(known)
    one.send(again)
    left = two.did("MemberAmended", member_id="m1", fields={"phone": PHONES[2]}, base={"phone": PHONES[0]})
    two.send(left)
    pair.later()
    taken = one.did("MemberAmended", member_id="m3", fields={"phone": PHONES[0]}, base={"phone": PHONES[1]})
    assert one.verdicts(taken) == ["accepted"]
    pair.restore()
    two.send(known)
    assert one.verdicts(again, taken) == ["accepted", "parked:wait_member"]
    two.send(left)
    pair.all_heard()
    assert one.body("member", "m2")["phone"] == PHONES[0]


def test_a_card_forgotten_is_taught_as_a_code_though_that_is_heard_later(pair: Pair) -> None:
    one, two = pair.one, pair.two
    two.send(two.did("CardTaught", member_id="m1", card="TM-1"))
    pair.back_up()
    pair.later()
    forgotten = two.did("CardForgotten", member_id="m1", card="TM-1")
    two.send(forgotten)
    pair.later()
    taught = one.did("CodeTaught", code_id=code_id("TM-1"), code="TM-1", product_id="p1")
    assert one.verdicts(taught) == ["accepted"]
    pair.restore()
    assert one.verdicts(taught) == ["parked:wait_member"]
    two.send(forgotten)
    pair.all_heard()
    assert ("code", code_id("TM-1")) in one.read("cat")


def test_a_coupon_given_back_is_redeemed_again_though_that_is_heard_later(pair: Pair) -> None:
    pair.office.coupon()
    holder, other = (pair.one, pair.two) if lease(pair.one, "coupon", "c1") else (pair.two, pair.one)
    holder.send(redeemed(holder, "r1", **under(holder, "coupon", "c1")))
    pair.back_up()
    back = reversed_(other, "r1")
    other.send(back)
    again = redeemed(holder, "r2", **under(holder, "coupon", "c1"))
    assert holder.verdicts(again) == ["accepted"]
    pair.restore()
    assert holder.verdicts(again) == ["parked:wait_member"]
    other.send(back)
    pair.all_heard()
    assert holder.body("coupon", "c1")["redemption_id"] == "r2"


def test_a_gift_returned_is_given_again_though_that_is_heard_later(pair: Pair) -> None:
    one, two = pair.one, pair.two
    pair.office.quota(1)
    one.send(asked(one, "quota", "q1"))
    one.send(one.did("GiftGiven", gift_id="g1", quota_id="q1", **under(one, "quota", "q1")))
    pair.back_up()
    back = two.did("GiftReturned", gift_id="g1", quota_id="q1")
    two.send(back)
    again = one.did("GiftGiven", gift_id="g2", quota_id="q1", **under(one, "quota", "q1"))
    assert one.verdicts(again) == ["accepted"]
    pair.restore()
    assert one.verdicts(again) == ["parked:wait_member"]
    two.send(back)
    pair.all_heard()
    assert "g2" in one.rows("gift")


def test_a_coupons_terms_are_judged_when_all_of_the_visit_was_heard(pair: Pair) -> None:
    pair.office.campaign(off="20", threshold="100")
    pair.office.products(g06901234567892="199")
    pair.office.floor("50")
    pair.office.coupon()
    holder, other = (pair.one, pair.two) if lease(pair.one, "coupon", "c1") else (pair.two, pair.one)
    holder.send(returned(holder, "coupon", "c1"))
    other.send(other.did("VisitOpened", visit_id="v1", member_id="m1"))
    pair.back_up()
    line = other.line("v1", "l1", product_id=product_id("06901234567892"), action="bought", price=19900, currency="CNY")
    other.send(line)
    use = redeemed(holder, "r1", value=2000)
    assert holder.verdicts(use) == ["accepted"]
    pair.restore()
    assert holder.verdicts(use) == ["parked:wait_member"]
    other.send(line)
    pair.all_heard()
    assert holder.body("coupon", "c1")["state"] == "redeemed"


def test_a_merge_is_told_the_other_way_round_though_the_parting_is_heard_later(pair: Pair) -> None:
    one, two = pair.one, pair.two
    one.send(one.enrolled("m2"), one.did("MembersMerged", old_id="m1", keep_id="m2"))
    pair.back_up()
    pair.later()
    apart = two.did("MembersSeparated", member_id="m1")
    two.send(apart)
    pair.later()
    merged = one.did("MembersMerged", old_id="m2", keep_id="m1")
    assert one.verdicts(merged) == ["accepted"]
    pair.restore()
    assert one.verdicts(merged) == ["parked:wait_member"]
    two.send(apart)
    pair.all_heard()
    assert {old: row["keep"] for old, row in one.rows("redirect").items()} == {"m2": "m1"}


def test_the_points_of_a_visit_that_waits_go_with_the_visit(pair: Pair) -> None:
    """Its till has read of a merge since, and the hub has forgotten both who it was and that merge."""
    one, two = pair.one, pair.two
    enrolled = two.enrolled("m2")
    two.send(enrolled)
    opened = one.did("VisitOpened", visit_id="v1", member_id="m2")
    one.send(opened)
    merged = two.did("MembersMerged", old_id="m2", keep_id="m1")
    two.send(merged)
    points = earned(one, "e1", 50, visit_id="v1")
    assert one.verdicts(points) == ["accepted"]
    pair.restore()
    assert one.verdicts(opened, points) == ["parked:wait_member"] * 2
    two.send(enrolled, merged)
    pair.all_heard()
    pair.later()
    two.send(two.did("MembersSeparated", member_id="m2"))
    assert one.body("visit", "v1")["member_id"] == one.body("points", "e1")["member_id"] == "m2"


def test_of_who_was_parted_no_more_points_are_lent_than_there_are(pair: Pair) -> None:
    """A lease on the points of two is shown when they are two again."""
    one = pair.one
    merged = [one.enrolled("m2"), one.did("MembersMerged", old_id="m2", keep_id="m1")]
    merged += [earned(one, f"e-{each}", 60, member_id=each) for each in ("m1", "m2")]
    one.send(*merged)
    holder = next(till for till in (one, pair.two) if lease(till, "points", "m1"))
    lent = under(holder, "points", "m1")
    pair.restore()
    one.send(*merged, one.did("MembersSeparated", member_id="m2"))
    holder.send(holder.did("LeaseAsked", of="points", object_id="m1", amount=100, **lent))
    held = lease(holder, "points", "m1")
    assert held is not None
    assert (held.amount, held.wanted) == (100, True), "there are 60"
    holder.send(returned(holder, "points", "m1"))
    pair.office.check_books()


def redeemed_of_c1(till: Sender) -> msgspec.Raw:
    return redeemed(till, f"r-{till.id}", **under(till, "coupon", "c1"))


def all_spent_of_m1(till: Sender) -> msgspec.Raw:
    return spent(till, f"s-{till.id}", 100)


@pytest.mark.parametrize(
    ("of", "thing", "amount", "use"), [("coupon", "c1", 1, redeemed_of_c1), ("points", "m1", 100, all_spent_of_m1)]
)
def test_what_was_promised_anew_is_not_had_under_the_lease_that_had_lapsed(
    pair: Pair, of: str, thing: str, amount: int, use: Callable[[Sender], msgspec.Raw]
) -> None:
    """Done in time at a till that was away, and heard only after the hub has gone back to before it lent it anew."""
    pair.one.send(earned(pair.one, "e1", 100))
    pair.office.coupon()
    far, near = (pair.one, pair.two) if lease(pair.one, of, thing) else (pair.two, pair.one)
    pair.later(minutes=13 * 24 * 60)
    late = use(far)
    pair.back_up()
    pair.later(minutes=2 * 24 * 60)
    near.send(asked(near, of, thing, amount))
    promised = use(near)
    assert near.verdicts(promised) == ["accepted"]
    pair.restore()
    assert far.verdicts(late) == ["parked:wait_member"]
    assert near.verdicts(promised) == ["accepted"]
    pair.all_heard()
    assert far.send(late).verdicts[0].was == "rejected"
    pair.office.check_books()


def test_what_was_done_under_a_lease_that_has_lapsed_is_honoured_when_nobody_else_has_it(pair: Pair) -> None:
    pair.one.send(earned(pair.one, "e1", 100))
    far = next(till for till in (pair.one, pair.two) if lease(till, "points", "m1"))
    pair.later(minutes=13 * 24 * 60)
    late = spent(far, "s1", 100)
    pair.back_up()
    pair.later(minutes=2 * 24 * 60)
    pair.restore()
    assert far.verdicts(late) == ["parked:wait_member"]
    pair.all_heard()
    assert far.send(late).verdicts[0].was == "accepted"
    pair.office.check_books()


def test_what_waits_for_a_till_that_never_comes_back_is_judged_when_the_hub_lends_again(pair: Pair) -> None:
    """A phone that is still another's, and points under a lease that has lapsed and that nobody else has."""
    one, two = pair.one, pair.two
    one.send(earned(one, "e1", 100))
    far = next(till for till in (one, two) if lease(till, "points", "m1"))
    pair.later(minutes=13 * 24 * 60)
    late = spent(far, "s1", 100)
    pair.back_up()
    pair.later(minutes=2 * 24 * 60)
    pair.restore()
    far.send(far.enrolled("m3", phone=PHONES[1]))
    told = {"fields": {"phone": PHONES[0]}, "base": {"phone": PHONES[1]}}
    taken = far.did("MemberAmended", member_id="m3", **told)
    assert far.verdicts(taken, late) == ["parked:wait_member"] * 2
    pair.later(minutes=15 * 24 * 60)
    pair.office.hub.settle()
    verdicts = [(each.was, each.code) for each in far.send(taken, late).verdicts]
    assert verdicts == [("rejected", "phone_taken"), ("accepted", None)]


def booked(till: Sender) -> msgspec.Raw:
    """AppointmentBooked by m1."""
    told = {"starts_at": "2027-01-05T10:00:00Z", "minutes": 60, "service": "护理"}
    return till.did("AppointmentBooked", appointment_id="a1", member_id="m1", **told)


def test_what_a_till_did_before_it_moved_is_not_refused_when_it_tells_it_again(pair: Pair) -> None:
    one, two = pair.one, pair.two
    two.send(two.did("VisitOpened", visit_id="v1", member_id="m1"), booked(two))
    two.send(two.did("LeadNoted", lead_id="l1", name="周小姐", phone=PHONES[1]))
    pair.back_up()
    pair.later()
    done = [one.line("v1", "line"), one.did("AppointmentCancelled", appointment_id="a1")]
    done.append(one.did("LeadMoved", lead_id="l1", state="invited"))
    assert one.verdicts(*done) == ["accepted"] * 3
    one.move("east")
    pair.restore()
    assert one.verdicts(*done) == ["accepted"] * 3
    one.move("east")  # it has to be let in again
    pair.all_heard()
    assert one.verdicts(one.line("v1", "late")) == ["rejected:wrong_store"]


def test_what_was_done_in_a_visit_whose_till_moved_since_is_not_refused(pair: Pair) -> None:
    one, two = pair.one, pair.two
    opened = one.did("VisitOpened", visit_id="v1", member_id="m1")
    one.send(opened)
    line = two.line("v1", "line")
    assert two.verdicts(line) == ["accepted"]
    one.move("east")
    pair.restore()
    assert two.verdicts(line) == ["parked:wait_member"]
    assert one.verdicts(opened) == ["accepted"]
    assert two.send(line).verdicts[0].was == "accepted"
