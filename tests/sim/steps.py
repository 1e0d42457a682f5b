"""Schedules: what happens in a simulated world, as plain data, so that any part of it can be left out."""

import random
from typing import NamedTuple

STEPS = 24


class Step(NamedTuple):
    """``kind`` says what happens, ``till`` to which till; ``salt`` seeds what is left to chance."""

    kind: str
    till: int
    salt: int


ALWAYS = {"deed": 40, "talk": 22, "round": 12, "pause": 4}
SOMETIMES = {
    "chaos": 0,  # the messages of talks meet the faults of the network
    "late": 6,
    "clock": 4,
    "offline": 4,
    "online": 4,
    "kill": 4,
    "clone": 2,
    "image": 3,
    "image_back": 3,
    "merge": 3,
    "separate": 2,
    "erase": 1,
    "hub_erase": 1,
    "hub_restart": 3,
    "hub_backup": 4,
    "hub_restore": 3,
    "hub_downgrade": 3,
    "hub_settle": 2,
    "older_till": 1,
}
NEEDS = {"hub_restore": "hub_backup", "online": "offline", "late": "chaos", "image_back": "image", "separate": "merge"}


class Schedule(NamedTuple):
    """``chaos``: how likely a message meets a fault."""

    seed: int
    tills: int
    chaos: float
    steps: tuple[Step, ...]


def plan(seed: int, *, tills: int = 4, steps: int = STEPS) -> Schedule:
    """The schedule of a seed. Each has some of the troubles only: a few at a time go deeper than all at once."""
    chance = random.Random(seed)
    some = {kind for kind in SOMETIMES if chance.random() < 0.5}
    some |= {NEEDS[kind] for kind in sorted(some) if kind in NEEDS}
    weights = ALWAYS | {kind: SOMETIMES[kind] for kind in SOMETIMES if kind in some}
    kinds = chance.choices(tuple(weights), tuple(weights.values()), k=steps)
    count = chance.choice((2, 2, 2, *range(2, tills + 1)))
    told = tuple(Step(kind, chance.randrange(count), chance.getrandbits(32)) for kind in kinds)
    return Schedule(seed, count, chance.choice((0.3, 0.6)) if "chaos" in some else 0.0, told)
