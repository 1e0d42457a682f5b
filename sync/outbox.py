"""The outbox: what happened here and has no final verdict yet."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import fields
from typing import Any

import msgspec
from sqlalchemy import Connection, bindparam, exists, func, select, update
from sqlalchemy.orm import Session

from desktop.clock import Clock, milliseconds
from desktop.data.direct import Direct
from desktop.data.exchange import Outbox
from desktop.data.installation import Installation
from desktop.data.projections import resolve
from desktop.events import EVENTS, Event, Stamp
from sync.envelopes import read_envelope
from sync.protocol import Answer, Envelope, canonical
from sync.statements import adding, among, ids_of, merged_into, write

_FIELDS = {name: tuple(field.name for field in fields(kind)) for name, kind in EVENTS.items()}
_TABLE = Outbox.metadata.tables[Outbox.__tablename__]  # rows are written as they are: half the time of objects

_ADD = adding(Outbox, "ep", "n", "event_id", "kind", "row", "row_id", "body", "at", "state", "acknowledged")
_OLDEST = Direct(
    select(_TABLE.c.ep, _TABLE.c.n, _TABLE.c.body)
    .where(_TABLE.c.state == "pending")
    .order_by(_TABLE.c.ep, _TABLE.c.n)
    .limit(bindparam("limit"))
)
_NEWEST = Direct(
    select(_TABLE.c.ep, _TABLE.c.n)
    .where(_TABLE.c.state == "pending")
    .order_by(_TABLE.c.ep.desc(), _TABLE.c.n.desc())
    .limit(1)
)
_NAMED = Direct(
    select(_TABLE.c.event_id, _TABLE.c.row, _TABLE.c.row_id, _TABLE.c.state).where(_TABLE.c.event_id == bindparam("id"))
)
_SETTLE = Direct(
    update(_TABLE)
    .where(_TABLE.c.event_id == bindparam("id"))
    .values(
        state=bindparam("now"), code=bindparam("why"), fix=bindparam("way_out"), seen_at=bindparam("place"),
        settled_at=bindparam("settled"),
    )
)  # fmt: skip
_WAITING = Direct(select(_TABLE.c.event_id).where(_TABLE.c.state == "pending", _TABLE.c.event_id.in_(ids_of("ids"))))
_HELD = Direct(select(_TABLE.c.body).where(_TABLE.c.event_id.in_(ids_of("ids"))))
_PLACE = func.json_each(_TABLE.c.seen_at).table_valued("key")
_ACCEPTED_IN = Direct(
    select(_TABLE.c.row, _TABLE.c.row_id, _TABLE.c.state, _TABLE.c.seen_at)
    .where(_TABLE.c.state == "accepted", exists().where(_PLACE.c.key == bindparam("scope")))
)  # fmt: skip
_FOUND = (_TABLE.c.ep, _TABLE.c.n, _TABLE.c.row_id, _TABLE.c.state, _TABLE.c.seen_at, _TABLE.c.body)
_UNSEEN = Direct(
    select(*_FOUND)
    .where(_TABLE.c.row == bindparam("about"), _TABLE.c.row_id.in_(ids_of("ids")), _TABLE.c.state != "rejected")
    .order_by(_TABLE.c.ep, _TABLE.c.n)
)


def _about(members: Any) -> Direct:
    """By whom they name, not by all that wait: a till that was away for long has very many of those."""
    named = (_TABLE.c.row == "member") & _TABLE.c.row_id.in_(members)
    return Direct(select(*_FOUND).where(named, _TABLE.c.state != "rejected", _TABLE.c.kind != "MemberEnrolled"))


_OF_KEPT, _OF_MERGED = _about(ids_of("ids")), _about(merged_into(ids_of("ids")))
OF_PEOPLE = ("member", "redirect")
_AGAIN = Direct(
    update(_TABLE)
    .where((_TABLE.c.state == "accepted") | (_TABLE.c.state == "parked"))
    .values(state="pending", seen_at=None, settled_at=None)
)
_ACCEPT = """UPDATE outbox SET state = 'accepted', code = NULL, fix = NULL, seen_at = ?, settled_at = ?
    WHERE event_id = ? AND state <> 'rejected'"""


def record(session: Session, till: Installation, clock: Clock, deeds: Sequence[tuple[Stamp, Event]]) -> list[bytes]:
    """Put events into the outbox, in the transaction of the deeds themselves; the bytes that will be sent."""
    told = [(event, stamp, _envelope(till, clock, stamp, event)) for stamp, event in deeds]
    bodies = [canonical(envelope) for _, _, envelope in told]
    rows = [
        (each.ep, each.n, each.id, each.typ, event.row, event.row_id, body, milliseconds(stamp.at), "pending", False)
        for (event, stamp, each), body in zip(told, bodies, strict=True)
    ]
    write(session, _ADD, rows)
    return bodies


def _envelope(till: Installation, clock: Clock, stamp: Stamp, event: Event) -> Envelope:
    """One event as the hub is told of it, with the till's next number."""
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
    return envelope


def pending(connection: Connection, limit: int) -> list[Any]:
    """``body``, ``ep`` and ``n`` of the oldest events that the hub has not answered, in the order of their numbers."""
    return _OLDEST.rows(connection, limit=limit)


def newest(connection: Connection) -> tuple[int, int]:
    """Incarnation and number of the last event that waits; zeros when none does."""
    row = _NEWEST.first(connection)
    return (row.ep, row.n) if row else (0, 0)


def waiting(session: Session, ids: Iterable[str]) -> list[str]:
    """Those of these events that the hub has not answered, as far as this till has heard."""
    return [row.event_id for row in among(session, _WAITING, ids)]


def accepted_in(session: Session, scope: str) -> Sequence[Any]:
    """All that the hub took as this scope's: of which row each was, and where else it took effect."""
    return _ACCEPTED_IN.rows(session.connection(), scope=scope)


def settle_accepted(session: Session, answers: Sequence[Answer], hub_now: int | None) -> None:
    """Write to many events at once that the hub took them: what it says of nearly all.

    What was refused stays so: of an event about somebody erased no word is left, and an old answer may stray.
    """
    write(session, _ACCEPT, [(_places(answer), hub_now, answer.id) for answer in answers])


def settle(session: Session, answer: Answer, hub_now: int | None) -> Any:
    """Write the hub's verdict to the event it names; None if this till never sent it, or has its final verdict."""
    connection = session.connection()
    entry = _NAMED.first(connection, id=answer.id)
    state = (answer.was or "accepted") if answer.v == "duplicate" else answer.v
    # Two programs may sync one till: what the hub said first can be heard last.
    if entry is None or entry.state == "rejected" or (state == "parked" and entry.state == "accepted"):
        return None
    told = {"now": state, "why": answer.code, "way_out": answer.fix, "place": _places(answer)}
    _SETTLE.run(connection, id=answer.id, **told, settled=None if state == "parked" else hub_now)
    return entry


def held(connection: Connection, bodies: Sequence[bytes]) -> list[bytes]:
    """Those of these events that are here word by word."""
    ids = [envelope.id for body in bodies if (envelope := read_envelope(body))]
    here = set(_HELD.scalars(connection, ids=msgspec.json.encode(ids).decode()))
    return [body for body in bodies if body in here]


def unseen(session: Session, row: str, ids: Collection[str]) -> Sequence[Any]:
    """The events about these rows of one kind that the hub has not refused, in the order of their numbers. With those
    about members come those that name them by an id from before they were merged; with those about a merge all about
    either: the last word stays the last.
    """
    found = list(among(session, _UNSEEN, ids, about=row))
    if row == "redirect":
        ids = [kept for each in ids if (kept := resolve(session, each))]
        found += among(session, _OF_KEPT, ids)
    if row in OF_PEOPLE:
        found += among(session, _OF_MERGED, ids)
    return sorted(found, key=lambda entry: (entry.ep, entry.n))


def told_last(table: str) -> str:
    """A subquery: whose a row of this table is by what was told last of it here; NULL if that named nobody."""
    return f"""(SELECT CAST(body AS TEXT) ->> 'mid' AS told FROM outbox WHERE "row" = '{table}' AND row_id = {table}.id
        AND state <> 'rejected' AND told IS NOT NULL ORDER BY ep DESC, n DESC LIMIT 1)"""  # noqa: S608


def send_again(session: Session) -> None:
    """The hub went back in time: whatever it has accepted may be gone there, and a repeat is harmless."""
    _AGAIN.run(session.connection())


def _places(answer: Answer) -> str | None:
    return msgspec.json.encode(answer.at).decode() if answer.at else None


def was_read(entry: Any, cursors: dict[str, int]) -> bool:
    """Whether what was read of these scopes so far has the event in it."""
    if entry.state != "accepted":
        return False
    places: dict[str, int] = msgspec.json.decode(entry.seen_at or "{}")
    return all(cursors[scope] >= seq for scope, seq in places.items() if scope in cursors)
