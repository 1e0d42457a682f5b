"""Points are a ledger: lines are only added, and a balance is always a sum."""

from collections.abc import Iterable

from desktop.rules.leases import STANDING_POINTS


def balance(amounts: Iterable[int]) -> int:
    """What the lines come to: earned ones are positive, spent ones negative."""
    return sum(amounts)


def standing(balance: int, *, held: int, free: int) -> int:
    """How many more points the till at home should hold, to have ``min(balance, STANDING_POINTS)`` of them."""
    return max(0, min(min(balance, STANDING_POINTS) - held, free))
