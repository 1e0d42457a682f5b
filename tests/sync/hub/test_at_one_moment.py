"""Two pushes at one moment come out as if one had come after the other."""

import threading
import time
from collections.abc import Callable

import msgspec
from sqlalchemy import event as listening
from sqlalchemy import select, text

from sync.hub.hub import Hub
from sync.hub.statements import is_postgres
from sync.hub.tables import event
from sync.hub.verdicts import push
from tests.sync.hub.builders import Sender

ATill = Callable[..., Sender]
PHONE, OTHER = "+8613800138000", "+8613800138001"


def held_up(hub: Hub) -> bool:
    """Whether somebody waits for a lock of PostgreSQL's."""
    with hub.database.read() as connection:
        return bool(connection.scalar(text("SELECT count(*) FROM pg_locks WHERE NOT granted")))


def meanwhile(hub: Hub, one: Sender, first: msgspec.Raw, other: Sender, second: msgspec.Raw) -> None:
    """The second event is pushed while the first is judged, but not yet committed."""
    thread = threading.Thread(target=other.send, args=[second])
    with hub.database.write() as connection:
        push(connection, one.till, one.request(first), hub.clock.now_ms())
        thread.start()
        until = time.monotonic() + 10
        while is_postgres(connection) and not held_up(hub):
            assert time.monotonic() < until
    thread.join()


def test_who_enrols_while_their_member_is_merged_is_the_kept_one(hub: Hub, a_till: ATill) -> None:
    one, other = a_till(), a_till()
    one.send(one.enrolled("m1", code="A", phone=PHONE), one.enrolled("m2", code="B"))
    merging = one.did("MembersMerged", old_id="m1", keep_id="m2")
    meanwhile(hub, one, merging, other, other.enrolled("m3", code="C", phone=PHONE))
    assert other.body("redirect", "m3")["keep"] == "m2"


def test_who_enrols_while_they_are_erased_keeps_their_phone(hub: Hub, a_till: ATill) -> None:
    one, other = a_till(), a_till()
    one.send(one.enrolled("m1", code="A", phone=PHONE))
    erasing = one.did("ErasureRequested", member_id="m1")
    meanwhile(hub, one, erasing, other, other.enrolled("m3", code="C", phone=PHONE))
    assert other.body("member", "m3")["phone"] == PHONE


def test_a_phone_that_is_given_up_and_taken_at_once_leads_to_who_has_it(hub: Hub, a_till: ATill) -> None:
    one, other = a_till(), a_till()
    one.send(one.enrolled("m1", code="A", phone=PHONE))
    moving = one.did("MemberAmended", member_id="m1", fields={"phone": OTHER})
    meanwhile(hub, one, moving, other, other.enrolled("m3", code="C", phone=PHONE))
    one.send(one.enrolled("m4", code="D", phone=PHONE))
    assert one.body("redirect", "m4")["keep"] == "m3"


def test_what_is_parked_while_its_member_is_erased_is_judged_and_forgotten(hub: Hub, a_till: ATill) -> None:
    one, other = a_till(), a_till()
    said = other.did("TaskOpened", task_id="t1", member_id="mx", title="敏感肌", due="2026-12-01")
    thread = threading.Thread(target=other.send, args=[said])

    def push_first(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if statement.startswith("UPDATE event SET body") and not thread.ident:
            thread.start()
            thread.join()

    def push_meanwhile(_connection: object) -> None:
        if not thread.ident:
            thread.start()

    postgres = hub.database.engine.dialect.name == "postgresql"  # SQLite has one writer: the other waits for it
    moment = ("before_cursor_execute", push_first) if postgres else ("commit", push_meanwhile)
    listening.listen(hub.database.engine, *moment)
    one.send(one.did("ErasureRequested", member_id="mx"))
    listening.remove(hub.database.engine, *moment)
    thread.join()
    hub.settle()
    with hub.database.read() as connection:
        row = connection.execute(select(event).where(event.c.kind == "TaskOpened")).one()
    assert (row.verdict, row.code, row.body) == ("rejected", "erased", "")
