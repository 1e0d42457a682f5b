"""The crossing between the Qt thread and the desk: short reads here, long ones and deeds elsewhere, answers back."""

from __future__ import annotations

import logging
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import date
from functools import wraps
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar

from PySide6.QtCore import QObject, Qt, Signal, Slot

from desktop.errors import NotNow, TillError
from desktop.status import HubStatus, Link

if TYPE_CHECKING:  # the desk brings the whole data layer; the shell is painted before that is read in
    from desktop.desk import Desk

P = ParamSpec("P")
T = TypeVar("T")
Failed = Callable[[TillError], object]

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Outcome:
    """A deed or a long reading that is done or failed, and who waits for it."""

    future: Future[Any]
    then: Callable[[Any], object] | None
    failed: Failed | None
    window: int
    is_deed: bool


class Bridge(QObject):
    """What screens call. Every signal and every callback comes on the Qt thread.

    ordered: a clerk wants a deed, and what was done before is no longer the last.
    changed: desktop.events.Changes after each commit. status_changed: desktop.status.HubStatus.
    came_to_rest: no deed is still to be saved or refused.
    trouble: a TillError that nobody else handled. troubles_changed: something else is amiss with the files than before.
    sync_now: asks for an exchange with the hub at once.
    status: how the till stands to its hub until somebody tells; None when there is no hub.
    """

    ordered = Signal()
    came_to_rest = Signal()
    changed = Signal(object)
    status_changed = Signal(object)
    trouble = Signal(object)

    troubles_changed = Signal()

    _ailing = Signal(object)
    _committed = Signal(object)
    _told = Signal(object)
    _settled = Signal(object)

    def __init__(self, desk: Desk, *, sync_now: Callable[[], object], status: HubStatus | None = None) -> None:
        super().__init__()
        self.desk = desk
        self.sync_now = sync_now
        self.troubles: tuple[TillError, ...] = ()  # what is amiss with the till's files, as last told
        self._last: tuple[object, Future[Any]] | None = None  # what was asked for last, until it is answered
        self._opening: Future[Any] | None = None  # what opens a visit, until it is answered
        self._deeds = 0  # how many are still to be saved or refused
        self._window = 0  # how many windows have taken over from one another
        self._status = status or HubStatus(Link.ALONE, since=desk.clock.now())
        # Emitted on other threads; queued to slots of this object, so that what follows runs on the Qt thread.
        self._committed.connect(self._pass_changes, Qt.ConnectionType.QueuedConnection)
        self._ailing.connect(self._pass_troubles, Qt.ConnectionType.QueuedConnection)
        self._told.connect(self._pass_status, Qt.ConnectionType.QueuedConnection)
        self._settled.connect(self._deliver, Qt.ConnectionType.QueuedConnection)
        desk.subscribe(self._committed.emit)

    @property
    def status(self) -> HubStatus:
        """How the till stands to its hub, as last told."""
        return self._status

    @property
    def is_answered(self) -> bool:
        """Whether nothing that a clerk asked for is still to be done."""
        return self._last is None

    @property
    def is_at_rest(self) -> bool:
        """Whether every deed is saved or refused, asked for by a clerk or not."""
        return not self._deeds

    def today(self) -> date:
        """The day in the store."""
        return self.desk.clock.today()

    def tell_status(self, status: HubStatus) -> None:
        """For the sync loop: may be called on any thread."""
        self._told.emit(status)

    def tell_troubles(self, troubles: tuple[TillError, ...]) -> None:
        """For the caretaker: may be called on any thread."""
        self._ailing.emit(troubles)

    def read(self, query: Callable[Concatenate[Any, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run ``query`` here and now on a read-only connection. It must take less than 10 ms."""
        return self.desk.read(query, *args, **kwargs)

    def read_behind(
        self,
        query: Callable[..., T],
        *args: Any,
        then: Callable[[T], object],
        failed: Failed | None = None,
    ) -> None:
        """Have ``query`` run elsewhere, because it may take longer; ``then`` gets what it found."""
        self._ask(lambda: self.desk.read_behind(query, *args), then, failed, is_deed=False)

    def run(
        self,
        operation: Callable[..., T],
        *args: Any,
        then: Callable[[T], object] | None = None,
        failed: Failed | None = None,
        once: bool = False,
        opens: bool = False,
        within: bool = False,
        **kwargs: Any,
    ) -> bool:
        """Have the writer carry out ``operation(work, *args, **kwargs)``.

        ``then`` gets its result once it is durable. ``failed`` gets a TillError; without it ``trouble`` tells.
        once: if the very same was asked for last and is not answered yet, that was a second press, and the deed is one.
        Nothing may have been asked for in between: who agrees, takes it back and agrees again means all three.
        opens: a visit. within: meant for whoever was to be served last; if they are refused yet, so is this, with
        ``no_visit``: else it would go into the visit before.
        Gives whether it was the first press.
        """
        self.ordered.emit()
        asked = (operation, args, kwargs)
        if once and self._last and self._last[0] == asked:
            self._await(self._last[1], then, failed)
            return False
        deed = self._if_opened(operation) if within else operation
        if future := self._ask(lambda: self.desk.do(deed, *args, **kwargs), then, failed):
            self._last = (asked, future)
            self._opening = future if opens else self._opening
        return True

    def _if_opened(self, operation: Callable[..., T]) -> Callable[..., T]:
        if (opening := self._opening) is None:
            return operation

        @wraps(operation)
        def deed(*args: Any, **kwargs: Any) -> T:
            if opening.exception():  # it was asked for before, and is done before
                raise NotNow("no_visit")
            return operation(*args, **kwargs)

        return deed

    def run_unasked(self, operation: Callable[..., T], *args: Any, then: Callable[[T], object] | None = None) -> None:
        """Have the writer carry out what nobody pressed a key for, such as keeping what is half typed.

        It comes between no two presses, and what was done last stays the last.
        """
        self._ask(lambda: self.desk.do(operation, *args), then, None)

    def forget_callers(self) -> None:
        """Another window takes over: who asked so far is no longer there to be answered. ``trouble`` is still told."""
        self._window += 1

    def _ask(
        self,
        ask: Callable[[], Future[T]],
        then: Callable[[T], object] | None,
        failed: Failed | None,
        *,
        is_deed: bool = True,
    ) -> Future[T] | None:
        """Have the answer told once it is there; None where the desk takes no question any more."""
        try:
            future = ask()
        except TillError as error:
            self._fail(error, failed)
            return None
        self._await(future, then, failed, is_deed=is_deed)
        return future

    def _await(
        self,
        future: Future[T],
        then: Callable[[T], object] | None,
        failed: Failed | None,
        *,
        is_deed: bool = True,
    ) -> None:
        window = self._window
        self._deeds += is_deed

        def settle(done: Future[T]) -> None:
            if not done.cancelled():  # the desk was closed first, and nobody waits any more
                self._settled.emit(_Outcome(done, then, failed, window, is_deed))

        future.add_done_callback(settle)

    def _fail(self, error: BaseException, failed: Failed | None) -> None:
        """A TillError has words for the clerk; anything else is a bug and goes to the log as well."""
        if not isinstance(error, TillError):
            log.error("a deed or a reading failed", exc_info=error)
            error = TillError("bug", reason=type(error).__name__)
        (failed or self.trouble.emit)(error)

    @Slot(object)
    def _deliver(self, outcome: _Outcome) -> None:
        if self._last and self._last[1] is outcome.future:
            self._last = None
        if self._opening is outcome.future:
            self._opening = None
        self._deeds -= outcome.is_deed
        error, here = outcome.future.exception(), outcome.window == self._window
        if error is not None:
            self._fail(error, outcome.failed if here else None)
        elif outcome.then is not None and here:
            outcome.then(outcome.future.result())
        if outcome.is_deed and self.is_at_rest:  # nor does the answer ask for more
            self.came_to_rest.emit()

    @Slot(object)
    def _pass_changes(self, changes: object) -> None:
        self.changed.emit(changes)

    @Slot(object)
    def _pass_status(self, status: HubStatus) -> None:
        self._status = status
        self.status_changed.emit(status)

    @Slot(object)
    def _pass_troubles(self, troubles: tuple[TillError, ...]) -> None:
        known = {trouble.code for trouble in self.troubles}
        self.troubles = troubles
        self.troubles_changed.emit()
        for trouble in troubles:
            if trouble.code not in known:
                self.trouble.emit(trouble)
