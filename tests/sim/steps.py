"""Schedules: what happens in a simulated world, as plain data, so that any part of it can be left out."""

import random
from typing import NamedTuple

STEPS = 24
TOLD = 0.7  # of all schedules have a story in them


class Step(NamedTuple):
    """``kind`` says what happens, a misfortune or a deed by its name; ``till`` to which till. ``salt`` seeds what is
    left to chance.
    """

    kind: str
    till: int
    salt: int


ALWAYS = {"deed": 38, "talk": 20, "round": 10, "busy": 6, "pause": 4}
SOMETIMES = {
    "chaos": 0,  # the messages of talks meet the faults of the network
    "late": 6,
    "clock": 3,
    "ahead": 2,
    "behind": 2,
    "offline": 4,
    "online": 4,
    "kill": 4,
    "clone": 2,
    "image": 4,
    "image_back": 4,
    "merge": 3,
    "separate": 2,
    "erase": 1,
    "hub_erase": 1,
    "hub_restart": 3,
    "hub_backup": 4,
    "hub_restore": 3,
    "hub_downgrade": 6,
    "hub_settle": 2,
    "older_till": 2,
}
# What goes wrong only if several things happen in their order: what, and to which of two tills.
STORIES = (
    "rename a, rename b, round b, round a",  # who spoke first is heard last
    "ahead a, rename a, round a, round b, rename b, round b",  # who has seen it corrects it, whatever the clocks say
    "behind b, rename a, round a, round b, rename b, round b",
    "rename b, round b, rename a, busy a",  # a clerk is at it while the other's word comes in
    "image a, deed a, rename a, image_back a",  # what was not sent yet is in the second copy alone
    "hub_backup a, deed a, rename b, round a, round b, hub_restore a",
    "hub_backup a, hub_erase a, hub_restore a",
    "older_till a, consent b, earn b, round b, round a",  # kept until the program knows what it is
    "round a, consent b, round b, withdraw_consent a, round a",
    "merge a, round a, spend b, earn a, round b, round a",
    "serve a, add_line a, hub_downgrade a, remove_line a, round a",
    "serve a, write_note a, hub_downgrade a, remove_note a, round a",  # what is taken back may be heard of alone
    "serve a, redeem a, reverse a, round a",
    "serve a, gift a, return_gift a, round a",
)
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
    told = [Step(kind, chance.randrange(count), chance.getrandbits(32)) for kind in kinds]
    if chance.random() < TOLD:
        _tell(told, chance.choice(STORIES), chance.sample(range(count), 2), chance)
    return Schedule(seed, count, chance.choice((0.3, 0.6)) if "chaos" in some else 0.0, tuple(told))


def _tell(steps: list[Step], story: str, pair: list[int], chance: random.Random) -> None:
    """Put the story in the place of some steps, so that other things happen meanwhile."""
    parts = [part.split() for part in story.split(", ")]
    for place, (kind, who) in zip(sorted(chance.sample(range(len(steps)), len(parts))), parts, strict=True):
        steps[place] = Step(kind, pair["ab".index(who)], chance.getrandbits(32))
