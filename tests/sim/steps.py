"""Schedules: what happens in a simulated world, as plain data, so that any part of it can be left out."""

import random
from collections.abc import Sequence
from typing import NamedTuple

from sync.protocol import MAX_ROWS

STEPS = 24  # 12 to 40 find a broken program after as much work, 64 after more: each begins and ends with the same
TOLD = 0.7  # of all schedules have a story in them
AT_ONCE = 0.5  # of all stories are told without a break


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
    "restart": 2,
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
    "month": 1,
    "tidy": 3,
    "large": 3,
    "daily": 3,
    "twin": 3,
    "move_till": 2,
}
# What goes wrong only if several things happen in their order: what, and to which of two tills.
STORIES = (
    "rename a, rename b, round b, round a",  # who spoke first is heard last
    "ahead a, rename a, round a, round b, rename b, round b",  # who has seen it corrects it, whatever the clocks say
    "rename a, round a, round b, behind b, kill b, rename b, round b",  # and he who has just begun anew
    "rename b, round b, rename a, busy a",  # a clerk is at it while the other's word comes in
    "image a, deed a, rename a, image_back a",  # what was not sent yet is in the second copy alone
    "hub_backup a, deed a, rename b, round a, round b, hub_restore a",
    "hub_backup a, hub_erase a, hub_restore a",
    "hub_backup a, rename a, round a, ahead a, tidy a, hub_restore a",  # the clock says that it was long ago
    "rename a, round a, month a, round a, tidy a, kill a",
    "older_till a, consent b, earn b, round b, round a",  # kept until the program knows what it is
    "round a, consent b, round b, withdraw_consent a, round a",
    "merge a, round a, spend b, earn a, round b, round a",
    "serve a, add_line a, hub_downgrade a, remove_line a, round a",
    "serve a, write_note a, hub_downgrade a, remove_note a, round a",  # what is taken back may be heard of alone
    "serve a, redeem a, reverse a, round a",
    "serve a, gift a, return_gift a, round a",
    "merge a, round a, enrol b, enrol b, enrol b, round b, separate a, round a",  # who is who comes on a later page
)


class Theme(NamedTuple):
    """What clerks do besides serving, how often each, and what of it goes wrong only if it meets."""

    deeds: dict[str, int]
    stories: tuple[str, ...]


# One of these at a time, and often.
THEMES = (
    Theme(
        {"book": 4, "move": 4, "cancel": 1, "miss": 1, "invite": 3, "undo": 1},
        (
            "book a, book b, book a, book b, round a, round b, move a, round a",  # an hour of a guide is given twice
            "invite a, invite b, invite a, round b, round a, round b",  # more of them than there are seats
        ),
    ),
    Theme(
        {"open_task": 1, "open_outreach": 4, "postpone": 3, "finish_task": 2, "cancel_task": 2, "consent": 1,
         "no_more": 2, "tell_content": 1, "answer": 1},
        (
            "open_outreach a, open_outreach a, round a, no_more b, open_outreach a, round b, round a",
            "finish_task a, cancel_task b, postpone b, round b, round a",
        ),
    ),
    Theme(
        {"teach_card": 3, "teach_code": 3, "forget_code": 3, "see_item": 3, "hand_out": 2, "ask_for_sample": 1},
        (
            "teach_code a, teach_card b, round a, round b, forget_code a, round a",
            "serve a, hand_out a, undo a, round a",
        ),
    ),
    Theme(
        {"claim": 3, "release": 2, "assign": 3, "hand_over": 1},
        ("claim a, assign b, hand_over a, round a, round b",),  # whoever had not seen the guide of now is refused
    ),
    Theme(
        {"note_lead": 3, "follow_up": 2, "close_lead": 1, "forget_lead": 1, "assign_lead": 1, "hear_consent": 2,
         "enrol": 2},
        (
            "note_lead a, enrol b, follow_up a, round b, round a",  # who has become a member is a lead no more
            "note_lead a, round a, round b, close_lead a, follow_up b, round b, round a",
        ),
    ),
    Theme(
        {"enrol": 2, "serve_code": 4, "add_line": 2, "undo": 1, "make_poster": 1, "close_poster": 1},
        (
            "enrol a, serve_code b, add_line b, round b, round a, round b",  # a card that nobody here knows yet
            "enrol a, serve_code b, enrol b, round b, round a, round b",
            "make_poster a, round a, round b, close_poster a, enrol b, round b, round a",
        ),
    ),
    Theme(
        {"serve": 2, "add_line": 5, "finish": 4, "redeem": 4, "exchange": 3, "undo": 2, "spend": 1},
        (
            "serve a, add_line a, finish a, round a, round b, redeem b, redeem a, round b, round a",
            "serve a, add_line a, finish a, undo a, round a, finish a, round a",
            "earn a, round a, month a, daily a, spend b, exchange a, round b, round a",  # spent as they end
            "enrol a, enrol b, round a, round b, exchange a, round a",
        ),
    ),
    Theme(
        {"ask_for_data": 3, "meet_request": 3, "give_copy": 2, "rename": 2, "settle_review": 3},
        (
            "ask_for_data a, round a, round b, meet_request a, give_copy b, round b, round a",
            "rename a, rename b, round a, round b, round a, settle_review a, settle_review b, round b, round a",
        ),
    ),
    Theme(
        {"ask_for_voucher": 3, "take_voucher": 4, "return_voucher": 1},
        (
            "ask_for_voucher a, round a, take_voucher a, round a",  # what was spent under a lease is gone
            "take_voucher a, take_voucher b, round a, round b",  # the first who is heard has it
            "take_voucher a, round a, round b, return_voucher a, take_voucher b, round b, round a, take_voucher b",
            "ask_for_voucher a, round a, hub_restore a, take_voucher b, round b, take_voucher a, round a",
        ),
    ),
)  # fmt: skip
THEMED = 0.5  # of all schedules have a theme
FAITHFUL = 0.7  # of their deeds and stories belong to it
PAGES = (MAX_ROWS, 3)  # a till that was away for long reads one scope further than another
NEIGHBOURS = ((0, 2), (2, 0))  # tills of one store
NEEDS = {"hub_restore": "hub_backup", "online": "offline", "late": "chaos", "image_back": "image", "separate": "merge",
         "tidy": "month"}  # fmt: skip


class Schedule(NamedTuple):
    """``chaos``: how likely a message meets a fault. ``page``: rows that the hub tells of a scope at once."""

    seed: int
    tills: int
    chaos: float
    steps: tuple[Step, ...]
    page: int = MAX_ROWS


def plan(seed: int, *, tills: int = 4, steps: int = STEPS) -> Schedule:
    """The schedule of a seed. Each has some of the troubles only: a few at a time go deeper than all at once."""
    chance = random.Random(seed)
    some = {kind for kind in SOMETIMES if chance.random() < 0.5}
    some |= {NEEDS[kind] for kind in sorted(some) if kind in NEEDS}
    weights = ALWAYS | {kind: SOMETIMES[kind] for kind in SOMETIMES if kind in some}
    kinds = chance.choices(tuple(weights), tuple(weights.values()), k=steps)
    count = chance.choice((2, 2, 2, *range(2, tills + 1)))
    theme = chance.choice(THEMES) if tills > 2 and chance.random() < THEMED else None
    if theme:
        count = max(count, 3)
        kinds = [_of(theme, chance) if kind == "deed" and chance.random() < FAITHFUL else kind for kind in kinds]
    told = [Step(kind, chance.randrange(count), chance.getrandbits(32)) for kind in kinds]
    if chance.random() < TOLD:
        if theme and chance.random() < FAITHFUL:
            _tell(told, chance.choice(theme.stories), chance.choice(NEIGHBOURS), chance)
        else:
            _tell(told, chance.choice(STORIES), chance.sample(range(count), 2), chance)
    chaos = chance.choice((0.3, 0.6)) if "chaos" in some else 0.0
    return Schedule(seed, count, chaos, tuple(told), page=chance.choice(PAGES))


def swarm(seed: int, *, tills: int = 4) -> Schedule:
    """Another schedule of a seed: of a few kinds of step each is as likely as any, however rare it is otherwise, and
    several stories are told. What seldom happens meets what seldom happens (Groce and others, "Swarm testing", 2012).
    """
    chance = random.Random(f"swarm {seed}")
    kinds = chance.sample(sorted({*ALWAYS, *SOMETIMES} - {"chaos"}), chance.choice((4, 7, 11)))
    weights = {kind: chance.choice((1, 2, 4, 8)) for kind in kinds}
    weights |= {"deed": chance.choice((6, 16)), "round": chance.choice((4, 10, 16))}
    count, theme = chance.randint(2, tills), chance.choice(THEMES)
    themed = FAITHFUL if chance.random() < THEMED else 0.0
    drawn = chance.choices(tuple(weights), tuple(weights.values()), k=chance.choice((STEPS, 2 * STEPS)))
    kinds = [_of(theme, chance) if kind == "deed" and chance.random() < themed else kind for kind in drawn]
    told = [Step(kind, chance.randrange(count), chance.getrandbits(32)) for kind in kinds]
    for _ in range(chance.randrange(4)):
        _tell(told, chance.choice(STORIES + theme.stories), chance.sample(range(count), 2), chance)
    return Schedule(seed, count, chance.choice((0.0, 0.3, 0.6)), tuple(told), page=chance.choice(PAGES))


def _of(theme: Theme, chance: random.Random) -> str:
    return chance.choices(tuple(theme.deeds), tuple(theme.deeds.values()))[0]


def _tell(steps: list[Step], story: str, pair: Sequence[int], chance: random.Random) -> None:
    """Put the story in the place of some steps: in one go, or so that other things happen meanwhile."""
    parts = [part.split() for part in story.split(", ")]
    first = chance.randrange(len(steps) - len(parts) + 1)
    apart = sorted(chance.sample(range(len(steps)), len(parts)))
    places = range(first, first + len(parts)) if chance.random() < AT_ONCE else apart
    for place, (kind, who) in zip(places, parts, strict=True):
        steps[place] = Step(kind, pair["ab".index(who)], chance.getrandbits(32))
