"""Work: one unit of work on the till's data, and what happened in it."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import msgspec
from sqlalchemy import bindparam, delete, insert
from sqlalchemy.orm import Session

from desktop.clock import Clock, milliseconds
from desktop.data.desk_state import Deed
from desktop.data.direct import Direct
from desktop.data.effects import project, project_many
from desktop.data.installation import Installation, read_installation, write_installation
from desktop.events import Changes, Event, Stamp
from desktop.rules import hlc

Recorder = Callable[[Session, Installation, Clock, Sequence[tuple[Stamp, Event]]], list[bytes]]

_DEEDS_KEPT = 100
# Statements that every deed needs are written once, and are not the session's business: its share is a third of a deed.
_DEED = Deed.metadata.tables[Deed.__tablename__]
_REMEMBER = Direct(insert(_DEED).values({name: bindparam(name) for name in ("name", "inverse", "at")}))
_FORGET = Direct(delete(_DEED).where(_DEED.c.id <= bindparam("last")))


class Work:
    """One unit of work: its session, its clock, and what happened in it.

    ``note`` projects an event onto the tables and records it for the hub, in the same transaction. ``written``: the
    events recorded so far, in the bytes that will be sent. ``noted``: those that are a deed's own, with what takes them
    back, if anything does, and their numbers. ``tight``: the disk is so full that only what must not be
    lost should be written. ``till``: its row, written by ``flush`` and not by the session.
    """

    def __init__(self, session: Session, clock: Clock, record: Recorder) -> None:
        self.session = session
        self.clock = clock
        self.till = read_installation(session.connection())
        self._kept = replace(self.till)
        self.touched: set[tuple[str, str]] = set()
        self.noted: list[tuple[Event, Event | None, int]] = []
        self.written: list[bytes] = []
        self.tight = False
        self._record = record

    def note(self, event: Event, *, undo: Event | None = None) -> None:
        """Let ``event`` happen; ``undo`` is the event that would take it back."""
        stamp = self._stamp()
        self.touched |= project(event, self.session, stamp)
        self.written += self._record(self.session, self.till, self.clock, [(stamp, event)])
        self.noted.append((event, undo, self.till.next_n - 1))

    def follow(self, event: Event) -> None:
        """Let ``event`` happen because of a deed; taking the deed back leaves it, until somebody looks again."""
        self.note(event)
        self.noted.pop()

    def note_many(self, events: Sequence[Event]) -> None:
        """Let many events happen, those of a file say: written in bulk, and never undone."""
        self.noted += [(event, None, n) for n, event in enumerate(events, self.till.next_n)]
        deeds = [(self._stamp(), event) for event in events]
        self.touched |= project_many(deeds, self.session)
        self.written += self._record(self.session, self.till, self.clock, deeds)

    def remember(self, name: str) -> None:
        """Keep how to take the noted events back, as one deed called ``name``."""
        if self.noted:
            told = [(type(undo).__name__, undo, self.till.ep, n) for _, undo, n in reversed(self.noted) if undo]
            body = msgspec.json.encode(told if len(told) == len(self.noted) else [])
            connection = self.session.connection()
            last = _REMEMBER.run(connection, name=name, inverse=body, at=self.clock.now())
            _FORGET.run(connection, last=last - _DEEDS_KEPT)

    def flush(self) -> None:
        """Write what is not written yet."""
        self.session.flush()
        if self.till != self._kept:
            write_installation(self.session.connection(), self.till)
            self._kept = replace(self.till)

    @property
    def changes(self) -> Changes:
        """The rows this work changed."""
        return Changes(frozenset(self.touched))

    def _stamp(self) -> Stamp:
        now = self.clock.now()
        self.till.hlc = hlc.tick(self.till.hlc, self.hub_time())
        return Stamp(at=now, hlc=self.till.hlc, guide_id=self.till.guide_id, store_id=self.till.store_id)

    def hub_time(self) -> int:
        """What time it is at the hub (ms), as far as this till knows: by what it was told in this run of the machine,
        whatever the wall clock says since; else by the wall clock, less what that was ahead at the last contact.
        """
        till = self.till
        if till.told_boot == self.clock.boot:
            return till.told_at + self.clock.monotonic_ms() - till.told_mono
        return max(0, milliseconds(self.clock.now()) - till.clock_skew_ms)
