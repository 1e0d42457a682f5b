"""Caretaker: looks after the till's files behind the clerk's back: backups, ballast, what has had its time."""

import logging
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import timedelta

from desktop.data.ballast import SIZE, free_space, take_ballast
from desktop.desk import Desk
from desktop.errors import NotNow, StorageTrouble

_log = logging.getLogger(__name__)

_PAUSE = 15.0  # seconds between two tours
_EVERY, _AT_LEAST = timedelta(minutes=30), timedelta(days=1)

Chore = Callable[[], object]
Listener = Callable[[tuple[StorageTrouble, ...]], None]


class Caretaker:
    """One thread. Of several programs on one till only the first looks after the files; each tells its own clerk.

    on_troubles: told, on that thread, whenever something else is amiss with the files than before. ballast: bytes.
    chores: what else one program of a till has to see to on every tour.
    """

    def __init__(
        self, desk: Desk, on_troubles: Listener = lambda _: None, *, chores: Sequence[Chore] = (), ballast: int = SIZE
    ) -> None:
        self._desk = desk
        self._store = desk.store
        self._on_troubles = on_troubles
        self._ballast = ballast
        self._chores = chores
        self._told: tuple[str, ...] = ()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="caretaker", daemon=True)

    def start(self) -> None:
        """Begin; the first tour comes after a while, when the start is over."""
        self._thread.start()

    def stop(self) -> None:
        """End after what is being done now; may be called twice."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join()

    def tour(self) -> None:
        """Look at everything once; what fails keeps nothing else from being done, nor from being told."""
        steps = (self._keep_ballast, self._back_up, self._tidy, *self._chores) if self._store.cares else ()
        for step in (*steps, self._tell):
            try:
                step()
            except NotNow:
                raise
            except Exception:  # noqa: BLE001 - the next tour may do better
                _log.exception("a part of a tour was broken off")

    def _run(self) -> None:
        with suppress(NotNow):  # the desk was closed first
            while not self._stop.wait(_PAUSE):
                self.tour()

    def _keep_ballast(self) -> None:
        with suppress(OSError):  # a disk that has no room for it: that is told by itself
            take_ballast(self._desk.home, self._ballast)

    def _back_up(self) -> None:
        """When half an hour's work is in no backup; and once a day anyway, because making one reads every page. One
        that was made in the future, by a clock that was ahead, counts as none.
        """
        made, changed = self._store.vault.backups.made_at(), self._store.vault.changed_at()
        now = self._desk.clock.now()
        age = now - made if made else _AT_LEAST
        due = not timedelta(0) <= age < _AT_LEAST or (changed and made and changed > made and age > _EVERY)
        if due and free_space(self._desk.home) > SIZE + 2 * self._store.vault.path.stat().st_size:
            self._store.back_up()

    def _tidy(self) -> None:
        self._store.vault.tidy(self._desk.clock.now())
        while self._desk.write(self._store.second.tidy) and not self._stop.is_set():
            continue

    def _tell(self) -> None:
        troubles = self._store.troubles()
        if (codes := tuple(trouble.code for trouble in troubles)) != self._told:
            self._told = codes
            self._on_troubles(troubles)
