"""Visits: a union of lines, and a state that does not depend on luck."""

import itertools
from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from tests.sync.hub.builders import Sender, SteadyClock

ATill = Callable[..., Sender]


@pytest.fixture
def visit(till: Sender) -> Sender:
    """A till with visit v1 open, of nobody known."""
    till.send(till.did("VisitOpened", visit_id="v1", member_id=None))
    return till


def happens(till: Sender, *kinds: str) -> list[msgspec.Raw]:
    return [till.did(kind, visit_id="v1") for kind in kinds]


@pytest.mark.parametrize(
    ("kinds", "state"),
    [
        (["VisitHeld"], "held"),
        (["VisitHeld", "VisitRecalled"], "open"),
        (["VisitFinished"], "finished"),
        (["VisitFinished", "VisitHeld"], "finished"),
        (["VisitFinished", "VisitReopened"], "open"),
        (["VisitHeld", "VisitFinished", "VisitReopened"], "open"),
        (["VisitFinished", "VisitReopened", "VisitFinished"], "finished"),
        (["VisitVoided", "VisitReopened", "VisitFinished"], "void"),
        (["VisitRecalled", "VisitReopened"], "open"),
    ],
)
def test_the_state_follows_what_happened(visit: Sender, kinds: list[str], state: str) -> None:
    assert visit.verdicts(*happens(visit, *kinds)) == ["accepted"] * len(kinds)
    body = visit.body("visit", "v1")
    assert body["state"] == state
    assert (body["finished_at"] is not None) == (state == "finished")


def test_the_state_is_the_same_in_whatever_order_it_is_heard(visit: Sender) -> None:
    kinds = ("VisitHeld", "VisitFinished", "VisitReopened", "VisitFinished")
    states = set()
    for number, order in enumerate(itertools.permutations(range(len(kinds)))):
        name = f"w{number}"
        visit.send(visit.did("VisitOpened", visit_id=name, member_id=None))
        events = [visit.did(kind, visit_id=name) for kind in kinds]
        for place in order:
            visit.send(events[place])
        states.add(visit.body("visit", name)["state"])
    assert states == {"finished"}


@pytest.mark.parametrize("said", list(itertools.permutations(("VisitVoided", "VisitFinished", "VisitReopened"))))
def test_a_void_wins_whenever_it_was_said_and_heard(
    a_till: ATill, visit: Sender, hub_clock: SteadyClock, said: tuple[str, ...]
) -> None:
    tills = [a_till() for _ in said]
    ends = []
    for number, heard in enumerate(itertools.permutations(range(len(said)))):
        name = f"w{number}"
        visit.send(visit.did("VisitOpened", visit_id=name, member_id=None))
        events = []
        for till, kind in zip(tills, said, strict=True):
            hub_clock.forward(seconds=1)
            events.append(till.did(kind, visit_id=name))
        for place in heard:
            assert tills[place].verdicts(events[place]) == ["accepted"]
        body = visit.body("visit", name)
        ends.append((body["state"], body["finished_at"]))
    assert ends == [("void", None)] * 6


def test_a_clock_far_ahead_does_not_mix_up_the_order(visit: Sender) -> None:
    ahead: dict[str, Any] = {"hlc": "ffffffffffff-0000"}
    kinds = ("VisitFinished", "VisitReopened", "VisitHeld", "VisitRecalled", "VisitFinished")
    visit.send(*[visit.did(kind, ahead, visit_id="v1") for kind in kinds])
    assert visit.body("visit", "v1")["state"] == "finished"


def test_a_line_that_comes_back_still_says_why_it_was_declined(visit: Sender) -> None:
    visit.send(visit.line("v1", "l1", action="declined", reason="贵"))
    assert visit.body("visit", "v1")["lines"][0]["reason"] == "贵"


def test_lines_of_two_tills_are_united(a_till: ATill, visit: Sender) -> None:
    other = a_till()
    visit.send(visit.line("v1", "l1"))
    other.send(other.line("v1", "l2", action="bought", price=19900, currency="CNY"))
    lines = visit.body("visit", "v1")["lines"]
    assert [(line["id"], line["action"], line["price"]) for line in lines] == [
        ("l1", "seen", None),
        ("l2", "bought", 19900),
    ]


@pytest.mark.parametrize("heard", [(0, 1), (1, 0)])
def test_notes_of_two_tills_are_united_whichever_is_heard_first(
    a_till: ATill, visit: Sender, hub_clock: SteadyClock, heard: tuple[int, int]
) -> None:
    tills = (visit, a_till())
    events = []
    for till, name, words in zip(tills, ("n1", "n2"), ("喜欢淡香", "送妈妈"), strict=True):
        hub_clock.forward(seconds=1)
        events.append(till.did("NoteWritten", visit_id="v1", note_id=name, text=words))
    for place in heard:
        tills[place].send(events[place])
    notes = visit.body("visit", "v1")["notes"]
    assert sorted((note["id"], note["text"]) for note in notes) == [("n1", "喜欢淡香"), ("n2", "送妈妈")]


def test_a_line_removed_stays_removed(visit: Sender) -> None:
    added = visit.line("v1", "l1")
    changed = visit.did("LineChanged", visit_id="v1", line_id="l1", action="bought")
    removed = visit.did("LineRemoved", visit_id="v1", line_id="l1")
    assert visit.verdicts(removed, added, changed) == ["accepted"] * 3
    assert visit.body("visit", "v1")["lines"] == []


def test_a_line_added_again_later_is_there_again(visit: Sender) -> None:
    visit.send(visit.line("v1", "l1"), visit.did("LineRemoved", visit_id="v1", line_id="l1"), visit.line("v1", "l1"))
    assert [line["id"] for line in visit.body("visit", "v1")["lines"]] == ["l1"]


def test_the_newest_action_of_a_line_counts(a_till: ATill, visit: Sender, hub_clock: SteadyClock) -> None:
    other = a_till()
    visit.send(visit.line("v1", "l1"))
    hub_clock.forward(seconds=1)
    early = visit.did("LineChanged", visit_id="v1", line_id="l1", action="tried")
    hub_clock.forward(seconds=1)
    other.send(other.did("LineChanged", visit_id="v1", line_id="l1", action="declined", reason="price"))
    visit.send(early)
    line = visit.body("visit", "v1")["lines"][0]
    assert (line["action"], line["reason"]) == ("declined", "price")


def test_notes_are_written_and_removed(visit: Sender) -> None:
    visit.send(*[visit.did("NoteWritten", visit_id="v1", note_id=f"n{each}", text="喜欢淡香") for each in (1, 2)])
    visit.send(visit.did("NoteRemoved", visit_id="v1", note_id="n1"))
    assert [note["id"] for note in visit.body("visit", "v1")["notes"]] == ["n2"]


def test_a_visit_joins_a_member_of_another_store_and_leaves_again(a_till: ATill, visit: Sender) -> None:
    east = a_till("east")
    east.send(east.enrolled("m1"))
    visit.send(visit.did("VisitJoined", visit_id="v1", member_id="m1"))
    assert east.body("visit", "v1")["member_id"] == "m1"
    assert ("member", "m1") in visit.own()
    visit.send(visit.did("VisitJoined", visit_id="v1", member_id=None))
    assert ("visit", "v1") not in east.own()
    assert visit.body("visit", "v1")["member_id"] is None


def test_the_hub_fills_in_store_and_guide(till: Sender) -> None:
    till.send(till.did("VisitOpened", {"clk": "g1"}, visit_id="v1", member_id=None))
    body = till.body("visit", "v1")
    assert (body["store_id"], body["guide_id"]) == ("west", "g1")


def test_many_deeds_in_a_batch_are_one_row(visit: Sender) -> None:
    before = visit.own()["visit", "v1"]
    answers = visit.send(*[visit.line("v1", f"l{each}") for each in range(20)]).verdicts
    after = visit.own()["visit", "v1"]
    assert (after.seq, after.ver) == (before.seq + 1, before.ver + 1)
    assert {answer.at["st:west"] for answer in answers} == {after.seq}


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        ("VisitOpened", {"member_id": None}),
        ("VisitJoined", {"member_id": "m1"}),
        ("LineAdded", {"line_id": "l2", "product_id": "p1", "gtin": "06901234567892", "action": "seen"}),
        ("LineChanged", {"line_id": "l1", "action": "bought"}),
        ("LineRemoved", {"line_id": "l1"}),
        ("NoteWritten", {"note_id": "n2", "text": "x"}),
        ("NoteRemoved", {"note_id": "n1"}),
        ("VisitFinished", {}),
        ("VisitVoided", {}),
    ],
)
def test_another_store_changes_nothing_in_a_visit(a_till: ATill, kind: str, data: dict[str, str]) -> None:
    west, east = a_till("west"), a_till("east")
    west.send(
        west.enrolled("m1"),
        west.did("VisitOpened", visit_id="v1", member_id="m1"),
        west.line("v1", "l1"),
        west.did("NoteWritten", visit_id="v1", note_id="n1", text="喜欢淡香"),
    )
    east.send(east.did("VisitOpened", visit_id="v2", member_id="m1"))
    before = west.own()
    answer = east.send(east.did(kind, visit_id="v1", **data)).verdicts[0]
    assert (answer.v, answer.code, answer.fix) == ("rejected", "wrong_store", "call_hq")
    assert west.own() == before
