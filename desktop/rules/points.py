"""Points are a ledger: lines are only added, and a balance is always a sum."""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Literal

from desktop.rules.leases import STANDING_POINTS


@dataclass(frozen=True, slots=True)
class PointsLine:
    """One line: earned is positive, spent negative."""

    id: str
    day: date
    amount: int


@dataclass(frozen=True, slots=True)
class SpendRules:
    """check: how sure a shop is of who spends points: ``token`` by the short-lived code that they show, ``tail`` by
    that or the last digits of their phone, ``off`` by what they say."""

    check: Literal["off", "tail", "token"] = "tail"


@dataclass(frozen=True, slots=True)
class ExpiryRules:
    """lasts_days: how long earned points may be spent; 0 is for ever."""

    lasts_days: int = 730


def balance(amounts: Iterable[int]) -> int:
    """What the lines come to: earned ones are positive, spent ones negative."""
    return sum(amounts)


def standing(balance: int, *, held: int, free: int) -> int:
    """How many more points the till at home should hold, to have ``min(balance, STANDING_POINTS)`` of them."""
    return max(0, min(min(balance, STANDING_POINTS) - held, free))


def left(lines: Iterable[PointsLine]) -> list[PointsLine]:
    """What is left of each earned line when the oldest points are spent first; together they are the balance.

    Points spent before they were earned, as two tills may tell it, come off what is earned next.
    """
    told = list(lines)
    spent = -sum(line.amount for line in told if line.amount < 0)
    earned = deque(sorted((line for line in told if line.amount > 0), key=lambda line: (line.day, line.id)))
    while earned and spent >= earned[0].amount:
        spent -= earned.popleft().amount
    if earned and spent:
        earned[0] = replace(earned[0], amount=earned[0].amount - spent)
    return list(earned)


def expiring(lines: Iterable[PointsLine], until: date, rules: ExpiryRules = ExpiryRules()) -> list[tuple[date, int]]:
    """The days up to ``until`` on which points are lost, and how many: the first day on which they cannot be spent."""
    if not rules.lasts_days:
        return []
    days: dict[date, int] = {}
    for line in left(lines):
        day = line.day + timedelta(rules.lasts_days)
        if day <= until:
            days[day] = days.get(day, 0) + line.amount
    return sorted(days.items())
