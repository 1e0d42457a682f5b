"""The outbox: what happened here and has no final verdict yet."""

from collections.abc import Iterable, Sequence
from dataclasses import fields
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, bindparam, insert, select, update
from sqlalchemy.orm import Session

from desktop.clock import Clock, milliseconds
from desktop.data.exchange import Outbox, Till
from desktop.events import EVENTS, Event, Stamp
from sync.protocol import Answer, Envelope, canonical
from sync.statements import ids_of

_FIELDS = {name: tuple(field.name for field in fields(kind)) for name, kind in EVENTS.items()}
_TABLE = Outbox.metadata.tables[Outbox.__tablename__]  # rows are written as they are: half the time of objects

_ACCEPT = (
    update(_TABLE)
    .where(_TABLE.c.event_id == bindparam("id"))
    .values(state="accepted", code=None, fix=None, seen_at=bindparam("place"))
)


def record(session: Session, till: Till, clock: Clock, deeds: Sequence[tuple[Stamp, Event]]) -> list[bytes]:
    """Put events into the outbox, in the transaction of the deeds themselves; the bytes that will be sent."""
    entries = [_entry(till, clock, stamp, event) for stamp, event in deeds]
    if entries:
        session.execute(insert(_TABLE), entries)
    return [entry["body"] for entry in entries]


def _entry(till: Till, clock: Clock, stamp: Stamp, event: Event) -> dict[str, Any]:
    """The row of one event, which takes the till's next number."""
    envelope = Envelope(
        id=clock.new_id(),
        dev=till.device_id,
        ep=till.ep,
        n=till.next_n,
        hlc=stamp.hlc,
        wall=max(0, milliseconds(stamp.at)),  # the wire knows no time before 1970; the hub corrects what is wrong
        boot=clock.boot,
        mono=clock.monotonic_ms(),
        clk=stamp.guide_id,
        typ=type(event).__name__,
        tv=event.version,
        ent=event.row,
        eid=event.row_id,
        mid=getattr(event, "member_id", None),
        data={name: getattr(event, name) for name in _FIELDS[type(event).__name__]},
    )
    till.next_n += 1
    return {
        "ep": envelope.ep, "n": envelope.n, "event_id": envelope.id, "kind": envelope.typ, "row": event.row,
        "row_id": event.row_id, "body": canonical(envelope), "at": stamp.at, "state": "pending", "acknowledged": False,
    }  # fmt: skip


def pending(connection: Connection, limit: int) -> list[bytes]:
    """The oldest events that the hub has not answered, in the order of their numbers."""
    query = select(Outbox.body).where(Outbox.state == "pending").order_by(Outbox.ep, Outbox.n).limit(limit)
    return list(connection.execute(query).scalars())


def newest(connection: Connection) -> tuple[int, int]:
    """Incarnation and number of the last event that waits; zeros when none does."""
    query = select(Outbox.ep, Outbox.n).where(Outbox.state == "pending").order_by(Outbox.ep.desc(), Outbox.n.desc())
    row = connection.execute(query.limit(1)).first()
    return (row.ep, row.n) if row else (0, 0)


def settle_accepted(session: Session, answers: Sequence[Answer]) -> None:
    """Write to many events at once that the hub took them: what it says of nearly all."""
    if answers:
        session.execute(_ACCEPT, [{"id": answer.id, "place": _places(answer)} for answer in answers])


def settle(session: Session, answer: Answer) -> Outbox | None:
    """Write the hub's verdict to the event it names; None if this till never sent it, or has its final verdict."""
    entry = session.scalars(select(Outbox).where(Outbox.event_id == answer.id)).first()
    state = (answer.was or "accepted") if answer.v == "duplicate" else answer.v
    # Two programs may sync one till: what the hub said first can be heard last.
    if entry is None or (state == "parked" and entry.state in ("accepted", "rejected")):
        return None
    entry.state, entry.code, entry.fix = state, answer.code, answer.fix
    entry.seen_at = _places(answer)
    return entry


def unseen(session: Session, row: str, ids: Iterable[str]) -> list[Outbox]:
    """The events about these rows of one kind that the hub has not refused, in the order of their numbers."""
    about = Outbox.row_id.in_(ids_of("ids"))
    query = select(Outbox).where(Outbox.row == row, about, Outbox.state != "rejected").order_by(Outbox.ep, Outbox.n)
    return list(session.scalars(query, {"ids": msgspec.json.encode(list(ids)).decode()}))


def send_again(session: Session) -> None:
    """The hub went back in time: whatever it has accepted may be gone there, and a repeat is harmless."""
    session.execute(
        update(Outbox).where(Outbox.state.in_(("accepted", "parked"))).values(state="pending", seen_at=None)
    )


def _places(answer: Answer) -> str | None:
    return msgspec.json.encode(answer.at).decode() if answer.at else None


def was_read(entry: Outbox | Row[*tuple[Any, ...]], cursors: dict[str, int]) -> bool:
    """Whether what was read of these scopes so far has the event in it."""
    if entry.state != "accepted":
        return False
    places: dict[str, int] = msgspec.json.decode(entry.seen_at or "{}")
    return all(cursors[scope] >= seq for scope, seq in places.items() if scope in cursors)
