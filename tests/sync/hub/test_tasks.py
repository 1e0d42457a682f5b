"""Care tasks: who may say what of them."""

from collections.abc import Callable

import pytest

from tests.sync.hub.builders import Sender, SteadyClock, lost

ATill = Callable[..., Sender]
TASK = {"task_id": "t1", "member_id": "m1", "title": "三天后问候", "due": "2026-11-24"}


@pytest.mark.parametrize(
    ("kind", "data", "became"),
    [
        ("TaskPostponed", {"due": "2026-12-01"}, ("open", "2026-12-01")),
        ("TaskDone", {}, ("done", "2026-11-24")),
        ("TaskCancelled", {}, ("cancelled", "2026-11-24")),
    ],
)
def test_a_store_speaks_of_the_tasks_of_its_own_members_only(
    a_till: ATill, kind: str, data: dict[str, str], became: tuple[str, str]
) -> None:
    west, east = a_till("west"), a_till("east")
    west.send(west.enrolled("m1"), west.did("TaskOpened", **TASK))
    said = [east.did(kind, task_id="t1", **data) for _ in range(2)]
    assert east.verdicts(said[0]) == ["rejected:wrong_store"]
    served = east.did("VisitOpened", visit_id="v1", member_id="m1")
    assert east.verdicts(served, said[1]) == ["accepted", "accepted"]
    task = west.body("task", "t1")
    assert (task.get("state", "open"), task["due"]) == became


@pytest.mark.parametrize("heard", [(0, 1), (1, 0)])
def test_the_day_that_lost_is_kept_in_the_history_whichever_is_heard_first(
    a_till: ATill, hub_clock: SteadyClock, heard: tuple[int, int]
) -> None:
    pair = one, _ = a_till(), a_till()
    one.send(one.enrolled("m1"), one.did("TaskOpened", **TASK))
    events = []
    for till, day in zip(pair, ("2026-11-28", "2026-11-26"), strict=True):
        hub_clock.forward(minutes=1)
        events.append(till.did("TaskPostponed", task_id="t1", due=day))
    for place in heard:
        pair[place].send(events[place])
    assert one.body("task", "t1")["due"] == "2026-11-26"
    assert lost(one, "task", "t1") == [("due", "2026-11-24"), ("due", "2026-11-28")]


def test_who_turns_out_to_want_no_messages_is_not_reached_out_to(a_till: ATill) -> None:
    """One card agreed to be written to, the other took it back: as one person they do not agree."""
    west = a_till("west")
    west.send(west.enrolled("m1"), west.enrolled("m2", code="B"))
    granted = {"purpose": "marketing", "text_version": "1", "text_hash": "h", "channel": "counter", "seen": []}
    west.send(
        west.did("ConsentGiven", consent_id="c1", member_id="m1", **granted),
        west.did("TaskOpened", **{**TASK, "purpose": "marketing"}),
        west.did("ConsentWithdrawn", consent_id="c2", member_id="m2", purpose="marketing"),
    )
    assert west.body("task", TASK["task_id"]).get("state", "open") == "open"
    west.send(west.did("MembersMerged", old_id="m2", keep_id="m1"))
    assert west.body("task", TASK["task_id"])["state"] == "cancelled"


def test_a_guide_who_was_named_while_two_were_one_stays_theirs(till: Sender) -> None:
    till.send(till.enrolled("m1"), till.enrolled("m2", code="B"))
    till.send(till.did("MembersMerged", old_id="m2", keep_id="m1"))
    named = [
        till.did("MemberAssigned", member_id=member, guide_id=guide, base=base)
        for member, guide, base in (("m1", "g1", None), ("m2", "g2", "g1"), ("m1", "g3", "g1"))
    ]
    assert till.verdicts(*named) == ["accepted", "accepted", "rejected:stale"]
    till.send(till.did("MembersSeparated", member_id="m2"))
    assert [till.body("member", each)["guide_id"] for each in ("m1", "m2")] == ["g1", "g2"]
