"""What points may be exchanged for: what is in reach now, and what is next."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Reward:
    """Something of the points mall. cost: points. tiers: an empty set is for all. left: pieces, None is no limit."""

    key: str
    names: dict[str, str]
    cost: int
    tiers: frozenset[str] = frozenset()
    left: int | None = None


@dataclass(frozen=True, slots=True)
class Reach:
    """now: what the points are enough for, the dearest first. next: the cheapest beyond; missing: points to it."""

    now: tuple[Reward, ...]
    next: Reward | None
    missing: int


def reach(balance: int, rewards: Iterable[Reward], tier: str = "") -> Reach:
    """What a member of ``tier`` with so many points may choose."""
    open_to = [each for each in rewards if (not each.tiers or tier in each.tiers) and each.left != 0]
    by_cost = sorted(open_to, key=lambda reward: (reward.cost, reward.key))
    now = [reward for reward in by_cost if reward.cost <= balance]
    beyond = by_cost[len(now) :]
    return Reach(tuple(reversed(now)), beyond[0] if beyond else None, beyond[0].cost - balance if beyond else 0)
