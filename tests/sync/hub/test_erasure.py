"""A member who is forgotten is forgotten everywhere, and for ever."""

from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import msgspec
import pytest
from sqlalchemy import event as listening
from sqlalchemy import select

from sync.hub.documents import BODIES
from sync.hub.erasure import FORGOTTEN
from sync.hub.hub import Hub
from sync.hub.restore import back_up
from sync.hub.tables import event, metadata
from tests.sync.hub.builders import Sender, SteadyClock, decoded, late_verdicts
from tests.sync.hub.rights import Office, earned, under

ATill = Callable[..., Sender]
PHONE, OTHER = "+8613800138000", "+8613800138001"
SECRETS = (
    "陈思雨",
    "陈小雨",
    "13800138000",
    "CARD8888",
    "敏感肌",
    "喜欢淡香",
    "太贵",
    "1987-05-20",
    "同一个人",
    "siyu_88",
)
GRANT = {"purpose": "marketing", "text_version": "3", "text_hash": "ab"}


def dump(hub: Hub) -> str:
    """Every row of every table, as text."""
    with hub.database.read() as connection:
        return "\n".join(str(row) for table in metadata.tables.values() for row in connection.execute(select(table)))


def erased(till: Sender, member: str = "m1") -> Any:
    return till.did("ErasureRequested", member_id=member)


@pytest.fixture
def known(till: Sender) -> Sender:
    """A till that told a lot about m1, whom a second enrolment and a merge named otherwise; and something of m9."""
    till.send(
        till.enrolled(
            "m1", code="CODE1", phone=PHONE, name="陈思雨", card="CARD8888", birthday="1987-05-20", wechat="siyu_88"
        ),
        till.enrolled("m2", code="CODE2", phone=PHONE, name="陈小雨"),
        till.enrolled("m3", code="CODE3", phone=OTHER, name="陈思雨"),
        till.enrolled("m9", code="CODE9", name="李四光"),
        till.did("MembersMerged", old_id="m3", keep_id="m1", reason="同一个人 陈思雨"),
        till.did("MemberAmended", member_id="m1", fields={"name": "陈小雨"}),
        till.did("VisitOpened", visit_id="v1", member_id=None),
        till.line("v1", "l1"),
        till.did("LineChanged", visit_id="v1", line_id="l1", action="declined", reason="太贵"),
        till.did("NoteWritten", visit_id="v1", note_id="n1", text="陈思雨 喜欢淡香"),
        till.did("PreferenceNoted", preference_id="p0", member_id=None, visit_id="v1", facet="skin", value="敏感肌"),
        till.did("VisitJoined", visit_id="v1", member_id="m2"),
        till.did("PreferenceNoted", preference_id="p1", member_id="m1", visit_id="v1", facet="skin", value="敏感肌"),
        till.did("ConsentGiven", consent_id="c1", member_id="m1", **GRANT),
        till.did("MemberAmended", member_id="m1", fields={"name": "陈思雨" * 40}),  # refused, and yet it was said
        till.did("VisitOpened", visit_id="v9", member_id="m9"),
    )
    return till


def test_nothing_that_was_said_of_the_member_is_left(hub: Hub, known: Sender) -> None:
    assert all(secret in dump(hub) for secret in SECRETS)
    assert known.verdicts(erased(known)) == ["accepted"]
    left = dump(hub)
    assert [secret for secret in (*SECRETS, "CODE1", "CODE2", "CODE3") if secret in left] == []
    assert "李四光" in left


def test_the_tills_are_told_to_forget(known: Sender) -> None:
    known.send(erased(known, "m2"))
    directory = known.read("dir")
    assert directory.keys() == {("erasure", "m1"), ("erasure", "m2"), ("erasure", "m3"), ("directory", "m9")}
    assert known.own().keys() == {("visit", "v1"), ("visit", "v9"), ("member", "m9")}


def test_the_visit_stays_as_nobodys(known: Sender) -> None:
    known.send(erased(known))
    visit = known.body("visit", "v1")
    assert visit.get("member_id") is None
    assert [(line["id"], line["action"], line.get("reason")) for line in visit["lines"]] == [("l1", "declined", None)]
    assert visit.get("notes", []) == []


def test_events_of_the_member_are_kept_as_stubs(hub: Hub, known: Sender) -> None:
    with hub.database.read() as connection:
        before = {row.id: row for row in connection.execute(select(event))}
    known.send(erased(known))
    with hub.database.read() as connection:
        after = {row.id: row for row in connection.execute(select(event)) if row.id in before}
    assert after.keys() == before.keys()
    for row in after.values():
        was = before[row.id]
        assert (row.device, row.n, row.kind, row.sha256, row.verdict) == (
            was.device,
            was.n,
            was.kind,
            was.sha256,
            was.verdict,
        )
        assert (row.body == "") is not ("m9" in was.body)


def test_no_lease_names_who_was_taken_for_its_member(hub: Hub, till: Sender) -> None:
    """It was given back while the two were one."""
    till.send(till.enrolled("m1"), till.enrolled("m2"), earned(till, "e1", 60))
    lent = under(till, "points", "m1")
    till.send(
        till.did("MembersMerged", old_id="m1", keep_id="m2"),
        till.did("LeaseReturned", of="points", object_id="m2", spent=0, **lent),
        till.did("MembersSeparated", member_id="m1"),
    )
    assert till.send(erased(till, "m2")).verdicts[0].v == "accepted"
    with hub.database.read() as connection:
        returned = connection.execute(select(event.c.body).where(event.c.kind == "LeaseReturned")).one()
    assert '"m2"' not in returned.body


def test_whatever_comes_later_is_refused_and_kept_without_words(hub: Hub, known: Sender) -> None:
    known.send(erased(known))
    late = [
        known.did("MemberAmended", member_id="m1", fields={"name": "陈思雨"}),
        known.enrolled("m2", phone=PHONE, name="陈思雨"),
        known.did("VisitOpened", visit_id="v5", member_id="m3"),
        known.did("NoteWritten", visit_id="v5", note_id="n5", text="陈思雨"),  # names no member
        known.did("NoteWritten", visit_id="v1", note_id="n6", text="陈思雨"),
        known.did("PreferenceWithdrawn", preference_id="p1"),
        known.did("MembersMerged", old_id="m9", keep_id="m1", reason="陈思雨"),
        known.did("MembersSeparated", member_id="m3"),
        known.did("TypeOfTomorrow", {"mid": "m1"}, words="陈思雨"),
        known.did("MemberAmended", member_id="m1", fields={"name": 5, "words": "陈思雨"}),
    ]
    assert known.verdicts(*late) == ["rejected:erased"] * len(late)
    assert known.verdicts(*late) == ["duplicate:erased"] * len(late)
    assert "陈思雨" not in dump(hub)


def test_it_is_terminal_and_may_be_said_again(hub: Hub, known: Sender) -> None:
    known.send(erased(known))
    rows = known.read("dir")
    assert known.verdicts(erased(known), erased(known, "m2")) == ["accepted", "accepted"]
    assert known.read("dir") == rows


def test_what_was_sent_before_is_a_duplicate_for_ever(till: Sender) -> None:
    enrolled = till.enrolled("m1", name="陈思雨")
    till.send(enrolled, erased(till))
    again = till.send(enrolled).verdicts[0]
    assert (again.v, again.was) == ("duplicate", "accepted")


def test_within_one_batch_the_words_are_not_kept_either(hub: Hub, till: Sender) -> None:
    batch = (
        till.enrolled("m1", name="陈思雨"),
        till.did("VisitOpened", visit_id="v1", member_id="m1"),
        till.did("NoteWritten", visit_id="v1", note_id="n1", text="喜欢淡香"),
        erased(till),
        till.did("NoteWritten", visit_id="v1", note_id="n2", text="喜欢淡香"),
    )
    assert till.verdicts(*batch) == ["accepted"] * 4 + ["rejected:erased"]
    assert "陈思雨" not in dump(hub)
    assert "喜欢淡香" not in dump(hub)


def test_what_waits_gets_its_verdict_by_the_feed(hub: Hub, till: Sender, a_till: ATill) -> None:
    other = a_till()
    till.send(till.enrolled("m1"))
    waiting = (
        other.did("PreferenceNoted", preference_id="p1", member_id="m1", visit_id="v8", facet="skin", value="敏感肌"),
        other.did("TypeOfTomorrow", {"mid": "m1"}, words="敏感肌"),
    )
    assert other.verdicts(*waiting) == ["parked:wait_member", "parked:type_newer_than_hub"]
    till.send(erased(till))
    verdicts = late_verdicts(other)
    assert [(verdicts[decoded(each)["id"]].v, verdicts[decoded(each)["id"]].code) for each in waiting] == [
        ("rejected", "erased")
    ] * 2
    assert "敏感肌" not in dump(hub)


def test_what_waited_for_a_refused_visit_is_refused_too(hub: Hub, till: Sender) -> None:
    note = till.did("NoteWritten", visit_id="v5", note_id="n5", text="喜欢淡香")
    opened = till.did("VisitOpened", visit_id="v5", member_id="m1")
    till.send(till.enrolled("m1"), erased(till))
    assert till.verdicts(note) == ["parked:wait_member"]
    assert till.verdicts(opened) == ["rejected:erased"]
    assert late_verdicts(till)[decoded(note)["id"]].code == "erased"
    assert "喜欢淡香" not in dump(hub)


def test_what_was_written_of_a_task_that_is_refused_is_not_kept(hub: Hub, till: Sender) -> None:
    opened = till.did("TaskOpened", task_id="t1", member_id="m1", title="问候", due="2026-12-01")
    done = [till.did("TaskDone", {"mid": None}, task_id="t1", note=note) for note in ("酒精过敏", "敏感肌")]
    till.send(till.enrolled("m1"), erased(till))
    assert till.verdicts(done[0], opened, done[1]) == ["rejected:erased"] * 3
    assert not {word for word in ("问候", "酒精过敏", "敏感肌") if word in dump(hub)}


def test_what_was_refused_in_a_visit_goes_with_whose_it_was(hub: Hub, till: Sender) -> None:
    """A visit that began with a card: what was noted in it names no member."""
    till.send(till.enrolled("m1", code="A"), till.did("VisitOpened", visit_id="v1", member_id=None, code="A"))
    told = {"facet": "skin", "value": "酒精过敏"}
    said = till.did("PreferenceNoted", preference_id="p1", member_id=None, visit_id="v1", **told)
    till.move("east")
    assert till.verdicts(said) == ["rejected:wrong_store"]
    till.send(erased(till))
    assert "酒精过敏" not in dump(hub)


def test_a_member_the_hub_never_heard_of_is_refused_when_they_come(till: Sender) -> None:
    assert till.verdicts(erased(till), till.enrolled("m1")) == ["accepted", "rejected:erased"]


def test_the_phone_of_an_erased_member_is_free_for_a_new_one(known: Sender) -> None:
    known.send(erased(known), known.enrolled("m5", phone=PHONE, name="王五"))
    assert known.body("member", "m5")["phone"] == PHONE
    assert ("redirect", "m5") not in known.own()


def test_a_refusal_brings_nothing_of_the_member(known: Sender) -> None:
    known.send(erased(known))
    answer = known.send(known.did("MemberAmended", member_id="m1", fields={"gender": "f"})).verdicts[0]
    assert answer.row is not None
    assert (answer.row.op, answer.row.body) == ("del", msgspec.UNSET)


def test_every_kind_of_row_about_a_member_can_be_forgotten() -> None:
    about = {body for body in BODIES.values() if "member_id" in body.__struct_fields__}
    assert about <= FORGOTTEN.keys()


@pytest.mark.parametrize(
    ("kind", "envelope", "data"),
    [
        ("NoteWritten", {"eid": "n1"}, {"visit_id": "v1", "note_id": "n1", "text": "敏感肌"}),
        ("MemberAmended", {"eid": "m1"}, {"member_id": "m1", "fields": {"name": "陈思雨", "odd": "陈思雨"}}),
        (
            "TaskOpened",
            {"eid": "t1"},
            {"task_id": "t1", "member_id": "m1", "title": "敏感肌" * 100, "due": "2026-12-01"},
        ),
    ],
)
def test_words_that_nobody_can_be_found_by_are_not_kept(
    hub: Hub, till: Sender, kind: str, envelope: dict[str, str], data: dict[str, Any]
) -> None:
    till.send(till.enrolled("m1", name="许女士"), till.did("VisitOpened", visit_id="v1", member_id="m1"))
    event = till.did(kind, {**envelope, "mid": None}, **data)
    assert till.verdicts(event) == ["rejected:schema_invalid"]
    assert till.send(event).verdicts[0].was == "rejected"
    till.send(erased(till))
    assert not [secret for secret in SECRETS if secret in dump(hub)]


def test_no_lead_comes_back_who_was_erased_as_a_member(tmp_path: Path, hub_clock: SteadyClock) -> None:
    """The backup is of the day before they joined: nothing in it says who they became."""
    url = f"sqlite:///{tmp_path / 'hub.db'}"
    office = Office(Hub.open(url, hub_clock), tmp_path)
    till = Sender(office.hub, "west")
    till.send(till.did("LeadNoted", lead_id="l1", name="陈思雨", phone=PHONE))
    back_up(url, tmp_path / "saved.db")
    till.send(till.enrolled("m1", phone=PHONE), erased(till))
    with closing(office.restore(tmp_path / "saved.db", hub_clock)) as hub:
        assert Sender(hub, "west").rows("lead") == {}


def test_who_is_parted_before_an_erasure_is_carried_through_is_not_erased(
    hub: Hub, hub_url: str, a_till: ATill, hub_clock: SteadyClock
) -> None:
    one, other = a_till(), a_till()
    one.send(one.enrolled("m1"), one.enrolled("m2"), one.did("MembersMerged", old_id="m2", keep_id="m1"))
    erasing = erased(one)

    def fail(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if statement.startswith("UPDATE meta SET erasures"):
            raise OSError("no space left")

    listening.listen(hub.database.engine, "before_cursor_execute", fail)
    with pytest.raises(OSError, match="no space"):
        one.send(erasing)
    listening.remove(hub.database.engine, "before_cursor_execute", fail)
    hub_clock.forward(minutes=1)
    other.send(other.did("MembersSeparated", member_id="m2"))
    one.send(erasing)
    hub.close()
    with closing(Hub.open(hub_url, hub_clock)) as other.hub:
        assert other.read("dir").keys() == {("erasure", "m1"), ("directory", "m2")}
