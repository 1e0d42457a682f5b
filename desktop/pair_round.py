"""Counts behind the clerk's back which products are bought together: once a day."""

from collections.abc import Iterable
from datetime import date

from sqlalchemy import delete, insert

from desktop.data.portraits import BoughtTogether
from desktop.desk import Desk
from desktop.rules.suggestions import Pair
from desktop.views.pairs import count_pairs
from desktop.work import Work


class PairRound:
    """Call it now and then, on a thread of the background; it counts on the first call of a day."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._counted_on: date | None = None

    def __call__(self) -> None:
        """Count, and keep what was counted."""
        now = self._desk.clock.now()
        today = now.astimezone().date()
        if self._counted_on != today:
            self._desk.write(keep_pairs, self._desk.read(count_pairs, now))
            self._counted_on = today


def keep_pairs(work: Work, pairs: Iterable[Pair]) -> None:
    """In the place of those counted before."""
    rows = [
        {"given": pair.given, "product": pair.product, "percent": pair.percent, "among": pair.among} for pair in pairs
    ]
    work.session.execute(delete(BoughtTogether))
    if rows:
        work.session.execute(insert(BoughtTogether), rows)
