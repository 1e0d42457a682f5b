"""What clerks do about people who are no members yet."""

import random
from collections.abc import Callable
from typing import Any

from desktop.rules.leads import REASONS, STEPS
from desktop.services.leads import NewLead, assign_lead, close_lead, follow_up, forget_lead, hear_consent, note_lead
from desktop.work import Work
from tests.sim.care_deeds import GUIDES, Deed
from tests.sim.choosing import PHONES, one, word
from tests.sim.till import SimTill

_LEADS = "SELECT id FROM lead ORDER BY id"


def _note(till: SimTill, chance: random.Random) -> Callable[[Work], Any]:
    """Of people who may enrol elsewhere meanwhile, or be noted there too."""
    phone, wechat = chance.choice(((chance.choice(PHONES), ""), ("", "wx_" + chance.choice("abc") * 3)))
    form = NewLead(name=word("线", chance), phone=phone, wechat=wechat, consent=chance.random() < 0.7)
    return lambda work: note_lead(work, form)


def _follow_up(till: SimTill, chance: random.Random) -> Callable[[Work], Any] | None:
    lead, step, note = one(till, _LEADS, chance), chance.choice(STEPS), word("记", chance)
    return lead and (lambda work: follow_up(work, lead, step, note=note))


def _close(till: SimTill, chance: random.Random) -> Callable[[Work], Any] | None:
    lead, reason = one(till, _LEADS, chance), chance.choice(REASONS)
    return lead and (lambda work: close_lead(work, lead, reason))


def _forget(till: SimTill, chance: random.Random) -> Callable[[Work], Any] | None:
    lead = one(till, _LEADS, chance)
    return lead and (lambda work: forget_lead(work, lead))


def _assign(till: SimTill, chance: random.Random) -> Callable[[Work], Any] | None:
    lead, guide = one(till, _LEADS, chance), chance.choice((*GUIDES, None))
    return lead and (lambda work: assign_lead(work, lead, guide))


def _agree(till: SimTill, chance: random.Random) -> Callable[[Work], Any] | None:
    lead, agrees = one(till, _LEADS, chance), chance.random() < 0.5
    return lead and (lambda work: hear_consent(work, lead, agrees))


LEAD_DEEDS: dict[str, Deed] = {
    "note_lead": _note,
    "follow_up": _follow_up,
    "close_lead": _close,
    "forget_lead": _forget,
    "assign_lead": _assign,
    "hear_consent": _agree,
}
