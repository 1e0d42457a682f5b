"""Desk and Work: the one door to the till's data."""

import itertools
import logging
import queue
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar

import msgspec
from sqlalchemy import Connection, Engine, delete
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from desktop.clock import Clock, milliseconds
from desktop.data.desk_state import Deed
from desktop.data.engine import open_reader, open_writer
from desktop.data.exchange import Till
from desktop.data.keys import Key, load_key
from desktop.data.lock import locked
from desktop.data.migrate import migrate
from desktop.data.projections import project, project_many
from desktop.errors import NotNow, StorageTrouble
from desktop.events import Changes, Event, Stamp
from desktop.rules import hlc

_log = logging.getLogger(__name__)

P = ParamSpec("P")
T = TypeVar("T")
Recorder = Callable[[Session, Till, Clock, Sequence[tuple[Stamp, Event]]], None]
Listener = Callable[[Changes], None]

_CLERK, _BACKGROUND, _CLOSE = 0, 1, 2
_DEEDS_KEPT = 100


class Work:
    """One unit of work on the writer thread: its session, its clock, and what happened in it.

    ``note`` projects an event onto the tables and records it for the hub, in the same transaction.
    """

    def __init__(self, session: Session, clock: Clock, record: Recorder) -> None:
        self.session = session
        self.clock = clock
        self.till = session.get_one(Till, 1)
        self.touched: set[tuple[str, str]] = set()
        self.noted: list[tuple[Event, Event | None]] = []
        self._record = record

    def note(self, event: Event, *, undo: Event | None = None) -> None:
        """Let ``event`` happen; ``undo`` is the event that would take it back."""
        stamp = self._stamp()
        self.touched |= project(event, self.session, stamp)
        self._record(self.session, self.till, self.clock, [(stamp, event)])
        self.noted.append((event, undo))

    def note_many(self, events: Sequence[Event]) -> None:
        """Let many events happen, those of a file say: written in bulk, and never undone."""
        deeds = [(self._stamp(), event) for event in events]
        self.touched |= project_many(deeds, self.session)
        self._record(self.session, self.till, self.clock, deeds)

    def remember(self, name: str) -> None:
        """Keep how to take the noted events back, as one deed called ``name``."""
        if self.noted:
            inverse = [undo for _, undo in reversed(self.noted)]
            told = [(type(undo).__name__, undo) for undo in inverse if undo is not None]
            body = msgspec.json.encode(told if len(told) == len(inverse) else [])
            deed = Deed(name=name, inverse=body, at=self.clock.now())
            self.session.add(deed)
            self.session.flush()
            self.session.execute(delete(Deed).where(Deed.id <= deed.id - _DEEDS_KEPT))

    @property
    def changes(self) -> Changes:
        """The rows this work changed."""
        return Changes(frozenset(self.touched))

    def _stamp(self) -> Stamp:
        now = self.clock.now()
        self.till.hlc = hlc.tick(self.till.hlc, milliseconds(now))
        return Stamp(at=now, hlc=self.till.hlc, guide_id=self.till.guide_id, store_id=self.till.store_id)


@dataclass(order=True)
class _Job:
    urgency: int
    order: int
    run: Callable[[], None] = field(compare=False)


class Desk:
    """The one door to the till's data: ``read`` here and now, ``do`` on the writer thread.

    home: the data directory, made when missing. Each ``do`` is one transaction; its future is done only
    when it is durable on disk. ``close`` lets the queue run dry, may be called twice, and later calls raise.
    """

    def __init__(self, home: Path, record: Recorder, clock: Clock | None = None) -> None:
        home.mkdir(parents=True, exist_ok=True)
        self.home = home
        self.clock = clock or Clock()
        self._record = record
        with locked(home / "till.lock"):  # two first starts at once must not make two keys
            self.key: Key = load_key(home)
            self._writer: Engine = open_writer(home / "till.db", self.key.secret)
            migrate(self._writer, self.clock)
            _ensure_till(self._writer, self.clock)
        self._reader: Engine = open_reader(home / "till.db", self.key.secret)
        self._listeners: list[Listener] = []
        self._jobs: queue.PriorityQueue[_Job] = queue.PriorityQueue()
        self._order = itertools.count()
        self._open, self._door = True, threading.Lock()
        self._thread = threading.Thread(target=self._run, name="writer", daemon=True)
        self._thread.start()

    def read(self, query: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run ``query`` on a read-only connection, in the calling thread; it sees one moment of the data."""
        self._check_open()
        with self._reader.connect() as connection:
            return query(connection, *args, **kwargs)

    def do(self, operation: Callable[Concatenate[Work, P], T], *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Queue a clerk's deed: one transaction, ahead of anything in the background."""

        def deed(work: Work) -> T:
            result = operation(work, *args, **kwargs)
            work.remember(operation.__name__)
            return result

        return self._queue(_CLERK, deed)

    def do_behind(self, operation: Callable[Concatenate[Work, P], T], *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Queue what nobody waits for: any waiting deed of the clerk goes first, and it is never undone."""
        return self._queue(_BACKGROUND, lambda work: operation(work, *args, **kwargs))

    def subscribe(self, listener: Listener) -> None:
        """Have ``listener`` told, on the writer thread, after each commit that changed something."""
        self._listeners.append(listener)

    def close(self) -> None:
        """Finish what is queued, then close the files."""
        if self._open:
            with self._door:
                self._open = False
                self._jobs.put(_Job(_CLOSE, next(self._order), lambda: None))
            self._thread.join()
            self._reader.dispose()
            self._writer.dispose()

    def _check_open(self) -> None:
        if not self._open:
            raise NotNow("desk_closed")

    def _queue(self, urgency: int, operation: Callable[[Work], T]) -> Future[T]:
        future: Future[T] = Future()
        with self._door:  # behind a closing desk's last job nobody would ever take this one
            self._check_open()
            self._jobs.put(_Job(urgency, next(self._order), lambda: self._settle(future, operation)))
        return future

    def _settle(self, future: Future[T], operation: Callable[[Work], T]) -> None:
        if not future.set_running_or_notify_cancel():
            return
        try:
            result, changes = self._carry_out(operation)
        except BaseException as error:  # noqa: BLE001 - whoever holds the future is told
            future.set_exception(error)
            return
        future.set_result(result)
        for tell in self._listeners if changes else ():
            try:
                tell(changes)
            except Exception:  # noqa: BLE001 - the deed is saved, and the next one must be
                _log.exception("a listener failed")

    def _carry_out(self, operation: Callable[[Work], T]) -> tuple[T, Changes]:
        """One transaction; what cannot be written is the storage's trouble and leaves nothing behind."""
        try:
            with Session(self._writer, expire_on_commit=False) as session, session.begin():
                work = Work(session, self.clock, self._record)
                result = operation(work)
                return result, work.changes
        except OperationalError as error:
            raise StorageTrouble("storage_failed", reason=str(error.orig)) from error

    def _run(self) -> None:
        while (job := self._jobs.get()).urgency != _CLOSE:
            job.run()


def _ensure_till(engine: Engine, clock: Clock) -> None:
    """The first start gives this installation its device id."""
    with Session(engine) as session, session.begin():
        if session.get(Till, 1) is None:
            session.add(Till(id=1, device_id=clock.new_id()))
