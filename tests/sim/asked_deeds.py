"""What clerks do when a member asks for what is theirs by law, and when two words about one have to be weighed."""

import random
from collections.abc import Callable
from typing import Any

from desktop.services.privacy import ANSWERS, give_copy, make_request, meet_request
from desktop.services.reviews import settle_review
from desktop.work import Work
from tests.sim.care_deeds import Deed
from tests.sim.choosing import one
from tests.sim.till import SimTill

_MEMBERS = "SELECT id FROM member ORDER BY id"
_OPEN = "SELECT id FROM request WHERE state = 'open' ORDER BY id"
_UNSETTLED = "SELECT id FROM review WHERE NOT settled ORDER BY id"


def _ask(till: SimTill, chance: random.Random) -> Callable[[Work], Any] | None:
    member, wants = one(till, _MEMBERS, chance), chance.choice(("access", "correction"))
    return member and (lambda work: make_request(work, member, wants))


def _meet(till: SimTill, chance: random.Random) -> Callable[[Work], Any] | None:
    request, how = one(till, _OPEN, chance), chance.choice(ANSWERS)
    return request and (lambda work: meet_request(work, request, how))


def _give_copy(till: SimTill, chance: random.Random) -> Callable[[Work], Any] | None:
    member, how = one(till, _MEMBERS, chance), chance.choice(("json", "pdf"))
    return member and (lambda work: give_copy(work, member, how))


def _settle(till: SimTill, chance: random.Random) -> Callable[[Work], Any] | None:
    review, take_lost = one(till, _UNSETTLED, chance), chance.random() < 0.5
    return review and (lambda work: settle_review(work, review, take_lost=take_lost))


ASKED_DEEDS: dict[str, Deed] = {
    "ask_for_data": _ask,
    "meet_request": _meet,
    "give_copy": _give_copy,
    "settle_review": _settle,
}
