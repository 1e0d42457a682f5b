"""Where a member stands between the first purchase and none any more, judged by their own rhythm.

The rhythm is the median gap between days of buying, and the median distance of the gaps from it: both shrug off one
odd gap (Rousseeuw and Croux, "Alternatives to the Median Absolute Deviation", 1993). Who has fewer than two gaps
borrows the shop's usual one. How long somebody may be silent before it means something is a multiple of that.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from enum import IntEnum
from itertools import pairwise
from statistics import median

from desktop.rules.facts import Fact, Joining, Trial, VisitDay, buying, days_of, ids_of, of
from desktop.rules.why import Why, because


class Lifecycle(IntEnum):
    """The states in the order of silence."""

    NEW = 1
    ACTIVE = 2
    COOLING = 3
    LAPSED = 4
    LOST = 5


@dataclass(frozen=True, slots=True)
class LifecycleRules:
    """new_days: after joining, or the only purchase. usual_gap_days: of this shop. least_gap_days: a shorter rhythm
    counts as this. cooling, lapsed, lost: beyond so many percent of the rhythm's limit."""

    new_days: int = 30
    usual_gap_days: int = 60
    least_gap_days: int = 7
    cooling: int = 100
    lapsed: int = 200
    lost: int = 400

    def __post_init__(self) -> None:
        if not 0 < self.cooling <= self.lapsed <= self.lost:
            raise ValueError("cooling, lapsed and lost must not fall")
        if min(self.usual_gap_days, self.least_gap_days) < 1:
            raise ValueError("a gap has at least one day")


@dataclass(frozen=True, slots=True)
class Rhythm:
    """In days. gap: the usual one between two purchases. spread: how far most gaps are from it. own: gaps counted."""

    gap: int
    spread: int
    own: int

    @property
    def limit(self) -> int:
        """How long a silence is nothing unusual."""
        return self.gap + self.spread


@dataclass(frozen=True, slots=True)
class Living:
    """state: None when the member neither joined, came nor bought. due: when the next purchase is expected."""

    state: Lifecycle | None
    rhythm: Rhythm
    due: date | None
    why: Why


def rhythm(days: Sequence[date], rules: LifecycleRules = LifecycleRules()) -> Rhythm:
    """Of the days on which somebody bought, in order and each once."""
    own = [(later - day).days for day, later in pairwise(days)]
    gaps = own if len(own) > 1 else [*own, rules.usual_gap_days]
    middle = round(median(gaps))
    spread = round(median(abs(gap - middle) for gap in gaps))
    return Rhythm(max(middle, rules.least_gap_days), spread, len(own))


def lifecycle(today: date, facts: Collection[Fact], rules: LifecycleRules = LifecycleRules()) -> Living:
    """The state on ``today``. Who never bought is judged by the last visit, by the shop's rhythm."""
    bought = buying(facts, until=today)
    days = days_of(bought)
    beat = rhythm(days, rules)
    came = [fact for fact in of(facts, Fact, until=today) if isinstance(fact, (Joining, VisitDay, Trial))]
    seen: Sequence[Fact] = bought or came
    if not seen:
        return Living(None, beat, None, because("lifecycle_unknown"))
    since = seen[-1].day
    silent = (today - since).days
    due = date.fromordinal(since.toordinal() + beat.gap) if bought else None
    if len(days) < 2 and (today - seen[0].day).days <= rules.new_days:
        return Living(Lifecycle.NEW, beat, due, because("lifecycle_new", ids_of(seen[:1]), first=seen[0].day))
    rule = "lifecycle_rhythm" if beat.own else "lifecycle_usual"
    why = because(rule, ids_of(seen), last=since, silent=silent, gap=beat.gap, spread=beat.spread)
    return Living(_state(silent * 100, beat.limit, rules), beat, due, why)


def _state(silent: int, limit: int, rules: LifecycleRules) -> Lifecycle:
    """silent: hundredths of a day."""
    if silent <= limit * rules.cooling:
        return Lifecycle.ACTIVE
    if silent <= limit * rules.lapsed:
        return Lifecycle.COOLING
    return Lifecycle.LAPSED if silent <= limit * rules.lost else Lifecycle.LOST
