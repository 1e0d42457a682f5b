"""How serving goes: how long a visit takes, in how many something is bought, who joins at once, who is new.

A customer is *old* who bought something on an earlier day, *new* who is known and has not. A *stranger* was no member
when the visit began: nobody known, or whoever enrolled on that day, in their first visit of it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from statistics import median
from typing import Literal

Customer = Literal["new", "old", "unknown"]

_MINUTE = 60


@dataclass(frozen=True, slots=True)
class MeasureRules:
    """longest_minutes: a visit that took longer was carried over a break, and says nothing about how long one takes."""

    longest_minutes: int = 120

    def __post_init__(self) -> None:
        if self.longest_minutes < 1:
            raise ValueError("a visit takes at least a minute")


@dataclass(frozen=True, slots=True)
class Served:
    """One visit. seconds: from its beginning to the key that ended it, None while it runs. bought: if anything was.

    carded: it began with a member's code, though nobody here knows whose. joined: the day the member enrolled.
    first_bought: the first day on which the member bought something, as far as is known.
    """

    id: str
    guide: str
    day: date
    seconds: int | None = None
    bought: bool = False
    member: str | None = None
    carded: bool = False
    joined: date | None = None
    first_bought: date | None = None


@dataclass(frozen=True, slots=True)
class Measure:
    """Of some visits. closed: in which something was bought. paced: those that pace, the median seconds, is made of.
    strangers: who were no members yet, joined of them on that day. new, old: visits of those customers."""

    visits: int
    closed: int
    paced: int
    pace: int | None
    strangers: int
    joined: int
    new: int
    old: int


def customer(day: date, first_bought: date | None, *, known: bool) -> Customer:
    """What sort of customer somebody was on ``day``."""
    if not known:
        return "unknown"
    return "old" if first_bought is not None and first_bought < day else "new"


def customer_of(visit: Served) -> Customer:
    """What sort of customer was served."""
    return customer(visit.day, visit.first_bought, known=visit.member is not None)


def is_paced(visit: Served, rules: MeasureRules) -> bool:
    """Whether it tells how long a visit takes."""
    return visit.seconds is not None and 0 <= visit.seconds <= rules.longest_minutes * _MINUTE


def strangers(visits: Iterable[Served]) -> list[Served]:
    """Those of people who were no members when they came. ``visits`` are in the order in which they began."""
    found: list[Served] = []
    seen = set[str]()
    for visit in visits:
        if visit.member is None:
            found += [] if visit.carded else [visit]
        elif visit.joined == visit.day and visit.member not in seen:
            seen.add(visit.member)
            found.append(visit)
    return found


def measure(visits: Sequence[Served], unknown: Sequence[Served], rules: MeasureRules) -> Measure:
    """The figures of some visits; ``unknown`` are the strangers among them."""
    took = [visit.seconds for visit in visits if is_paced(visit, rules) and visit.seconds is not None]
    customers = [customer_of(visit) for visit in visits]
    return Measure(
        visits=len(visits),
        closed=sum(visit.bought for visit in visits),
        paced=len(took),
        pace=round(median(took)) if took else None,
        strangers=len(unknown),
        joined=sum(visit.member is not None for visit in unknown),
        new=customers.count("new"),
        old=customers.count("old"),
    )
