"""Tiers: entered by what was spent or earned within a window, kept by less, and lost when a period brought too little.

A day on which something was gained and the window held enough for a tier is a day that earns it: ``enter`` for who
has it not, ``keep`` for who has. It then lasts a period from that day. So more never leads to less.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Literal

from desktop.rules.why import Amount, Why, because


@dataclass(frozen=True, slots=True)
class Tier:
    """One tier. enter, keep: of what TierRules measures; keep is no more than enter."""

    key: str
    names: dict[str, str]
    enter: int
    keep: int


_LADDER = (
    Tier("silver", {"zh": "银卡", "en": "Silver"}, 0, 0),
    Tier("gold", {"zh": "金卡", "en": "Gold"}, 300_000, 200_000),
    Tier("black", {"zh": "黑卡", "en": "Black"}, 1_000_000, 800_000),
)


@dataclass(frozen=True, slots=True)
class TierRules:
    """measure: minor units spent, or points earned. lasts_days: until a tier is looked at again. tiers: the lowest
    first, which everybody has."""

    measure: Literal["spend", "points"] = "spend"
    window_days: int = 365
    lasts_days: int = 365
    tiers: tuple[Tier, ...] = _LADDER

    def __post_init__(self) -> None:
        if not self.tiers or self.tiers[0].enter != 0:
            raise ValueError("everybody has the first tier: it is entered with 0")
        enters = [tier.enter for tier in self.tiers]
        if enters != sorted(set(enters)) or any(not 0 <= tier.keep <= tier.enter for tier in self.tiers):
            raise ValueError("tiers rise, and none is harder to keep than to enter")


@dataclass(frozen=True, slots=True)
class Gain:
    """What counts towards a tier, on a day; less than 0 when something was brought back."""

    id: str
    day: date
    amount: int


@dataclass(frozen=True, slots=True)
class TierStanding:
    """tier: of today. since: when it was entered, None for the first. review: the first day on which it is over unless
    it was earned again. has: within the window today. next, missing: the tier above, and what it still takes;
    to_keep: what must be gained before the review, at today's window."""

    tier: Tier
    since: date | None
    review: date | None
    has: int
    next: Tier | None
    missing: int
    to_keep: int
    why: Why


def tier_of(today: date, gains: Iterable[Gain], rules: TierRules = TierRules()) -> TierStanding:
    """Where a member stands on ``today``."""
    past = sorted((gain for gain in gains if gain.day <= today), key=lambda gain: (gain.day, gain.id))
    window = [gain for gain in past if gain.day > today - timedelta(rules.window_days)]
    has = sum(gain.amount for gain in window)
    totals = _totals(past, rules.window_days)
    holds = [_held(tier, totals, rules) for tier in rules.tiers[1:]]
    place = max((above for above, held in enumerate(holds, 1) if held and today < held.until), default=0)
    tier, held = rules.tiers[place], holds[place - 1] if place else None
    above = rules.tiers[place + 1] if place + 1 < len(rules.tiers) else None
    counted = Amount(has) if rules.measure == "spend" else has
    why = because("tier", (gain.id for gain in window), has=counted, days=rules.window_days, tier=tier.key)
    missing = max(0, above.enter - has) if above else 0
    since, review = (held.since, held.until) if held else (None, None)
    return TierStanding(tier, since, review, has, above, missing, max(0, tier.keep - has), why)


@dataclass(frozen=True, slots=True)
class _Held:
    since: date
    until: date


def _held(tier: Tier, totals: Iterable[tuple[date, int]], rules: TierRules) -> _Held | None:
    """The last time this tier was held: entered on a day, kept until a day."""
    held: _Held | None = None
    for day, total in totals:
        still = held is not None and day < held.until
        if total < (tier.keep if still else tier.enter):
            continue
        until = day + timedelta(rules.lasts_days)
        held = replace(held, until=until) if held is not None and still else _Held(day, until)
    return held


def _totals(gains: Sequence[Gain], window_days: int) -> list[tuple[date, int]]:
    """Each day of a gain, and what the window that ends with it holds; ``gains`` by day."""
    found, total, first = dict[date, int](), 0, 0
    for gain in gains:
        total += gain.amount
        while gains[first].day <= gain.day - timedelta(window_days):
            total -= gains[first].amount
            first += 1
        found[gain.day] = total
    gained = {gain.day for gain in gains if gain.amount > 0}
    return [(day, total) for day, total in found.items() if day in gained]
