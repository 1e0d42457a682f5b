"""Recency, frequency, money: three bands, the segment they make, and who is a VIP.

Source: Hughes, "Strategic Database Marketing" (1994), bands by quantile; the eight segments are those usual in China
(重要价值 … 一般挽留): recency, frequency and money each high or low.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from desktop.rules.bands import band, check_cuts
from desktop.rules.facts import Fact, Purchase, buying, days_of, ids_of, of
from desktop.rules.why import Amount, Why, because

Segment = Literal[
    "important_value", "important_develop", "important_keep", "important_win_back",
    "general_value", "general_develop", "general_keep", "general_win_back",
]  # fmt: skip
_KINDS = {(True, True): "value", (True, False): "develop", (False, True): "keep", (False, False): "win_back"}


@dataclass(frozen=True, slots=True)
class RfmRules:
    """The cuts of five bands: days since the last purchase, days of buying, and minor units within the window.

    high: from which band on something is high. vip: from which sum of the three, 3 to 15, the badge shows.
    """

    window_days: int = 365
    recency: tuple[int, ...] = (30, 60, 120, 240)
    frequency: tuple[int, ...] = (2, 3, 5, 8)
    money: tuple[int, ...] = (20000, 50000, 100000, 300000)
    high: int = 4
    vip: int = 13

    def __post_init__(self) -> None:
        for cuts in (self.recency, self.frequency, self.money):
            check_cuts(*cuts)


@dataclass(frozen=True, slots=True)
class Rfm:
    """Each band from 1 to 5, 5 is best."""

    recency: int
    frequency: int
    money: int
    segment: Segment
    vip: bool
    why: Why

    @property
    def score(self) -> str:
        """The three bands as they are written, such as 545."""
        return f"{self.recency}{self.frequency}{self.money}"


def rfm(today: date, facts: Collection[Fact], rules: RfmRules = RfmRules()) -> Rfm | None:
    """None for who bought nothing within the window."""
    since = today - timedelta(rules.window_days)
    bought = buying(facts, until=today, since=since)
    if not bought:
        return None
    silent, times = (today - bought[-1].day).days, len(days_of(bought))
    paid = of(facts, Purchase, until=today, since=since)
    spent = sum(each.amount for each in paid)
    recent, often, much = bands(silent, times, spent, rules)
    why = because("rfm", ids_of(paid), silent=silent, times=times, spent=Amount(spent), days=rules.window_days)
    segment = _segment(recent >= rules.high, often >= rules.high, much >= rules.high)
    return Rfm(recent, often, much, segment, recent + often + much >= rules.vip, why)


def bands(silent: int, times: int, spent: int, rules: RfmRules) -> tuple[int, int, int]:
    """Recency, frequency and money of who last bought ``silent`` days ago, on so many days, for so much."""
    recent = len(rules.recency) + 2 - band(silent, rules.recency)
    return recent, band(times, rules.frequency), band(spent, rules.money)


def _segment(recent: bool, often: bool, much: bool) -> Segment:
    name: Segment = f"{'important' if much else 'general'}_{_KINDS[recent, often]}"  # type: ignore[assignment]
    return name
