"""How often and on which days a member is contacted: never on quiet days, and not too often."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, timedelta

from desktop.rules.wishes import WEEK, Wishes


@dataclass(frozen=True, slots=True)
class Cadence:
    """gap_days: between two contacts. a_month: contacts in any 30 days. quiet_weekdays: 1 is Monday, 7 is Sunday.
    quiet_days: MM-DD or YYYY-MM-DD."""

    gap_days: int = 7
    a_month: int = 3
    quiet_weekdays: frozenset[int] = frozenset()
    quiet_days: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        if not self.quiet_weekdays <= set(range(1, 8)):
            raise ValueError("weekdays are 1, Monday, to 7, Sunday")
        if self.gap_days < 1 or self.a_month < 1:
            raise ValueError("there is at least a day between contacts, and at least one a month")

    def is_quiet(self, day: date) -> bool:
        """Whether nobody may be contacted on ``day``."""
        told = {day.isoformat(), day.isoformat()[5:]}
        return day.isoweekday() in self.quiet_weekdays or bool(told & self.quiet_days)

    def bears(self, day: date, contacts: Collection[date]) -> bool:
        """Whether one more contact on ``day`` is not too many beside ``contacts``, earlier or later ones."""
        apart = [abs((day - other).days) for other in contacts]
        return all(days >= self.gap_days for days in apart) and sum(days < 30 for days in apart) < self.a_month

    def first_day(self, wanted: date, until: date, contacts: Collection[date]) -> date | None:
        """The first day from ``wanted`` to ``until`` that is neither quiet nor too soon."""
        days = (wanted + timedelta(more) for more in range((until - wanted).days + 1))
        return next((day for day in days if not self.is_quiet(day) and self.bears(day, contacts)), None)

    def last_day(self, wanted: date, since: date) -> date | None:
        """The last day from ``since`` to ``wanted`` that is not quiet, however many contacts there were."""
        days = (wanted - timedelta(fewer) for fewer in range((wanted - since).days + 1))
        return next((day for day in days if not self.is_quiet(day)), None)

    def with_wishes(self, wishes: Wishes) -> "Cadence":
        """This, and what one member asked for: their wish only ever makes it quieter."""
        return replace(
            self,
            gap_days=max(self.gap_days, wishes.gap),
            quiet_weekdays=self.quiet_weekdays | (WEEK - wishes.days if wishes.days else frozenset()),
            quiet_days=self.quiet_days | wishes.quiet_days(),
        )
