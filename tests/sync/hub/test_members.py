"""Who is who, and whose word counts."""

from collections.abc import Callable
from typing import Any

import pytest

from desktop.rules.code_ids import code_id
from tests.sync.hub.builders import Sender, SteadyClock, decoded, lost

ATill = Callable[..., Sender]
PHONE = "+8613800138000"


def test_two_tills_enrolling_one_phone_share_one_member(a_till: ATill) -> None:
    west, east = a_till("west"), a_till("east")
    west.send(west.enrolled("m1", code="A", phone=PHONE, name="陈思雨"))
    assert east.verdicts(east.enrolled("m2", code="B", phone=PHONE, name="陈小雨", birthday="05-20")) == ["accepted"]
    for till in (west, east):
        assert till.body("redirect", "m2")["keep"] == "m1"
        assert till.read("dir").keys() == {("directory", "m1"), ("redirect", "m2")}
        member = till.body("member", "m1")
        assert (member["codes"], member["name"], member["birthday"]) == (["A", "B"], "陈小雨", "05-20")


def test_a_redirect_holds_for_ever(till: Sender) -> None:
    till.send(till.enrolled("m1", phone=PHONE), till.enrolled("m2", phone=PHONE))
    till.send(
        till.did("VisitOpened", visit_id="v1", member_id="m2"),
        till.did("MemberAmended", member_id="m2", fields={"gender": "f"}),
        till.did("ConsentWithdrawn", consent_id="c1", member_id="m2", purpose="marketing"),
        till.enrolled("m2", code="C", phone=None),
    )
    assert till.body("visit", "v1")["member_id"] == "m1"
    assert till.body("consent", "c1")["member_id"] == "m1"
    assert till.body("member", "m1")["gender"] == "f"
    assert till.body("member", "m1")["codes"] == ["code-m1", "code-m2", "C"]
    assert ("member", "m2") not in till.own()


def test_a_card_leads_to_its_member_too(till: Sender) -> None:
    till.send(till.enrolled("m1", card="8888"), till.enrolled("m2", card="8888", phone=PHONE))
    member = till.body("member", "m1")
    assert (member["cards"], member["phone"]) == (["8888"], PHONE)


def card(till: Sender, kind: str, member: str = "m2") -> Any:
    """A word on the card 22."""
    return till.did(kind, member_id=member, card="22")


@pytest.fixture
def couple(till: Sender) -> Sender:
    """A till that enrolled m1, and m2 with the card 22."""
    till.send(till.enrolled("m1"), till.enrolled("m2", card="22"))
    return till


def test_a_card_that_was_lost_while_two_were_one_stays_lost(couple: Sender) -> None:
    couple.send(couple.did("MembersMerged", old_id="m2", keep_id="m1"), card(couple, "CardForgotten", "m1"))
    couple.send(couple.did("MembersSeparated", member_id="m2"))
    assert couple.body("member", "m2").get("cards", []) == []
    couple.send(couple.enrolled("m3", card="22"))
    assert couple.body("member", "m3")["cards"] == ["22"]


def test_a_merge_revives_no_lost_card(couple: Sender, a_till: ATill, hub_clock: SteadyClock) -> None:
    late = a_till()
    old = card(late, "CardTaught")
    hub_clock.forward(minutes=5)
    couple.send(card(couple, "CardForgotten"), couple.did("MembersMerged", old_id="m2", keep_id="m1"))
    late.send(old)
    assert couple.body("member", "m1").get("cards", []) == []


def test_an_older_enrolment_brings_no_lost_card_back(couple: Sender, a_till: ATill, hub_clock: SteadyClock) -> None:
    couple.send(couple.did("MemberAmended", member_id="m2", fields={"phone": PHONE}))
    late = a_till()
    old = late.enrolled("m3", phone=PHONE, card="22")
    hub_clock.forward(minutes=5)
    couple.send(card(couple, "CardForgotten"))
    late.send(old)
    couple.send(couple.enrolled("m4", card="22"))
    assert couple.body("redirect", "m3")["keep"] == "m2"
    assert {each: row.get("cards", []) for each, row in couple.rows("member").items()} == {
        "m1": [], "m2": [], "m4": ["22"],
    }  # fmt: skip


@pytest.mark.parametrize("given", ["CardTaught", "MemberEnrolled"])
def test_an_older_forgetting_takes_no_card_away_that_was_given_since(
    couple: Sender, a_till: ATill, hub_clock: SteadyClock, given: str
) -> None:
    late = a_till()
    old = [card(late, kind) for kind in ("CardTaught", "CardForgotten")]
    hub_clock.forward(minutes=5)
    couple.send(couple.enrolled("m2", card="22") if given == "MemberEnrolled" else card(couple, given))
    assert late.verdicts(*old) == ["accepted"] * 2
    assert couple.body("member", "m2")["cards"] == ["22"]
    couple.send(couple.enrolled("m3", card="22"))
    assert couple.body("redirect", "m3")["keep"] == "m2"


def test_an_older_forgetting_takes_no_code_away_that_was_taught_since(a_till: ATill, hub_clock: SteadyClock) -> None:
    one, late = a_till(), a_till()
    told = {"code_id": code_id("X-1"), "code": "X-1", "product_id": "p1"}
    old = [late.did(kind, **told) for kind in ("CodeTaught", "CodeForgotten")]
    hub_clock.forward(minutes=5)
    one.send(one.did("CodeTaught", **told))
    assert late.verdicts(*old) == ["accepted"] * 2
    assert ("code", told["code_id"]) in one.read("cat")
    one.send(one.did("CodeForgotten", **told))
    assert ("code", told["code_id"]) not in one.read("cat")


def test_in_one_field_the_newest_word_counts_whenever_it_arrives(a_till: ATill, hub_clock: SteadyClock) -> None:
    one, other = a_till(), a_till()
    one.send(one.enrolled("m1", name="一"))
    hub_clock.forward(minutes=1)
    early = one.did("MemberAmended", member_id="m1", fields={"name": "二", "gender": "f"})
    hub_clock.forward(minutes=1)
    late = other.did("MemberAmended", member_id="m1", fields={"name": "三"})
    other.send(late)
    assert one.verdicts(early) == ["accepted"]
    member = one.body("member", "m1")
    assert (member["name"], member["gender"]) == ("三", "f")


@pytest.mark.parametrize("heard", [(0, 1), (1, 0)])
def test_words_that_lost_are_kept_in_the_history_whichever_is_heard_first(
    a_till: ATill, hub_clock: SteadyClock, heard: tuple[int, int]
) -> None:
    pair = one, _ = a_till(), a_till()
    one.send(one.enrolled("m1", name="一"))
    events = []
    for till, name in zip(pair, ("二", "三"), strict=True):
        hub_clock.forward(minutes=1)
        events.append(till.did("MemberAmended", member_id="m1", fields={"name": name}))
    for place in heard:
        pair[place].send(events[place])
    assert one.body("member", "m1")["name"] == "三"
    assert lost(one, "member", "m1") == [("name", "一"), ("name", "二")]


def test_an_empty_field_is_filled_by_a_second_enrolment(till: Sender) -> None:
    till.send(till.enrolled("m1", phone=PHONE, birthday="05-20"), till.enrolled("m2", phone=PHONE, channel="street"))
    member = till.body("member", "m1")
    assert (member["birthday"], member["channel"]) == ("05-20", "street")


def test_an_enrolment_without_a_name_takes_none_away(till: Sender) -> None:
    till.send(till.enrolled("m1", phone=PHONE, name="陈思雨"), till.enrolled("m2", phone=PHONE, name=""))
    assert till.body("member", "m1")["name"] == "陈思雨"


def test_the_phone_of_another_member_is_not_taken_away(till: Sender) -> None:
    till.send(till.enrolled("m1", phone=PHONE), till.enrolled("m2"))
    answer = till.send(till.did("MemberAmended", member_id="m2", fields={"phone": PHONE, "name": "x"})).verdicts[0]
    assert (answer.v, answer.code, answer.fix) == ("rejected", "phone_taken", "edit")
    assert till.body("member", "m2")["name"] == "陈思雨"


def test_a_phone_given_up_is_free_for_another(till: Sender) -> None:
    till.send(till.enrolled("m1", phone=PHONE), till.did("MemberAmended", member_id="m1", fields={"phone": None}))
    till.send(till.enrolled("m2", phone=PHONE))
    assert till.body("member", "m2")["phone"] == PHONE
    assert till.body("member", "m1")["phone"] is None


def test_a_phone_given_up_is_free_though_an_older_word_of_it_comes_late(a_till: ATill, hub_clock: SteadyClock) -> None:
    one, other = a_till(), a_till()
    one.send(one.enrolled("m1", phone=PHONE, card="8888"))
    early = other.enrolled("m2", phone=PHONE, card="8888")
    hub_clock.forward(minutes=1)
    one.send(one.did("MemberAmended", member_id="m1", fields={"phone": None}))
    other.send(early)
    one.send(one.enrolled("m3", phone=PHONE))
    assert {each: row["phone"] for each, row in one.rows("member").items()} == {"m1": None, "m3": PHONE}


def test_a_phone_may_change_hands_within_one_batch(till: Sender) -> None:
    till.send(till.enrolled("m1", phone=PHONE))
    till.send(till.did("MemberAmended", member_id="m1", fields={"phone": None}), till.enrolled("m2", phone=PHONE))
    till.send(till.enrolled("m3", phone=PHONE))
    assert till.body("redirect", "m3")["keep"] == "m2"


def test_an_amended_member_must_be_known(till: Sender) -> None:
    assert till.verdicts(till.did("MemberAmended", member_id="m9", fields={"name": "x"})) == ["parked:wait_member"]


def test_a_store_that_serves_a_member_learns_all_about_them(a_till: ATill) -> None:
    west, east = a_till("west"), a_till("east")
    west.send(
        west.enrolled("m1", phone=PHONE),
        west.did("VisitOpened", visit_id="v1", member_id="m1"),
        west.did("PreferenceNoted", preference_id="p1", member_id="m1", visit_id="v1", facet="skin", value="dry"),
        west.did("ConsentWithdrawn", consent_id="c1", member_id="m1", purpose="marketing"),
    )
    assert east.own() == {}
    assert east.read("dir").keys() == {("directory", "m1")}
    east.send(east.did("VisitOpened", visit_id="v2", member_id="m1"))
    everything = {("member", "m1"), ("visit", "v1"), ("visit", "v2"), ("preference", "p1"), ("consent", "c1")}
    assert east.own().keys() == everything
    assert west.own().keys() == everything


def test_the_directory_greets_but_tells_no_phone(a_till: ATill) -> None:
    west, east = a_till("west"), a_till("east")
    west.send(west.enrolled("m1", code="A", phone=PHONE))
    row = east.read("dir")["directory", "m1"]
    assert decoded(row.body) == {"code": "A", "name": "陈思雨", "phone_tail": "8000", "store_id": "west"}  # type: ignore[arg-type]
