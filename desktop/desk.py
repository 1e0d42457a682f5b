"""Desk: the one door to the till's data."""

import itertools
import logging
import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from typing import Concatenate, ParamSpec, TypeVar

from sqlalchemy import Connection

from desktop.errors import NotNow
from desktop.events import Changes
from desktop.store import Store
from desktop.work import Work

_log = logging.getLogger(__name__)

P = ParamSpec("P")
T = TypeVar("T")
Listener = Callable[[Changes], None]

_CLERK, _BACKGROUND, _CLOSE = 0, 1, 2


@dataclass(order=True)
class _Job:
    urgency: int
    order: int
    run: Callable[[], None] = field(compare=False)


class Desk:
    """The one door to the till's data: ``read`` here and now or ``read_behind``, ``do`` on the writer thread.

    Each ``do`` is one transaction; its future is done only when it is durable on disk. ``close`` lets the queue run
    dry and closes the store, may be called twice, and later calls raise. ``store``: the files themselves.
    ``commits``: how many commits changed something; whoever reads now sees all of them.
    """

    def __init__(self, store: Store) -> None:
        self.store = store
        self.home, self.key, self.clock = store.home, store.key, store.clock
        self.commits = 0
        self._listeners: list[Listener] = []
        self._jobs: queue.PriorityQueue[_Job] = queue.PriorityQueue()
        self._order = itertools.count()
        self._open, self._door = True, threading.Lock()
        self._thread = threading.Thread(target=self._run, name="writer", daemon=True)
        self._thread.start()
        self._reader = ThreadPoolExecutor(1, "reader")

    def read(self, query: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run ``query`` on a read-only connection, in the calling thread; it sees one moment of the data."""
        self._check_open()
        return self.store.read(query, *args, **kwargs)

    def read_behind(
        self, query: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> Future[T]:
        """The same on a thread for it, one query after the other: for what takes longer than a clerk may wait."""
        with self._door:  # a closing desk would not let it begin
            self._check_open()
            return self._reader.submit(lambda: self.store.read(query, *args, **kwargs))

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

    def write(self, operation: Callable[Concatenate[Work, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """The same, and wait until it is done; never on the thread of a clerk."""
        return self.do_behind(operation, *args, **kwargs).result()

    def cleanse(self, is_about: Callable[[bytes], bool]) -> bool:
        """Let no file hold such events any more, in the calling thread; False if it must be tried again."""
        self._check_open()
        return self.store.cleanse(is_about)

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
            self._reader.shutdown(cancel_futures=True)
            self.store.close()

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
            result, changes = self.store.carry_out(operation)
        except BaseException as error:  # noqa: BLE001 - whoever holds the future is told
            future.set_exception(error)
            return
        if changes:
            self.commits += 1
            changes = replace(changes, number=self.commits)
        future.set_result(result)
        for tell in self._listeners if changes else ():
            try:
                tell(changes)
            except Exception:  # noqa: BLE001 - the deed is saved, and the next one must be
                _log.exception("a listener failed")

    def _run(self) -> None:
        while (job := self._jobs.get()).urgency != _CLOSE:
            job.run()
