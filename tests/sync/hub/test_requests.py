"""What members ask for by law, at headquarters: kept with its answer, and how far an erasure has come."""

from collections.abc import Callable

import pytest

from sync.hub.hub import Hub
from sync.hub.problems import HubProblem
from tests.sync.hub.builders import Sender, SteadyClock

ATill = Callable[..., Sender]
ASKED = {"request_id": "r1", "member_id": "m1", "wants": "access"}


def test_a_copy_that_was_handed_out_is_kept_with_who_and_when(a_till: ATill) -> None:
    till = a_till("west")
    told = [till.enrolled("m1"), till.did("RequestMade", **ASKED), till.did("RequestMet", request_id="r1", how="pdf")]
    assert till.verdicts(*told) == ["accepted"] * 3
    body = till.body("request", "r1")
    assert (body["state"], body["how"], body["wants"]) == ("met", "pdf", "access")


def test_of_two_answers_the_first_stands_whoever_is_heard_first(a_till: ATill, hub: Hub) -> None:
    one, two = a_till("west"), a_till("west")
    one.send(one.enrolled("m1"), one.did("RequestMade", **ASKED))
    first = one.did("RequestMet", request_id="r1", how="json")
    assert isinstance(hub.clock, SteadyClock)
    hub.clock.forward(minutes=1)
    assert two.verdicts(two.did("RequestMet", request_id="r1", how="pdf")) == ["accepted"]
    assert one.verdicts(first) == ["accepted"]
    assert one.body("request", "r1")["how"] == "json"


def test_another_store_does_not_answer(a_till: ATill) -> None:
    west, east = a_till("west"), a_till("east")
    west.send(west.enrolled("m1"), west.did("RequestMade", **ASKED))
    assert east.verdicts(east.did("RequestMet", request_id="r1", how="pdf")) == ["rejected:wrong_store"]


def test_a_request_outlives_the_member_it_was_about(a_till: ATill) -> None:
    till = a_till("west")
    till.send(
        till.enrolled("m1"), till.did("RequestMade", **{**ASKED, "wants": "erasure"}),
        till.did("ErasureRequested", member_id="m1"),
    )  # fmt: skip
    body = till.body("request", "r1")
    assert (body["member_id"], body["wants"], body.get("state", "open")) == ("m1", "erasure", "open")


def test_the_store_that_asked_is_told_which_tills_have_forgotten(hub: Hub, a_till: ATill) -> None:
    west, east = a_till("west"), a_till("east")
    west.send(west.enrolled("m1"), west.did("ErasureRequested", member_id="m1"))
    assert len(hub.progress(west.till, "m1").missing) == 2
    for till in (west, east):
        till.send(till.did("ErasureCarriedOut", member_id="m1"))
    told = hub.progress(west.till, "m1")
    assert (len(told.confirmed), told.missing) == (2, ())
    with pytest.raises(HubProblem, match="not_found"):
        hub.progress(east.till, "m1")


def test_the_store_that_asked_is_told_though_the_till_that_told_it_has_moved(hub: Hub, a_till: ATill) -> None:
    one, other = a_till("west"), a_till("west")
    one.send(one.enrolled("m1"), one.did("ErasureRequested", member_id="m1"))
    one.move("east")
    assert len(hub.progress(other.till, "m1").missing) == 2
    with pytest.raises(HubProblem, match="not_found"):
        hub.progress(one.till, "m1")
