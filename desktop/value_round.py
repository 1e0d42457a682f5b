"""Counts behind the clerk's back who is of high value: once a day, so that no screen has to judge everybody."""

from collections.abc import Mapping
from datetime import date

from sqlalchemy import delete, insert

from desktop.data.portraits import HighValue
from desktop.desk import Desk
from desktop.views.shop import find_definitions
from desktop.views.valued import count_valued
from desktop.work import Work


class ValueRound:
    """Call it now and then, on a thread of the background; it counts on the first call of a day."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._counted_on: date | None = None

    def __call__(self) -> None:
        """Count, and keep what was counted."""
        today = self._desk.clock.today()
        if self._counted_on != today:
            rules = self._desk.read(find_definitions, today).rfm
            self._desk.write(keep_valued, self._desk.read(count_valued, today, rules))
            self._counted_on = today


def keep_valued(work: Work, scores: Mapping[str, str]) -> None:
    """In the place of those counted before."""
    rows = [{"id": each, "score": score, "total": sum(map(int, score))} for each, score in scores.items()]
    work.session.execute(delete(HighValue))
    if rows:
        work.session.execute(insert(HighValue), rows)
