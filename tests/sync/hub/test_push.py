"""Every event gets exactly one verdict, whatever else is in the batch."""

from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from sqlalchemy import insert, select

from desktop.rules.hlc import stamp
from sync.hub.cases import digest
from sync.hub.hub import Hub
from sync.hub.problems import HubProblem
from sync.hub.tables import event
from sync.protocol import MAX_EVENT, MAX_EVENTS, MAX_REPLY
from tests.sync.hub.builders import START, Sender, SteadyClock, decoded, late_verdicts
from tests.sync.test_parting import too_old_for

ATill = Callable[..., Sender]
LINE = {"visit_id": "v1", "line_id": "l", "product_id": "p", "gtin": "g", "action": "seen"}


def test_a_lost_reply_is_harmless(till: Sender) -> None:
    batch = [till.enrolled("m1"), till.did("VisitOpened", visit_id="v1", member_id="m1"), till.line("v1", "l1")]
    first = till.send(*batch).verdicts
    rows = till.own()
    again = till.send(*batch).verdicts
    assert [answer.v for answer in again] == ["duplicate"] * 3
    assert [(answer.id, answer.was, answer.at) for answer in again] == [(a.id, "accepted", a.at) for a in first]
    assert till.own() == rows


def test_one_bad_event_never_blocks_the_next(till: Sender) -> None:
    bad = [b"{}", b"17", b'"text"', b'{"id": 5}', b'{"id": "x", "data": {"a": "\xff"}}']
    batch = [till.enrolled("m1"), *map(msgspec.Raw, bad), till.did("VisitOpened", visit_id="v1", member_id="m1")]
    assert till.verdicts(*batch) == ["accepted", *["rejected:schema_invalid"] * len(bad), "accepted"]


def test_every_event_is_answered_in_order(till: Sender) -> None:
    batch = [till.enrolled("m1"), till.enrolled("m2"), msgspec.Raw(b'{"id": "odd"}')]
    answers = till.send(*batch).verdicts
    assert [answer.id for answer in answers] == [decoded(batch[0])["id"], decoded(batch[1])["id"], "odd"]


def test_a_till_can_read_every_answer_and_gets_them_all(till: Sender) -> None:
    opened = [till.did("VisitOpened", visit_id="v1", member_id="m1") for _ in range(50)]
    notes = [till.did("NoteWritten", visit_id="v1", note_id=f"n{n}", text="长" * 2000) for n in range(40)]
    till.send(till.enrolled("m1"), opened[0], *notes)
    waiting, answered = list(opened), list[str]()
    while waiting:
        reply = till.send(*waiting)
        assert len(msgspec.json.encode(reply)) <= MAX_REPLY
        answered += [each.id for each in reply.verdicts]
        del waiting[: len(reply.verdicts)]
    assert answered == [decoded(each)["id"] for each in opened]


def test_an_id_used_for_other_words_is_refused(till: Sender) -> None:
    one = till.enrolled("m1")
    other = till.did("VisitOpened", {"id": decoded(one)["id"]}, visit_id="v1", member_id=None)
    assert till.verdicts(one, other) == ["accepted", "rejected:id_reuse"]
    assert till.verdicts(other, one) == ["rejected:id_reuse", "duplicate"]
    assert ("visit", "v1") not in till.own()


def test_the_same_words_in_another_order_are_a_duplicate(till: Sender) -> None:
    one = till.enrolled("m1")
    shuffled = msgspec.Raw(msgspec.json.encode(dict(reversed(decoded(one).items()))))
    assert bytes(shuffled) != bytes(one)
    assert till.verdicts(one) == ["accepted"]
    assert till.verdicts(shuffled) == ["duplicate"]


def test_a_repeat_within_a_batch_is_a_duplicate(till: Sender) -> None:
    one = till.enrolled("m1")
    first, second = till.send(one, one).verdicts
    assert (first.v, second.v, second.was, second.at) == ("accepted", "duplicate", "accepted", first.at)


def test_a_repeated_refusal_tells_the_same_again(till: Sender) -> None:
    till.send(till.enrolled("m1"))
    bad = till.did("MemberAmended", member_id="m1", fields={"name": 5})
    first, again = till.send(bad).verdicts[0], till.send(bad).verdicts[0]
    assert (again.v, again.was, again.code, again.fix) == ("duplicate", "rejected", first.code, first.fix)
    assert again.row == first.row


def test_a_refusal_brings_the_row_as_the_hub_has_it(till: Sender) -> None:
    till.send(till.enrolled("m1", name="陈思雨"))
    answer = till.send(till.did("MemberAmended", member_id="m1", fields={"name": "x" * 81})).verdicts[0]
    assert answer.row is not None
    assert (answer.row.op, answer.row.kind, answer.row.eid) == ("put", "member", "m1")
    assert msgspec.json.decode(answer.row.body)["name"] == "陈思雨"  # type: ignore[arg-type]


def test_a_refusal_of_something_unknown_says_there_is_no_row(till: Sender) -> None:
    answer = till.send(till.did("VisitOpened", visit_id="v1", member_id=5)).verdicts[0]
    assert answer.row is not None
    assert (answer.row.op, answer.row.eid) == ("del", "v1")


def test_what_changes_nothing_any_more_brings_the_row(a_till: ATill) -> None:
    """Nobody's feed will: the till that still shows its own older word would show it for ever."""
    one, other = a_till(), a_till()
    one.send(one.did("VisitOpened", visit_id="v1", member_id=None), one.line("v1", "l1"))
    older = one.did("LineChanged", visit_id="v1", line_id="l1", action="tried")
    newer = {"hlc": stamp(START + 1, 0)}
    one.hub.clock.now += 2  # type: ignore[attr-defined]
    other.send(other.did("LineChanged", newer, visit_id="v1", line_id="l1", action="bought"))
    for answer in (*one.send(older).verdicts, *one.send(older).verdicts):
        assert (answer.was or answer.v, answer.at) == ("accepted", {})
        assert answer.row is not None
        assert decoded(answer.row.body)["lines"][0]["action"] == "bought"  # type: ignore[arg-type]


def test_a_refusal_tells_another_store_no_more_than_the_directory(a_till: ATill) -> None:
    west, east = a_till("west"), a_till("east")
    west.send(west.enrolled("m1", phone="+8613800138000"))
    row = east.send(east.did("MemberAmended", member_id="m1", fields={"name": 5})).verdicts[0].row
    assert row is not None
    assert row.kind == "directory"
    assert b"13800138000" not in bytes(row.body or b"")


def test_an_event_of_another_till_is_refused_and_its_id_left_free(a_till: ATill) -> None:
    one, other = a_till(), a_till()
    event = one.enrolled("m1")
    assert other.verdicts(event) == ["rejected:wrong_device"]
    assert one.verdicts(event) == ["accepted"]


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        ("VisitOpened", {"visit_id": "v9", "member_id": 7}),
        ("VisitOpened", {"visit_id": "v9"}),
        ("VisitOpened", {"visit_id": "v 9\n", "member_id": None}),
        ("LineAdded", LINE | {"action": "stolen"}),
        ("LineAdded", LINE | {"price": 1.5}),
        ("NoteWritten", {"visit_id": "v1", "note_id": "n", "text": "字" * 2001}),
        ("MemberEnrolled", {"member_id": "m", "code": "c", "phone": "13800138000", "name": "x"}),
        ("MemberEnrolled", {"member_id": "m", "code": "c\x00", "phone": None, "name": "x"}),
        ("MemberEnrolled", {"member_id": "m", "code": "c", "phone": None, "name": "x" * 81}),
        ("MemberAmended", {"member_id": "m1", "fields": {"points": "1000"}}),
        ("MemberAmended", {"member_id": "m1", "fields": {"phone": "\x00"}}),
    ],
)
def test_data_that_is_not_as_agreed_is_refused_with_a_way_out(till: Sender, kind: str, data: dict[str, Any]) -> None:
    till.send(till.enrolled("m1"), till.did("VisitOpened", visit_id="v1", member_id=None))
    answer = till.send(till.did(kind, {"eid": "v1"}, **data)).verdicts[0]
    assert (answer.v, answer.code, answer.fix) == ("rejected", "schema_invalid", "edit")


def test_text_is_data_and_comes_back_as_it_was(till: Sender) -> None:
    text = "'; DROP TABLE event; -- <b>{{x}}</b> \x00 \U0001f600 %s :name"
    till.send(till.did("VisitOpened", visit_id="v1", member_id=None))
    assert till.verdicts(till.did("NoteWritten", visit_id="v1", note_id="n1", text=text)) == ["accepted"]
    assert till.body("visit", "v1")["notes"][0]["text"] == text


def test_an_event_over_the_limit_is_refused_alone(till: Sender) -> None:
    long = till.did("Unheard", text="x" * MAX_EVENT)
    assert till.verdicts(long, till.enrolled("m1")) == ["rejected:schema_invalid", "accepted"]


def test_numbers_beyond_the_database_are_refused(till: Sender) -> None:
    assert till.verdicts(till.did("VisitOpened", {"n": 2**70}, visit_id="v", member_id=None)) == [
        "rejected:schema_invalid"
    ]


def test_a_batch_over_the_limit_is_refused_whole(till: Sender) -> None:
    with pytest.raises(HubProblem, match="too_large"):
        till.send(*[msgspec.Raw(b"{}")] * (MAX_EVENTS + 1))


def test_a_kind_from_the_future_is_parked(till: Sender) -> None:
    newer = till.did("VisitOpened", {"tv": 2}, visit_id="v", member_id=None)
    batch = [till.did("ShelfPhotographed", shelf="s1"), newer]
    assert till.verdicts(*batch) == ["parked:type_newer_than_hub"] * 2
    assert [answer.was for answer in till.send(*batch).verdicts] == ["parked"] * 2


def left_by_an_older_hub(hub: Hub, till: Sender, deed: msgspec.Raw) -> str:
    """It could not read the deed; gives its id."""
    raw, told = bytes(deed), decoded(deed)
    left = {"id": told["id"], "device": till.id, "ep": 1, "n": 1, "kind": told["typ"], "hlc": told["hlc"]}
    left |= {"body": raw.decode(), "sha256": digest(raw), "received_at": START, "known_by": START, "true_at": START}
    left |= {"row_id": told["eid"], "at": "{}", "store_id": "west"}
    with hub.database.write() as connection:
        connection.execute(insert(event).values(verdict="parked", code="type_newer_than_hub", **left))
    return str(told["id"])


def test_what_an_older_hub_parked_is_judged_after_the_upgrade(hub: Hub, hub_url: str, till: Sender) -> None:
    opened = left_by_an_older_hub(hub, till, till.did("VisitOpened", visit_id="v1", member_id=None))
    Hub.open(hub_url, hub.clock).close()
    assert till.body("visit", "v1")["state"] == "open"
    verdict = late_verdicts(till)[opened]
    assert verdict.v == "accepted"
    assert verdict.at == {"st:west": till.own()["visit", "v1"].seq}


def test_whose_enrolment_waits_for_the_upgrade_is_not_given_up(hub: Hub, hub_url: str, till: Sender) -> None:
    left_by_an_older_hub(hub, till, till.enrolled("m1"))
    assert till.verdicts(till.did("VisitOpened", visit_id="v1", member_id="m1")) == ["parked:wait_member"]
    hub.clock.forward(hours=25)
    hub.settle()
    assert late_verdicts(till) == {}
    Hub.open(hub_url, hub.clock).close()
    assert [answer.v for answer in late_verdicts(till).values()] == ["accepted"] * 2


def liking(till: Sender) -> msgspec.Raw:
    return till.did("PreferenceNoted", preference_id="p1", member_id="m1", visit_id=None, facet="skin", value="干性")


@pytest.mark.parametrize("last", [False, True], ids=["enrolled first", "enrolled last"])
def test_what_one_upgrade_brings_to_several_tills_is_judged_in_any_order(
    hub: Hub, hub_url: str, a_till: ATill, *, last: bool
) -> None:
    one, two = sorted((a_till(), a_till()), key=lambda till: till.id, reverse=last)
    told = left_by_an_older_hub(hub, one, one.enrolled("m1")), left_by_an_older_hub(hub, two, liking(two))
    hub.clock.forward(hours=25)
    Hub.open(hub_url, hub.clock).close()
    assert [late_verdicts(till)[deed].v for till, deed in zip((one, two), told, strict=True)] == ["accepted"] * 2


def test_what_waits_for_a_later_upgrade_outlives_an_earlier_one(hub: Hub, hub_url: str, till: Sender) -> None:
    for deed in (till.enrolled("m1"), liking(till)):
        left_by_an_older_hub(hub, till, deed)
    hub.clock.forward(hours=25)
    with too_old_for("MemberEnrolled"):
        Hub.open(hub_url, hub.clock).close()
    assert late_verdicts(till) == {}
    Hub.open(hub_url, hub.clock).close()
    assert [answer.v for answer in late_verdicts(till).values()] == ["accepted"] * 2


def test_what_is_done_in_a_visit_that_waits_for_the_upgrade_is_not_given_up(
    hub: Hub, hub_url: str, till: Sender
) -> None:
    left_by_an_older_hub(hub, till, till.enrolled("m1"))
    visit = [till.did("VisitOpened", visit_id="v1", member_id="m1"), till.line("v1", "l1")]
    assert till.verdicts(*visit, till.line("v2", "l2")) == ["parked:wait_member"] * 3
    hub.clock.forward(hours=25)
    hub.settle()
    assert [answer.code for answer in late_verdicts(till).values()] == ["no_member"], "nobody has heard of v2"
    Hub.open(hub_url, hub.clock).close()
    assert [line["id"] for line in till.body("visit", "v1")["lines"]] == ["l1"]


def test_a_visit_waits_for_its_member_and_is_settled_in_order(a_till: ATill) -> None:
    one, other = a_till(), a_till()
    visit = [
        one.did("VisitOpened", visit_id="v1", member_id="m1"),
        one.line("v1", "l1"),
        one.did("LineChanged", visit_id="v1", line_id="l1", action="bought"),
        one.did("VisitFinished", visit_id="v1"),
    ]
    assert one.verdicts(*visit) == ["parked:wait_member"] * 4
    assert late_verdicts(one) == {}
    other.send(other.enrolled("m1"))
    assert {answer.v for answer in late_verdicts(one).values()} == {"accepted"}
    assert len(late_verdicts(one)) == 4
    rows = [answer.row for answer in late_verdicts(one).values() if answer.row]
    assert [(row.op, row.kind, row.eid) for row in rows] == [("put", "visit", "v1")] * 4
    body = one.body("visit", "v1")
    assert (body["state"], body["member_id"], body["lines"][0]["action"]) == ("finished", "m1", "bought")
    assert [answer.was for answer in one.send(*visit).verdicts] == ["accepted"] * 4


def test_what_waits_is_a_deed_of_the_store_where_it_was_done(a_till: ATill) -> None:
    moved, other = a_till("west"), a_till("west")
    visit = moved.did("VisitOpened", visit_id="v1", member_id="m1")
    assert moved.verdicts(visit) == ["parked:wait_member"]
    moved.move("east")
    other.send(other.enrolled("m1"))
    assert other.body("visit", "v1")["store_id"] == "west"
    late = late_verdicts(moved)[decoded(visit)["id"]]
    assert (late.v, late.row and late.row.op) == ("accepted", "del")


def test_what_waits_within_a_batch_is_settled_in_the_batch(till: Sender) -> None:
    visit, member = till.did("VisitOpened", visit_id="v1", member_id="m1"), till.enrolled("m1")
    assert till.verdicts(visit, member) == ["accepted", "accepted"]
    assert late_verdicts(till) == {}


def test_a_day_in_vain_ends_the_waiting(till: Sender, hub: Hub, hub_clock: SteadyClock) -> None:
    waits = till.did("VisitOpened", visit_id="v1", member_id="nobody")
    till.send(waits)
    hub_clock.forward(hours=23)
    assert hub.settle() == 0
    hub_clock.forward(hours=2)
    assert hub.settle() == 1
    answer = late_verdicts(till)[decoded(waits)["id"]]
    assert (answer.v, answer.code, answer.fix) == ("rejected", "no_member", "edit")
    assert answer.row is not None
    assert (answer.row.op, answer.row.eid) == ("del", "v1")


def test_what_was_refused_is_kept_for_the_audit(till: Sender, hub: Hub) -> None:
    bad = till.line("v1", "l1", action="stolen")
    till.send(bad)
    with hub.database.read() as connection:
        row = connection.execute(select(event)).one()
    assert (row.verdict, row.body, row.sha256) == ("rejected", bytes(bad).decode(), digest(bytes(bad)))


def test_other_bytes_under_an_id_are_told_apart_whatever_they_hold(till: Sender) -> None:
    first = bytes(till.enrolled("m1", odd="ODD"))
    batch = [msgspec.Raw(first.replace(b'"ODD"', number)) for number in (b"1e999", b"2e999")]
    assert till.verdicts(batch[0]) == ["accepted"]
    assert till.verdicts(batch[1], till.enrolled("m2")) == ["rejected:id_reuse", "accepted"]


def test_an_event_about_one_row_does_not_say_it_is_about_another(till: Sender) -> None:
    assert till.verdicts(till.did("VisitHeld", {"eid": "v2"}, visit_id="v1")) == ["rejected:schema_invalid"]


def test_what_was_meant_for_the_hub_before_it_went_back_in_time_is_not_judged(hub: Hub, till: Sender) -> None:
    enrolled = till.enrolled("m1")
    for epoch in (hub.epoch - 1, hub.epoch + 1):
        reply = till.send(enrolled, epoch=epoch)
        assert (reply.epoch, reply.verdicts) == (hub.epoch, [])
    assert till.own() == {}
    assert [each.v for each in till.send(enrolled, epoch=hub.epoch).verdicts] == ["accepted"]
