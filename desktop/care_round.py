"""Makes care tasks behind the clerk's back: once a day for everybody who may need one, at once for who was served."""

import threading
from collections.abc import Iterator
from datetime import date

from desktop.desk import Desk
from desktop.events import Changes
from desktop.services.care import open_care
from desktop.views.care import candidates, find_wanted, served_in
from desktop.views.shop import find_shop

_AT_ONCE = 50  # members a read and a write


class CareRound:
    """Call it now and then, on a thread of the background. The first call of a day looks at everybody whom a rule may
    want something for, each other one at those about whom something has changed since.
    """

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._looked_on: date | None = None
        self._changed = Changes()
        self._door = threading.Lock()
        desk.subscribe(self._hear)

    def __call__(self) -> int:
        """Open what is wanted; gives how many tasks."""
        today = self._desk.clock.today()
        changed = self._take()
        try:
            opened = self._look_at(changed, today)
        except BaseException:
            self._hear(changed)  # they are still to be looked at
            raise
        self._looked_on = today
        return opened

    def _look_at(self, changed: Changes, today: date) -> int:
        if self._looked_on != today:
            ids = self._desk.read(candidates, today, self._desk.read(find_shop, today))
        else:
            ids = self._desk.read(served_in, changed.of("member"), changed.of("visit"))
        return sum(self._look_after(some, today) for some in _parts(ids))

    def _look_after(self, member_ids: list[str], today: date) -> int:
        wanted = self._desk.read(find_wanted, member_ids, today, self._desk.read(find_shop, today))
        return self._desk.write(open_care, wanted) if wanted else 0

    def _hear(self, changes: Changes) -> None:
        with self._door:
            self._changed = Changes(self._changed.rows | changes.rows)

    def _take(self) -> Changes:
        with self._door:
            taken, self._changed = self._changed, Changes()
        return taken


def _parts(ids: list[str]) -> Iterator[list[str]]:
    return (ids[start : start + _AT_ONCE] for start in range(0, len(ids), _AT_ONCE))
