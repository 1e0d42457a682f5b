"""What a member spent in the last twelve months, month by month: in the stores, and by other channels."""

from dataclasses import dataclass
from datetime import date

from desktop.rules.facts import Purchase, of
from desktop.views.facts import Known

MONTHS = 12
_STORE = "store"


@dataclass(frozen=True, slots=True)
class MonthSpent:
    """Paid less what came back, in minor units; less than 0 where more came back. first: the month's first day."""

    first: date
    store: int = 0
    online: int = 0


@dataclass(frozen=True, slots=True)
class Spending:
    """MONTHS months, the oldest first, of one currency."""

    months: tuple[MonthSpent, ...]
    currency: str

    @property
    def store(self) -> int:
        """In the stores, of all months."""
        return sum(month.store for month in self.months)

    @property
    def online(self) -> int:
        """By other channels."""
        return sum(month.online for month in self.months)


def spending_of(known: Known, today: date) -> Spending | None:
    """Up to ``today``; None if nothing was paid in all that time."""
    firsts = [_back(today, months) for months in reversed(range(MONTHS))]
    paid: dict[tuple[date, bool], int] = {}
    for fact in of(known.facts, Purchase, until=today):
        if fact.day >= firsts[0] and fact.amount:
            month = (fact.day.replace(day=1), fact.channel == _STORE)
            paid[month] = paid.get(month, 0) + fact.amount
    months = (MonthSpent(first, paid.get((first, True), 0), paid.get((first, False), 0)) for first in firsts)
    return Spending(tuple(months), known.currency) if paid else None


def _back(today: date, months: int) -> date:
    """The first day of the month so many months before."""
    year, month = divmod(today.year * 12 + today.month - 1 - months, 12)
    return date(year, month + 1, 1)
