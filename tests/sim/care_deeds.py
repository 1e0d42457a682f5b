"""What clerks do for members besides serving them: appointments, tasks, contents, codes, samples, whose they are."""

import random
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from desktop.clock import from_milliseconds
from desktop.errors import NotNow
from desktop.escrow_events import TaskOpened
from desktop.services.appointments import book, cancel, miss, move
from desktop.services.care import has_agreed
from desktop.services.consents import withdraw_consent
from desktop.services.contents import HOW, note_answer, use_content
from desktop.services.occasions import invite
from desktop.services.ownership import assign_member, claim, hand_over, release
from desktop.services.samples import ask_for_sample, hand_out
from desktop.services.tasks import cancel_task, finish_task, open_task, postpone_task
from desktop.services.teaching import forget_taught, teach_member, teach_product
from desktop.services.visits import ACTIONS, add_line
from desktop.views.products import Label
from desktop.work import Work
from tests.sim.choosing import one, word
from tests.sim.clocks import HOUR, START
from tests.sim.till import SimTill

Deed = Callable[[SimTill, random.Random], Callable[[Work], Any] | None]

GUIDES = ("g1", "g2")
UNKNOWN = ("VIP00017", "X-4711")  # codes that say nothing by themselves
_SERIALS = ("A1", "A2")
_MEMBERS = "SELECT id FROM member ORDER BY id"
_FIRST = "SELECT id FROM member ORDER BY id LIMIT 1"  # one, so that what is said of them meets
_BOOKED = "SELECT id FROM appointment WHERE state = 'booked' ORDER BY id"
_OPEN = "SELECT id FROM task WHERE state = 'open' ORDER BY id"
_GTINS = "SELECT gtin FROM gtin ORDER BY gtin"
_SAMPLES = "SELECT id FROM quota WHERE gtin IS NOT NULL ORDER BY id"
_SERVED = "SELECT id FROM member WHERE guide_id IS NOT NULL ORDER BY id"
_USES = "SELECT id FROM content_use WHERE NOT taken_back ORDER BY id"


def _to(query: str, deed: Callable[[Work, str], Any]) -> Deed:
    """Do it to one of those."""

    def plan(till: SimTill, chance: random.Random) -> Callable[[Work], Any] | None:
        found = one(till, query, chance)
        return found and (lambda work: deed(work, found))

    return plan


def _book(till: SimTill, chance: random.Random) -> Callable[[Work], Any] | None:
    member, slot, guide = one(till, _MEMBERS, chance), _slot(chance), chance.choice(("g1", "g1", "g1", "g2", None))
    return member and (lambda work: book(work, member, "护理", slot, 60, for_guide=guide))


def _move(till: SimTill, chance: random.Random) -> Callable[[Work], Any] | None:
    booked, slot, guide = one(till, _BOOKED, chance), _slot(chance), chance.choice(GUIDES)
    return booked and (lambda work: move(work, booked, slot, for_guide=guide))


def _invite(till: SimTill, chance: random.Random) -> Callable[[Work], Any] | None:
    occasion, member = one(till, "SELECT id FROM occasion ORDER BY id", chance), one(till, _MEMBERS, chance)
    return occasion and member and (lambda work: invite(work, occasion, member))


def _open_task(till: SimTill, chance: random.Random) -> Callable[[Work], Any] | None:
    member, title, due = one(till, _MEMBERS, chance), word("做", chance), _day(chance)
    return member and (lambda work: open_task(work, member, title, due.date()))


def _open_outreach(till: SimTill, chance: random.Random) -> Callable[[Work], Any] | None:
    """What rules find to do: the same at every till that knows the same."""
    member, due, which = one(till, _FIRST, chance), _day(chance).date().isoformat(), chance.randrange(3)

    def reach_out(work: Work) -> None:
        if not has_agreed(work, member, "marketing"):
            raise NotNow("message_needs_consent")
        told = {"title": "birthday", "rule": "birthday", "purpose": "marketing", "due": due, "until": due}
        work.note(TaskOpened(task_id=str(uuid5(NAMESPACE_URL, f"{member}:{which}")), member_id=member, **told))

    return member and reach_out


def _no_more(till: SimTill, chance: random.Random) -> Callable[[Work], Any] | None:
    member = one(till, _FIRST, chance)
    return member and (lambda work: withdraw_consent(work, member, "marketing"))


def _postpone(till: SimTill, chance: random.Random) -> Callable[[Work], Any] | None:
    task, due = one(till, _OPEN, chance), _day(chance).date()
    return task and (lambda work: postpone_task(work, task, due))


def _finish_task(till: SimTill, chance: random.Random) -> Callable[[Work], Any] | None:
    task, said = one(till, _OPEN, chance), word("果", chance)
    return task and (lambda work: finish_task(work, task, note=said))


def _tell_content(till: SimTill, chance: random.Random) -> Callable[[Work], Any] | None:
    content, member = one(till, "SELECT id FROM content ORDER BY id", chance), one(till, _MEMBERS, chance)
    how = chance.choice(HOW)
    return content and member and (lambda work: use_content(work, content, member, how))


def _teach_card(till: SimTill, chance: random.Random) -> Callable[[Work], Any] | None:
    member, code = one(till, _MEMBERS, chance), chance.choice(UNKNOWN)
    return member and (lambda work: teach_member(work, code, member))


def _teach_code(till: SimTill, chance: random.Random) -> Callable[[Work], Any] | None:
    gtin, code = one(till, _GTINS, chance), chance.choice(UNKNOWN)
    return gtin and (lambda work: teach_product(work, code, gtin))


def _forget_code(till: SimTill, chance: random.Random) -> Callable[[Work], Any]:
    code = chance.choice(UNKNOWN)
    return lambda work: forget_taught(work, code)


def _see_item(till: SimTill, chance: random.Random) -> Callable[[Work], Any] | None:
    """One unit in the world; seen in more than one store, too."""
    gtin, label, action = one(till, _GTINS, chance), Label(serial=chance.choice(_SERIALS)), chance.choice(ACTIONS)
    return gtin and (lambda work: add_line(work, gtin, action, label=label))


def _assign(till: SimTill, chance: random.Random) -> Callable[[Work], Any] | None:
    member, guide = one(till, _MEMBERS, chance), chance.choice(GUIDES)
    return member and (lambda work: assign_member(work, member, guide))


def _hand_over(till: SimTill, chance: random.Random) -> Callable[[Work], Any]:
    old, new = chance.sample((*GUIDES, None), 2)
    return lambda work: hand_over(work, old or GUIDES[0], new)


def _slot(chance: random.Random) -> datetime:
    """Few times of few guides: two tills that want the same are what is hard to settle."""
    return from_milliseconds(START + HOUR) + timedelta(minutes=30 * chance.randrange(3), days=chance.choice((0, 2, 2)))


def _day(chance: random.Random) -> datetime:
    return from_milliseconds(START) + timedelta(days=chance.randrange(30))


CARE_DEEDS: dict[str, Deed] = {
    "book": _book,
    "move": _move,
    "cancel": _to(_BOOKED, cancel),
    "miss": _to(_BOOKED, miss),
    "invite": _invite,
    "open_task": _open_task,
    "open_outreach": _open_outreach,
    "no_more": _no_more,
    "postpone": _postpone,
    "finish_task": _finish_task,
    "cancel_task": _to(_OPEN, cancel_task),
    "tell_content": _tell_content,
    "answer": _to(_USES, note_answer),
    "teach_card": _teach_card,
    "teach_code": _teach_code,
    "forget_code": _forget_code,
    "see_item": _see_item,
    "hand_out": _to(_SAMPLES, hand_out),
    "ask_for_sample": _to(_SAMPLES, ask_for_sample),
    "claim": _to(_MEMBERS, claim),
    "release": _to(_SERVED, release),
    "assign": _assign,
    "hand_over": _hand_over,
}
