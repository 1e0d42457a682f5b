"""Points are a ledger: lines are only added, and a balance is always a sum."""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
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
class Loss:
    """On ``day`` what was left of all that was earned up to the day ``before`` was over."""

    id: str
    day: date
    before: date


@dataclass(frozen=True, slots=True)
class SpendRules:
    """check: how sure a shop is of who spends points: ``token`` by the short-lived code that they show, ``tail`` by
    that or the last digits of their phone, ``off`` by what they say."""

    check: Literal["off", "tail", "token"] = "tail"


@dataclass(frozen=True, slots=True)
class ExpiryRules:
    """lasts_days: how long earned points may be spent; 0 is for ever. What is over is taken off by headquarters."""

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


def lost(lines: Iterable[PointsLine], losses: Iterable[Loss]) -> dict[str, int]:
    """What each loss takes, by its id; the order in which lines were heard of does not matter.

    Who spent before a loss had the oldest points for it. Who spent more than was left, because a till far away had not
    heard of the loss, had them of what was lost; what they spent before they earned it comes off what is earned next.
    """
    ledger = _Ledger()
    steps: list[tuple[date, int, str, PointsLine | Loss]] = [(each.day, 0, each.id, each) for each in losses]
    steps += [(each.day, 1 if each.amount > 0 else 2, each.id, each) for each in lines]
    for *_, step in sorted(steps, key=lambda each: each[:3]):
        ledger.read(step)
    return ledger.lost


@dataclass(slots=True)
class _Ledger:
    """A ledger while it is read in its order. lots: what is left of what was earned on a day. debt: spent too early."""

    lots: list[tuple[date, int]] = field(default_factory=list)
    lost: dict[str, int] = field(default_factory=dict)
    debt: int = 0

    def read(self, step: PointsLine | Loss) -> None:
        if isinstance(step, Loss):
            self.lost[step.id] = sum(rest for day, rest in self.lots if day <= step.before)
            self.lots = [lot for lot in self.lots if lot[0] > step.before]
        elif step.amount > 0:
            paid = min(self.debt, step.amount)
            self.debt -= paid
            self.lots.append((step.day, step.amount - paid))
        else:
            self._spend(-step.amount)

    def _spend(self, amount: int) -> None:
        while self.lots and amount >= self.lots[0][1]:
            amount -= self.lots.pop(0)[1]
        if self.lots:
            self.lots[0] = (self.lots[0][0], self.lots[0][1] - amount)
            return
        for each, taken in reversed(self.lost.items()):
            back = min(taken, amount)
            self.lost[each], amount = taken - back, amount - back
        self.debt += amount
