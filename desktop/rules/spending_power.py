"""Spending power: what a member usually spends on a day of buying, against the shop's quantiles."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median_low

from desktop.rules.bands import band, check_cuts
from desktop.rules.facts import Fact, Purchase, buying, days_of, ids_of, of
from desktop.rules.why import Amount, Why, because


@dataclass(frozen=True, slots=True)
class SpendingRules:
    """cuts: minor units of one day of buying, the shop's 20th, 40th, 60th and 80th percentile."""

    window_days: int = 912
    cuts: tuple[int, ...] = (10000, 20000, 40000, 80000)

    def __post_init__(self) -> None:
        check_cuts(*self.cuts)


@dataclass(frozen=True, slots=True)
class SpendingPower:
    """band: 1 to 5. usual: the median of what was paid on a day of buying, minor units."""

    band: int
    usual: int
    why: Why


def spending_power(
    today: date, facts: Collection[Fact], rules: SpendingRules = SpendingRules()
) -> SpendingPower | None:
    """None for who bought nothing within the window. What was brought back is taken off the day it came back on."""
    since = today - timedelta(rules.window_days)
    days = dict.fromkeys(days_of(buying(facts, until=today, since=since)), 0)
    if not days:
        return None
    paid = [each for each in of(facts, Purchase, until=today, since=since) if each.day in days]
    for each in paid:
        days[each.day] += each.amount
    usual = median_low(days.values())
    return SpendingPower(
        band(usual, rules.cuts), usual, because("spending", ids_of(paid), usual=Amount(usual), times=len(days))
    )
