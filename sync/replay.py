"""Replay: events that only the journal has come back into the data, and the journal gets those it lacks."""

import logging
from collections.abc import Iterator, Sequence
from typing import Any, Protocol

import msgspec
from sqlalchemy import Connection, delete, insert, select
from sqlalchemy.orm import Session

from desktop.clock import from_milliseconds
from desktop.data.desk_state import Deed
from desktop.data.direct import Direct
from desktop.data.exchange import Outbox
from desktop.second_copy import Since
from desktop.work import Work
from sync.again import be_born_again, lay_again
from sync.cursors import read_again
from sync.envelopes import read_envelope
from sync.protocol import Envelope
from sync.statements import among, ids_of

_log = logging.getLogger(__name__)
_TABLE = Outbox.metadata.tables[Outbox.__tablename__]
_NEWEST = Direct(select(_TABLE.c.event_id, _TABLE.c.state).order_by(_TABLE.c.ep.desc(), _TABLE.c.n.desc()).limit(1))
_HELD = Direct(select(_TABLE.c.event_id).where(_TABLE.c.event_id.in_(ids_of("ids"))))
_AT_ONCE = 500


class Copies(Protocol):
    """The second copies themselves."""

    def read(self) -> Iterator[bytes]:
        """All that can be read."""

    def ends(self) -> Sequence[bytes | None]:
        """The last of every file; None where the end is not whole."""

    def weigh(self, connection: Connection) -> None:
        """Let go of those to write that the data holds no more."""

    def append(self, events: Sequence[bytes]) -> None:
        """Write more of them."""


def replay(work: Work, copies: Copies, since: Since) -> bool:
    """Bring data and journal together. After a good close a look at the newest events of both is enough.

    Data that lacks what the journal has went back in time: its numbers were used already, so the till goes on as
    another incarnation of itself. Gives whether it did.
    """
    if since == "close" and _end_alike(work.session, copies.ends()):
        return False
    told = {envelope.id: body for body in copies.read() if (envelope := read_envelope(body))}
    missing = _missing(work.session, told)
    for body in missing:
        _add(work, body)
    if missing or since == "loss":
        work.session.execute(delete(Deed))  # what came back cannot be undone, and what was done before is not the last
        be_born_again(work)
        for scope in work.till.scopes.split():
            if since == "loss" or scope.startswith("dv:"):  # what it holds of leases comes back with the hub's rows
                read_again(work, scope)
    copies.weigh(work.session.connection())
    copies.append([body for event_id, body in _waiting(work.session) if event_id not in told])
    return bool(missing)


def _end_alike(session: Session, ends: Sequence[bytes | None]) -> bool:
    """Of every file, for the newest may have been written under the name of a day long ago: clocks go back too."""
    newest = _NEWEST.first(session.connection())
    if not ends:
        return newest is None or newest.state in ("accepted", "rejected")
    told = {envelope.id: end for end in ends if end and (envelope := read_envelope(end))}
    whole = len(told) == len(ends) and newest is not None and newest.event_id in told
    return whole and not _missing(session, told)


def _missing(session: Session, told: dict[str, bytes]) -> list[bytes]:
    """What the outbox has never heard of, in the order it happened."""
    held = {row.event_id for row in among(session, _HELD, told)}
    lost = [(msgspec.json.decode(body, type=Envelope), body) for event_id, body in told.items() if event_id not in held]
    return [body for _, body in sorted(lost, key=lambda pair: (pair[0].ep, pair[0].n))]


def _add(work: Work, body: bytes) -> None:
    envelope = msgspec.json.decode(body, type=Envelope)
    work.session.execute(insert(_TABLE), [_entry(work, envelope, body)])
    till = work.till
    till.hlc = max(till.hlc, envelope.hlc)
    if envelope.ep == till.ep:
        till.next_n = max(till.next_n, envelope.n + 1)
    till.ep = max(till.ep, envelope.ep)
    try:
        with work.session.begin_nested():
            lay_again(work, body)
    except Exception:  # noqa: BLE001 - it will be sent all the same, and the hub's row will show it
        _log.exception("an event of the journal could not be shown")


def _entry(work: Work, envelope: Envelope, body: bytes) -> dict[str, Any]:
    """Its row; under a number of today if another event has taken its own meanwhile."""
    ep, n = envelope.ep, envelope.n
    if work.session.get(Outbox, (ep, n)) is not None:
        ep, n = work.till.ep, work.till.next_n
        work.till.next_n += 1
    return {
        "ep": ep, "n": n, "event_id": envelope.id, "kind": envelope.typ, "row": envelope.ent, "row_id": envelope.eid,
        "body": body, "at": from_milliseconds(envelope.wall), "state": "pending", "acknowledged": False,
    }  # fmt: skip


def _waiting(session: Session) -> Iterator[tuple[str, bytes]]:
    query = select(Outbox.event_id, Outbox.body).where(Outbox.state.in_(("pending", "parked")))
    for row in session.execute(query.order_by(Outbox.ep, Outbox.n)).yield_per(_AT_ONCE):
        yield row.event_id, row.body
