"""Leads at the hub: the newest word counts, one store knows them, and who enrols is no lead any more."""

from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from tests.sync.hub.builders import Sender

ATill = Callable[..., Sender]
PHONE = "+8613900000001"


def noted(till: Sender, lead_id: str = "l1", **data: Any) -> msgspec.Raw:
    """LeadNoted of somebody who may be called."""
    told = {"name": "周小姐", "phone": PHONE, "channel": "event", "consent": True, "due": "2026-11-24"}
    return till.did("LeadNoted", lead_id=lead_id, **{**told, **data})


def moved(till: Sender, state: str = "contacted", lead_id: str = "l1", **data: Any) -> msgspec.Raw:
    """LeadMoved with another day."""
    return till.did("LeadMoved", lead_id=lead_id, state=state, **{"due": "2026-11-30", **data})


def lead(till: Sender, lead_id: str = "l1") -> dict[str, Any]:
    """The row as its store's tills read it."""
    return till.rows("lead")[lead_id]


@pytest.fixture
def pair(a_till: ATill) -> tuple[Sender, Sender]:
    """Two tills of one store."""
    return a_till(), a_till()


def test_a_lead_is_its_stores_alone(a_till: ATill) -> None:
    west, east = a_till("west"), a_till("east")
    west.send(noted(west))
    assert lead(west)["name"] == "周小姐"
    east.send(east.enrolled("m1", phone=PHONE))
    assert (lead(west)["state"], lead(west)["member_id"]) == ("joined", "m1")
    assert east.rows("lead") == {}
    assert east.verdicts(moved(east)) == ["rejected:wrong_store"]


@pytest.mark.parametrize("order", [1, -1])
def test_who_enrols_at_one_till_is_no_lead_at_the_other_whoever_is_heard_first(
    pair: tuple[Sender, Sender], order: int
) -> None:
    one, two = pair
    told = [(one, noted(one)), (two, two.enrolled("m1", phone=PHONE))]
    for till, event in told[::order]:
        assert till.verdicts(event) == ["accepted"]
    assert (lead(one)["state"], lead(one)["member_id"], lead(one).get("due")) == ("joined", "m1", None)
    assert two.body("member", "m1")["channel"] == "event"
    one.send(moved(one))
    assert lead(one)["state"] == "joined"


def test_the_channel_that_was_told_at_the_enrolment_stays(pair: tuple[Sender, Sender]) -> None:
    one, two = pair
    one.send(noted(one, recruit="SGR1-yoga"))
    two.send(two.enrolled("m1", phone=PHONE, channel="friend"))
    member = two.body("member", "m1")
    assert (member["channel"], member["recruit"]) == ("friend", "SGR1-yoga")


def test_a_new_phone_of_a_member_may_be_a_leads(pair: tuple[Sender, Sender]) -> None:
    one, two = pair
    one.send(noted(one), one.enrolled("m1"))
    two.send(two.did("MemberAmended", member_id="m1", fields={"phone": PHONE}))
    assert lead(one)["member_id"] == "m1"


def test_who_is_noted_twice_in_a_store_is_one_lead(pair: tuple[Sender, Sender]) -> None:
    one, two = pair
    one.send(noted(one))
    two.send(noted(two, "l2", name="小周"))
    assert (lead(one, "l2")["state"], lead(one, "l2")["reason"]) == ("lost", "twice")
    two.send(two.enrolled("m1", phone=PHONE))
    assert {each["member_id"] for each in one.rows("lead").values()} == {"m1"}


def test_the_newest_word_counts_whoever_is_heard_first(pair: tuple[Sender, Sender]) -> None:
    one, two = pair
    one.send(noted(one))
    early = moved(one, "contacted")
    one.hub.clock.forward(minutes=1)  # type: ignore[attr-defined]
    two.send(moved(two, "invited", due="2026-12-01"))
    one.send(early)
    assert (lead(one)["state"], lead(one)["due"]) == ("invited", "2026-12-01")


def test_who_does_not_want_to_be_contacted_has_no_day(till: Sender) -> None:
    till.send(noted(till), till.did("LeadAgreed", lead_id="l1", consent=False), moved(till, "arrived"))
    assert (lead(till)["consent"], lead(till)["state"], lead(till).get("due")) == (False, "arrived", None)
    till.send(noted(till, "l2", phone=None, wechat="zhou", consent=False))
    assert lead(till, "l2").get("due") is None
    assert till.verdicts(noted(till, "l3", phone=None)) == ["rejected:schema_invalid"]


def test_a_lead_by_wechat_joins_by_the_till_that_enrols_them(till: Sender) -> None:
    till.send(noted(till, phone=None, wechat="zhou"), till.enrolled("m1", phone=PHONE))
    till.send(till.did("LeadJoined", lead_id="l1", member_id="m1"))
    assert lead(till)["member_id"] == "m1"
    till.send(till.did("LeadAssigned", lead_id="l1", for_guide="g2"))
    assert lead(till).get("for_guide") is None  # it is over


def test_a_merged_member_takes_the_lead_along(till: Sender) -> None:
    till.send(noted(till), till.enrolled("m1", phone=PHONE), till.enrolled("m2"))
    till.send(till.did("MembersMerged", old_id="m1", keep_id="m2"))
    assert lead(till)["member_id"] == "m2"
    till.send(till.did("MembersSeparated", member_id="m1"))
    assert lead(till)["member_id"] == "m1"


def test_an_erased_member_was_no_lead_either(pair: tuple[Sender, Sender]) -> None:
    one, two = pair
    one.send(noted(one))
    two.send(two.enrolled("m1", phone=PHONE), two.did("ErasureRequested", member_id="m1"))
    assert one.rows("lead") == {}
    assert one.verdicts(moved(one)) == ["rejected:erased"]


def test_who_never_joined_is_forgotten_in_every_store(a_till: ATill) -> None:
    west, east = a_till("west"), a_till("east")
    west.send(noted(west))
    east.send(noted(east, "l2"))
    assert west.verdicts(west.did("ErasureRequested", member_id="l1")) == ["accepted"]
    assert (west.rows("lead"), east.rows("lead")) == ({}, {})
    assert {eid for kind, eid in east.read("dir") if kind == "erasure"} == {"l1", "l2"}
    west.send(west.enrolled("m1", phone=PHONE))  # who comes again is somebody new
    assert west.body("member", "m1").get("channel") is None
