"""Two members who are one person, and who are two after all."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from desktop.rules.leases import lease_id
from sync.hub.hub import Hub
from tests.sync.hub.builders import Sender, SteadyClock
from tests.sync.hub.rights import Office, asked, earned, lease, redeemed, returned, under

ATill = Callable[..., Sender]
ONE, TWO, THREE = "+8613800138000", "+8613800138001", "+8613800138002"
SKIN = {"visit_id": None, "facet": "skin", "value": "干性"}
MARKETING = {"purpose": "marketing", "text_version": "3", "text_hash": "ab"}


def merged(till: Sender, old: str = "m2", keep: str = "m1") -> Any:
    return till.did("MembersMerged", old_id=old, keep_id=keep)


def apart(till: Sender, member: str = "m2") -> Any:
    return till.did("MembersSeparated", member_id=member)


def amended(till: Sender, member: str, **fields: str | None) -> Any:
    return till.did("MemberAmended", member_id=member, fields=fields)


def spent_of_m2(till: Sender) -> Any:
    """Points that were lent on m2, spent by m1 as the two are one."""
    told = {"entry_id": "e2", "member_id": "m1", "amount": 60, "reason": "兑换"}
    return till.did("PointsSpent", **told, **under(till, "points", "m2"))


def refused(till: Sender, event: Any) -> str | None:
    return till.send(event).verdicts[0].code


@pytest.fixture
def couple(till: Sender) -> Sender:
    """A till that enrolled m1 and m2, each with something of their own."""
    till.send(
        till.enrolled("m1", code="A", phone=ONE, name="陈思雨", card="11"),
        till.enrolled("m2", code="B", phone=TWO, name="陈小雨", card="22", birthday="05-20"),
        till.did("VisitOpened", visit_id="v1", member_id="m1"),
        till.did("VisitOpened", visit_id="v2", member_id="m2"),
        till.did("PreferenceNoted", preference_id="p2", member_id="m2", **SKIN),
        till.did("ConsentGiven", consent_id="c1", member_id="m1", **MARKETING),
        till.did("ConsentWithdrawn", consent_id="c2", member_id="m2", purpose="marketing"),
    )
    return till


def test_everything_of_both_is_the_kept_ones(couple: Sender) -> None:
    assert couple.verdicts(merged(couple)) == ["accepted"]
    rows = couple.own()
    assert ("member", "m2") not in rows
    assert couple.body("redirect", "m2")["keep"] == "m1"
    assert couple.read("dir").keys() == {("directory", "m1"), ("redirect", "m2")}
    for kind, row_id in (("visit", "v2"), ("preference", "p2"), ("consent", "c1"), ("consent", "c2")):
        assert couple.body(kind, row_id)["member_id"] == "m1"
    member = couple.body("member", "m1")
    assert (member["codes"], member["cards"], member["birthday"]) == (["A", "B"], ["11", "22"], "05-20")
    assert member["name"] == "陈小雨"  # the newest word
    assert {member["phone"], *member["phones"]} == {ONE, TWO}


def test_what_is_refused_of_who_was_merged_brings_whom_they_are(couple: Sender) -> None:
    """A till that knows of the merge shows as the kept one's what it has told of the old one."""
    couple.send(merged(couple), couple.enrolled("m3", phone=THREE))
    answer = couple.send(amended(couple, "m2", phone=THREE)).verdicts[0]
    assert (answer.code, answer.row.op, answer.row.eid) == ("phone_taken", "put", "m1")


@pytest.mark.parametrize("known", [{"code": "B"}, {"phone": TWO}, {"card": "22"}])
def test_whatever_led_to_the_old_one_leads_to_the_kept_one(couple: Sender, known: dict[str, str]) -> None:
    couple.send(merged(couple), couple.enrolled("m3", **known))
    assert couple.body("redirect", "m3")["keep"] == "m1"


def test_who_won_the_older_one_has_won_the_member(till: Sender, hub_clock: SteadyClock) -> None:
    first, later = {"clk": "g1"}, {"clk": "g2"}
    told = {"code": "B", "phone": TWO, "name": "陈小雨"}
    till.send(till.did("MemberEnrolled", first, member_id="m2", recruit="SGR1-fair", **told))
    hub_clock.forward(hours=24)
    told = {"code": "A", "phone": ONE, "name": "陈思雨"}
    till.send(till.did("MemberEnrolled", later, member_id="m1", recruit="SGR1-door", **told), merged(till))
    member = till.body("member", "m1")
    assert [member[field] for field in ("guide_id", "enrolled_by", "recruit")] == ["g1", "g1", "SGR1-fair"]
    till.send(apart(till))
    member = till.body("member", "m1")
    assert [member[field] for field in ("guide_id", "enrolled_by", "recruit")] == ["g2", "g2", "SGR1-door"]


def test_who_gave_up_their_phone_goes_by_the_old_ones(couple: Sender) -> None:
    couple.send(amended(couple, "m1", phone=None), merged(couple))
    assert couple.body("member", "m1")["phone"] == TWO
    couple.send(apart(couple))
    assert [couple.body("member", each)["phone"] for each in ("m1", "m2")] == [None, TWO]


def test_a_store_that_knew_only_the_old_one_knows_the_kept_one(couple: Sender, a_till: ATill) -> None:
    east = a_till("east")
    east.send(east.did("VisitOpened", visit_id="v3", member_id="m2"))
    couple.send(merged(couple))
    expected = {("member", "m1"), ("redirect", "m2"), ("visit", "v1"), ("visit", "v2"), ("visit", "v3")}
    assert expected <= east.own().keys()


def test_two_members_become_two_again(couple: Sender) -> None:
    before = {key: row.body for key, row in couple.own().items()}
    couple.send(merged(couple))
    assert couple.verdicts(apart(couple)) == ["accepted"]
    assert {key: row.body for key, row in couple.own().items()} == before
    assert couple.read("dir").keys() == {("directory", "m1"), ("directory", "m2")}
    couple.send(couple.enrolled("m3", phone=TWO), couple.enrolled("m4", code="A"))
    assert couple.body("redirect", "m3")["keep"] == "m2"
    assert couple.body("redirect", "m4")["keep"] == "m1"


def test_later_words_go_where_they_were_written_for(couple: Sender) -> None:
    couple.send(
        merged(couple),
        amended(couple, "m2", name="陈雨", phone=THREE),
        amended(couple, "m1", gender="f"),
        couple.did("VisitOpened", visit_id="v3", member_id="m2"),
        couple.did("VisitOpened", visit_id="v4", member_id="m1"),
        couple.did("PreferenceNoted", preference_id="p3", member_id="m2", **SKIN),
    )
    assert couple.body("member", "m1")["name"] == "陈雨"
    couple.send(apart(couple))
    one, two = couple.body("member", "m1"), couple.body("member", "m2")
    assert (one["name"], one.get("gender"), one["phone"]) == ("陈思雨", "f", ONE)
    assert (two["name"], two.get("gender"), two["phone"]) == ("陈雨", None, THREE)
    assert [couple.body("visit", each)["member_id"] for each in ("v1", "v2", "v3", "v4")] == ["m1", "m2", "m2", "m1"]
    assert couple.body("preference", "p3")["member_id"] == "m2"


def test_a_second_merge_holds_again(couple: Sender) -> None:
    couple.send(merged(couple), apart(couple))
    assert couple.verdicts(merged(couple)) == ["accepted"]
    assert couple.body("visit", "v2")["member_id"] == "m1"
    assert ("member", "m2") not in couple.own()
    couple.send(apart(couple))
    assert couple.body("visit", "v2")["member_id"] == "m2"


def test_a_month_later_it_is_too_late(couple: Sender, hub_clock: SteadyClock) -> None:
    couple.send(merged(couple))
    hub_clock.forward(hours=24 * 30 + 1)
    answer = couple.send(apart(couple)).verdicts[0]
    assert (answer.v, answer.code, answer.fix) == ("rejected", "too_late", "call_hq")
    assert answer.row is not None
    assert answer.row.op == "put"
    assert couple.body("redirect", "m2")["keep"] == "m1"


def test_what_was_done_in_time_counts_though_it_comes_late(couple: Sender, hub_clock: SteadyClock) -> None:
    couple.send(merged(couple))
    hub_clock.forward(hours=24 * 29)
    early = apart(couple)
    hub_clock.forward(hours=24 * 9)
    assert couple.verdicts(early) == ["accepted"]


def test_merging_in_a_circle_is_refused(couple: Sender) -> None:
    couple.send(merged(couple, "m2", "m1"))
    assert refused(couple, merged(couple, "m1", "m2")) == "merged_already"
    assert couple.verdicts(merged(couple, "m2", "m1")) == ["accepted"]
    assert couple.body("member", "m1")["code"] == "A"


def test_a_chain_of_merges_leads_to_its_end(couple: Sender) -> None:
    couple.send(couple.enrolled("m3", phone=THREE), merged(couple, "m2", "m1"), merged(couple, "m1", "m3"))
    assert couple.body("redirect", "m2")["keep"] == "m3"
    assert couple.body("visit", "v2")["member_id"] == "m3"
    couple.send(couple.did("VisitOpened", visit_id="v5", member_id="m2"))
    couple.send(apart(couple, "m1"))
    assert couple.body("redirect", "m2")["keep"] == "m1"
    assert couple.body("visit", "v5")["member_id"] == "m1"
    couple.send(apart(couple, "m2"))
    assert couple.body("visit", "v5")["member_id"] == "m2"
    assert couple.body("member", "m3")["codes"] == ["code-m3"]
    assert couple.body("member", "m1")["codes"] == ["A"]


def test_one_of_a_chain_may_leave_it(couple: Sender) -> None:
    couple.send(couple.enrolled("m3", phone=THREE), merged(couple, "m2", "m1"), merged(couple, "m1", "m3"))
    couple.send(apart(couple, "m2"))
    assert couple.body("visit", "v2")["member_id"] == "m2"
    assert couple.body("visit", "v1")["member_id"] == "m3"
    assert sorted(couple.body("member", "m3")["codes"]) == ["A", "code-m3"]


def test_somebody_enrolled_with_the_phone_of_another_can_be_told_apart(till: Sender) -> None:
    till.send(
        till.enrolled("m1", code="A", phone=ONE, name="妈妈"), till.enrolled("m2", code="B", phone=ONE, name="女儿")
    )
    till.send(till.did("VisitOpened", visit_id="v1", member_id="m2"), apart(till))
    mother, daughter = till.body("member", "m1"), till.body("member", "m2")
    assert (mother["name"], mother["phone"], mother["codes"]) == ("妈妈", ONE, ["A"])
    assert (daughter["name"], daughter.get("phone"), daughter["codes"]) == ("女儿", None, ["B"])
    assert till.body("visit", "v1")["member_id"] == "m2"


def test_a_merge_waits_for_both(till: Sender, a_till: ATill) -> None:
    other = a_till()
    assert till.verdicts(merged(till), apart(till, "m9")) == ["parked:wait_member"] * 2
    other.send(other.enrolled("m2"))
    other.send(other.enrolled("m1"))
    assert till.body("redirect", "m2")["keep"] == "m1"


def test_a_member_who_is_alone_needs_no_separation(couple: Sender) -> None:
    assert couple.verdicts(apart(couple)) == ["accepted"]


def test_a_merge_within_the_batch_of_its_members_is_the_same(hub: Hub, a_till: ATill) -> None:
    till = a_till()
    till.send(
        till.enrolled("m1", phone=ONE),
        till.did("VisitOpened", visit_id="v1", member_id="m2"),
        till.enrolled("m2", phone=TWO),
        till.did("VisitOpened", visit_id="v2", member_id="m2"),
        merged(till),
    )
    hub.settle()
    assert [till.body("visit", each)["member_id"] for each in ("v1", "v2")] == ["m1", "m1"]


def test_a_visit_by_card_is_theirs_again_whose_card_it_is(couple: Sender) -> None:
    couple.send(
        merged(couple),
        couple.did("VisitOpened", visit_id="v3", member_id=None, code="B"),
        couple.did("VisitOpened", visit_id="v4", member_id=None),
        couple.did("VisitJoined", visit_id="v4", member_id=None, code="B"),
        couple.did("VisitOpened", visit_id="v5", member_id=None, code="A"),
    )
    assert [couple.rows("visit")[visit]["member_id"] for visit in ("v3", "v4", "v5")] == ["m1", "m1", "m1"]
    couple.send(apart(couple))
    assert [couple.rows("visit")[visit]["member_id"] for visit in ("v3", "v4", "v5")] == ["m2", "m2", "m1"]


def test_a_card_that_both_have_names_the_kept_one(couple: Sender, a_till: ATill) -> None:
    couple.send(couple.enrolled("m3", code="A", phone=THREE))
    east = a_till("east")
    east.send(east.did("VisitOpened", visit_id="v9", member_id=None, code="A"))
    couple.send(apart(couple, "m3"))
    assert east.rows("visit")["v9"]["member_id"] == "m1"
    assert "m1" in east.rows("member")


def test_a_card_that_two_merged_ones_have_names_the_kept_one(couple: Sender) -> None:
    couple.send(couple.enrolled("m3", code="C", phone=ONE), couple.enrolled("m4", code="C", phone=ONE))
    couple.send(couple.did("VisitOpened", visit_id="v9", member_id=None, code="C"), apart(couple, "m3"))
    assert couple.rows("visit")["v9"]["member_id"] == "m1"


def test_a_card_that_both_were_given_stays_with_the_kept_one(couple: Sender) -> None:
    couple.send(couple.enrolled("m3", code="C", card="11"), apart(couple, "m3"))
    cards = {member: row.get("cards", []) for member, row in couple.rows("member").items()}
    assert cards == {"m1": ["11"], "m2": ["22"], "m3": []}


def test_points_add_up_and_part_again(couple: Sender) -> None:
    earned = [
        couple.did("PointsEarned", entry_id=f"e{n}", member_id=f"m{n}", amount=n * 100, reason="purchase")
        for n in (1, 2)
    ]
    assert couple.verdicts(*earned, merged(couple)) == ["accepted"] * 3
    assert [couple.body("points", each)["member_id"] for each in ("e1", "e2")] == ["m1", "m1"]
    assert couple.verdicts(apart(couple)) == ["accepted"]
    assert [couple.body("points", each)["member_id"] for each in ("e1", "e2")] == ["m1", "m2"]


def test_points_taken_back_of_both_are_owed_by_whom_they_were_taken_for(
    couple: Sender, hub: Hub, tmp_path: Path
) -> None:
    couple.send(
        earned(couple, "e1", 300, member_id="m1"),
        earned(couple, "e2", 100, member_id="m2"),
        merged(couple),
        couple.did("PointsReversed", entry_id="e3", member_id="m2", amount=250, reason="return"),
    )
    couple.send(apart(couple))
    Office(hub, tmp_path).check_books()
    lines = couple.rows("points").values()
    stand = {each: sum(line["amount"] for line in lines if line["member_id"] == each) for each in ("m1", "m2")}
    assert stand == {"m1": 300, "m2": 100}  # which are lent to the till, so that all is owed
    taken = couple.body("points", "e3")
    assert (taken["member_id"], taken["amount"], taken["owed"]) == ("m2", 0, 250)


def test_what_was_taken_back_before_a_merge_is_lent_to_nobody_after_it(
    couple: Sender, a_till: ATill, hub_clock: SteadyClock
) -> None:
    couple.send(
        earned(couple, "e1", 300, member_id="m1"),
        earned(couple, "e2", 300, member_id="m2"),
        couple.did("PointsReversed", entry_id="e3", member_id="m1", amount=20, reason="return"),
        merged(couple),
    )
    couple.send(asked(couple, "points", "m1", 1000))
    couple.send(apart(couple))
    hub_clock.forward(hours=24 * 40)
    east = a_till("east")
    east.send(asked(east, "points", "m1", 300))
    held = lease(east, "points", "m1")
    assert held is not None
    assert held.amount == 280


def test_what_a_till_may_spend_of_a_merged_members_points_it_may_still_spend(couple: Sender) -> None:
    couple.send(couple.did("PointsEarned", entry_id="e1", member_id="m2", amount=100, reason="消费"))
    asked = lease_id("points", "m2", couple.id)
    couple.send(couple.did("LeaseAsked", lease_id=asked, of="points", object_id="m2", amount=60, signed=None))
    assert couple.verdicts(merged(couple)) == ["accepted"]
    spent = {"entry_id": "e2", "amount": 60, "reason": "兑换", **under(couple, "points", "m2")}
    assert couple.verdicts(couple.did("PointsSpent", member_id="m1", **spent)) == ["accepted"]


def test_what_was_lent_by_the_old_id_is_counted_with_its_points_again(couple: Sender, a_till: ATill) -> None:
    east, south = a_till("east"), a_till("south")
    couple.send(earned(couple, "e1", 500, member_id="m2"), merged(couple))
    east.send(asked(east, "points", "m2", 400))
    couple.send(apart(couple))
    south.send(asked(south, "points", "m2", 400))
    held = [lease(till, "points", "m2") for till in (couple, east, south)]
    assert sum(each.amount for each in held if each) == 500


def test_a_coupon_is_its_members_again_whoever_named_it(couple: Sender, hub: Hub, tmp_path: Path) -> None:
    office = Office(hub, tmp_path)
    office.coupon("B")
    couple.send(merged(couple), redeemed(couple, **under(couple, "coupon", "c1")), apart(couple))
    assert couple.body("coupon", "c1")["member_id"] == "m2"
    office.check_books()


def test_a_settlement_goes_where_its_coupon_goes(couple: Sender, hub: Hub, tmp_path: Path) -> None:
    office = Office(hub, tmp_path)
    office.campaign(threshold="0")
    office.coupon("B", amount="50")
    couple.send(merged(couple), redeemed(couple, "r1", **under(couple, "coupon", "c1")), redeemed(couple, "r2"))
    couple.send(apart(couple))
    assert [couple.body(*each)["member_id"] for each in (("coupon", "c1"), ("settlement", "r2"))] == ["m2", "m2"]


def test_what_a_lease_allowed_before_a_separation_is_not_refused(couple: Sender, hub: Hub, tmp_path: Path) -> None:
    """The till had not heard of it: it served the kept one, with what was lent on the other."""
    office = Office(hub, tmp_path)
    office.coupon("B")
    couple.send(earned(couple, "e1", 100, member_id="m2"), merged(couple))
    promises = [redeemed(couple, **under(couple, "coupon", "c1")), spent_of_m2(couple)]
    assert couple.verdicts(apart(couple), *promises) == ["accepted"] * 3
    assert [couple.body(*each)["member_id"] for each in (("coupon", "c1"), ("points", "e2"))] == ["m2", "m2"]
    office.check_books()


def test_points_that_were_lent_part_with_whom_they_were_lent_on(couple: Sender, hub: Hub, tmp_path: Path) -> None:
    couple.send(earned(couple, "e1", 100, member_id="m2"), merged(couple))
    couple.send(spent_of_m2(couple), apart(couple))
    assert couple.body("points", "e2")["member_id"] == "m2"
    Office(hub, tmp_path).check_books()


def test_points_that_were_lent_in_the_name_of_both_are_asked_back(
    couple: Sender, a_till: ATill, hub: Hub, tmp_path: Path
) -> None:
    east = a_till("east")
    couple.send(earned(couple, "e1", 10), earned(couple, "e2", 500, member_id="m2"), merged(couple))
    east.send(asked(east, "points", "m1", 400))
    couple.send(apart(couple))
    lent = [lease(till, "points", "m1") for till in (couple, east)]
    assert [(each.amount, each.wanted) for each in lent if each] == [(10, True), (400, True)]
    east.send(returned(east, "points", "m1"))
    couple.send(returned(couple, "points", "m1"))
    own = lease(couple, "points", "m2")
    assert own is not None
    assert (own.amount, own.wanted) == (100, False)
    Office(hub, tmp_path).check_books()


def test_what_is_asked_of_a_members_name_goes_with_that_member(hub: Hub, till: Sender) -> None:
    """Not with the stranger whose enrolment was the first reason to ask, once they are parted."""
    till.send(till.enrolled("m1", phone=ONE, name="许文君"), till.enrolled("m2", phone=ONE, name="陈大伟"))
    till.send(apart(till))
    till.send(till.did("MemberAmended", member_id="m1", fields={"name": "许文"}, base={"name": "许女士"}))
    (asked,) = till.rows("review").values()
    assert (asked["member_id"], asked["kept"], asked["lost"], asked["settled"]) == ("m1", "许文", "许文君", False)
    hub.erase("m1")
    assert till.rows("review") == {}
