"""What clerks do: the real services, with seeded choices of whom and what."""

import random
from collections.abc import Callable
from typing import Any

from desktop.code_events import RecruitCodeClosed, RecruitCodeMade
from desktop.data.escrow import Points
from desktop.errors import TillError
from desktop.escrow_events import PointsReversed
from desktop.events import Event, MembersMerged, MembersSeparated
from desktop.rules.consent import PURPOSES
from desktop.rules.member_codes import PUB_ID_BYTES, member_code, recruit_code
from desktop.rules.points_ids import earning_id
from desktop.services.consents import give_consents, withdraw_consent
from desktop.services.coupons import give_gift, redeem_coupon, return_gift, reverse_redemption
from desktop.services.guests import want_profile
from desktop.services.imported_members import MemberEntry, put_members
from desktop.services.members import Application, amend, enrol
from desktop.services.points import earn_points, spend_points
from desktop.services.portraits import note_entity, rate_visit, remove_entity, remove_tag, set_tag
from desktop.services.preferences import note_preference, withdraw_preference
from desktop.services.privacy import make_request
from desktop.services.recruiting import close_recruit_code
from desktop.services.rewards import exchange_reward
from desktop.services.undo import undo
from desktop.services.visits import (
    ACTIONS,
    add_line,
    change_line,
    finish_visit,
    hold_visit,
    recall_visit,
    remove_line,
    remove_note,
    serve,
    serve_code,
    void_visit,
    write_note,
)
from desktop.work import Work
from tests.sim.asked_deeds import ASKED_DEEDS
from tests.sim.care_deeds import CARE_DEEDS
from tests.sim.choosing import PHONES, one, word
from tests.sim.lead_deeds import LEAD_DEEDS
from tests.sim.till import SimTill
from tests.sim.voucher_deeds import VOUCHER_DEEDS

Deed = Callable[[SimTill, random.Random], Callable[[Work], Any] | None]

CARDS = ("CARD-1", "CARD-2")
_TRIES = 4
_NOBODYS = member_code(b"nobody's !")
_POSTERS = tuple(recruit_code(bytes(PUB_ID_BYTES - 1) + bytes([number])) for number in range(2))


def do_something(till: SimTill, chance: random.Random, name: str | None = None) -> tuple[str, bool]:
    """One deed of a clerk, the named one or one that goes with serving and can be done now; its name, and whether it
    was done.
    """
    names = [name] if name else chance.choices(tuple(DEEDS), tuple(weight for _, weight in DEEDS.values()), k=_TRIES)
    for each in names:
        if _could(till, chance, each):
            return each, True
    return names[-1], False


def _could(till: SimTill, chance: random.Random, name: str) -> bool:
    operation = EVERY[name](till, chance)
    if operation is None:
        return False
    try:
        till.do(operation)
    except TillError:
        return False
    return True


def _enrol(till: SimTill, chance: random.Random) -> Callable[[Work], Any]:
    form = Application(
        phone=chance.choice(PHONES),
        name=word("新", chance),
        consents=("service", *chance.sample(PURPOSES[1:], chance.randrange(3))),
        code=member_code(chance.randbytes(PUB_ID_BYTES)),
        recruit=one(till, "SELECT id FROM recruit WHERE active ORDER BY id", chance),
    )
    return lambda work: enrol(work, form)


def _enrol_blind(till: SimTill, chance: random.Random) -> Callable[[Work], Any]:
    """A paper form is typed in: the clerk does not look whether they are known."""
    entry = _entry(chance, phone=f"+86{chance.choice(PHONES)}" if chance.random() < 0.7 else None)
    return lambda work: _put(work, entry)


def _amend(till: SimTill, chance: random.Random) -> Callable[[Work], Any] | None:
    member = one(till, "SELECT id FROM member WHERE full ORDER BY id", chance)
    fields = {chance.choice(("name", "channel")): word("改", chance)}
    return member and (lambda work: amend(work, member, **fields))


def _rename(till: SimTill, chance: random.Random) -> Callable[[Work], Any] | None:
    """Always the same member: clerks who contradict one another are what is hard to merge."""
    member, name = one(till, "SELECT id FROM member ORDER BY id LIMIT 1", chance), word("名", chance)
    return member and (lambda work: amend(work, member, name=name))


def _amend_identity(till: SimTill, chance: random.Random) -> Callable[[Work], Any] | None:
    code = one(till, "SELECT value FROM identity WHERE kind = 'code' ORDER BY value", chance)
    if code is None:
        return None
    entry = _entry(chance, code=code, phone=f"+86{chance.choice(PHONES)}" if chance.random() < 0.5 else None)
    return lambda work: _put(work, entry)


def _consent(till: SimTill, chance: random.Random) -> Callable[[Work], Any] | None:
    member = one(till, "SELECT id FROM member ORDER BY id", chance)
    purpose = chance.choice(("marketing", "sensitive"))
    return member and (lambda work: give_consents(work, member, [purpose], channel="counter"))


def _withdraw(till: SimTill, chance: random.Random) -> Callable[[Work], Any] | None:
    member = one(till, "SELECT id FROM member ORDER BY id", chance)
    purpose = chance.choice(("marketing", "sensitive"))
    return member and (lambda work: withdraw_consent(work, member, purpose))


def _serve(till: SimTill, chance: random.Random) -> Callable[[Work], Any] | None:
    member = one(till, "SELECT id FROM member ORDER BY id", chance)
    return lambda work: serve(work, member)


def _serve_code(till: SimTill, chance: random.Random) -> Callable[[Work], Any] | None:
    """Somebody shows a card: of who has just enrolled, here or elsewhere, or of nobody that is known anywhere."""
    enrolled = [each.envelope.data["code"] for each in till.memory if each.envelope.typ == "MemberEnrolled"]
    code = chance.choice((*enrolled[-3:], _NOBODYS))
    known = one(till, f"SELECT member_id FROM identity WHERE kind = 'code' AND value = '{code}'", chance)
    return lambda work: serve(work, known) if known else serve_code(work, code)


def _look_closer(till: SimTill, chance: random.Random) -> Callable[[Work], Any] | None:
    """At a member of another store, who need not be served."""
    member = one(till, 'SELECT id FROM member WHERE NOT "full" ORDER BY id', chance)
    return member and (lambda work: want_profile(work, member))


def _make_poster(till: SimTill, chance: random.Random) -> Callable[[Work], Any]:
    made = RecruitCodeMade(recruit_id=chance.choice(_POSTERS), channel="地推", label=word("展", chance))
    return lambda work: work.note(made, undo=RecruitCodeClosed(recruit_id=made.recruit_id))


def _close_poster(till: SimTill, chance: random.Random) -> Callable[[Work], Any] | None:
    poster = one(till, "SELECT id FROM recruit ORDER BY id", chance)
    return poster and (lambda work: close_recruit_code(work, poster))


def _add_line(till: SimTill, chance: random.Random) -> Callable[[Work], Any] | None:
    gtin = one(till, "SELECT gtin FROM gtin ORDER BY gtin", chance)
    action = chance.choice(ACTIONS)
    return gtin and (lambda work: add_line(work, gtin, action))


def _change_line(till: SimTill, chance: random.Random) -> Callable[[Work], Any] | None:
    line, action = one(till, _LINES_HERE, chance), chance.choice(ACTIONS)
    return line and (lambda work: change_line(work, line, action))


def _remove_line(till: SimTill, chance: random.Random) -> Callable[[Work], Any] | None:
    line = one(till, _LINES_HERE, chance)
    return line and (lambda work: remove_line(work, line))


def _note(till: SimTill, chance: random.Random) -> Callable[[Work], Any]:
    said = word("记", chance)
    return lambda work: write_note(work, said)


def _remove_note(till: SimTill, chance: random.Random) -> Callable[[Work], Any] | None:
    note = one(till, "SELECT id FROM note ORDER BY id", chance)
    return note and (lambda work: remove_note(work, note))


def _preference(till: SimTill, chance: random.Random) -> Callable[[Work], Any]:
    value = word("喜", chance)
    return lambda work: note_preference(work, "skin", value)


def _withdraw_preference(till: SimTill, chance: random.Random) -> Callable[[Work], Any] | None:
    preference = one(till, "SELECT id FROM preference WHERE NOT withdrawn ORDER BY id", chance)
    return preference and (lambda work: withdraw_preference(work, preference))


def _tag(till: SimTill, chance: random.Random) -> Callable[[Work], Any] | None:
    """Few names: two tills that set and take off the same one are what is hard to merge."""
    member, name = one(till, "SELECT id FROM member ORDER BY id", chance), chance.choice(("常客", "送礼人群"))
    return member and (lambda work: set_tag(work, member, name))


def _untag(till: SimTill, chance: random.Random) -> Callable[[Work], Any] | None:
    tag = one(till, "SELECT id FROM tag WHERE NOT removed ORDER BY id", chance)
    return tag and (lambda work: remove_tag(work, tag))


def _skin(till: SimTill, chance: random.Random) -> Callable[[Work], Any] | None:
    member = one(till, "SELECT id FROM member ORDER BY id", chance)
    fields = {chance.choice(("shade", "allergy")): chance.choice(("", word("色", chance)))}
    return member and (lambda work: note_entity(work, member, "skin", fields))


def _no_skin(till: SimTill, chance: random.Random) -> Callable[[Work], Any] | None:
    entity = one(till, "SELECT id FROM entity WHERE fields <> '{}' ORDER BY id", chance)
    return entity and (lambda work: remove_entity(work, entity))


def _rate(till: SimTill, chance: random.Random) -> Callable[[Work], Any]:
    mood = chance.randrange(6)
    return lambda work: rate_visit(work, mood)


def _redeem(till: SimTill, chance: random.Random) -> Callable[[Work], Any] | None:
    """A member comes with a coupon: they are served, buy something, and it is accepted."""
    coupon = one(till, chance.choice((_COUPONS, _SMALLEST)), chance)
    gtin = one(till, "SELECT gtin FROM gtin ORDER BY gtin", chance)
    member = one(till, f"SELECT member_id FROM coupon WHERE id = '{coupon}'", chance)

    def serve_with_coupon(work: Work) -> None:
        serve(work, member)
        add_line(work, gtin, "bought")
        redeem_coupon(work, coupon)

    return coupon and serve_with_coupon


def _exchange(till: SimTill, chance: random.Random) -> Callable[[Work], Any] | None:
    member = one(till, "SELECT id FROM member ORDER BY id", chance)
    reward = one(till, "SELECT id FROM reward ORDER BY id", chance)

    def serve_and_exchange(work: Work) -> None:
        serve(work, member)
        exchange_reward(work, reward)

    return reward and serve_and_exchange


def _reverse(till: SimTill, chance: random.Random) -> Callable[[Work], Any] | None:
    coupon = one(till, "SELECT id FROM coupon WHERE redemption_id IS NOT NULL ORDER BY id", chance)
    return coupon and (lambda work: reverse_redemption(work, coupon))


def _gift(till: SimTill, chance: random.Random) -> Callable[[Work], Any] | None:
    quota = one(till, "SELECT id FROM quota ORDER BY id", chance)
    return quota and (lambda work: give_gift(work, quota, 1))


def _earn(till: SimTill, chance: random.Random) -> Callable[[Work], Any] | None:
    member, amount = one(till, "SELECT id FROM member ORDER BY id", chance), chance.randint(1, 30)
    return member and (lambda work: earn_points(work, member, amount, "消费"))


def _return_gift(till: SimTill, chance: random.Random) -> Callable[[Work], Any] | None:
    gift = one(till, "SELECT id FROM gift WHERE amount > 0 AND lease_id IS NOT NULL ORDER BY id", chance)
    return gift and (lambda work: return_gift(work, gift))


def _take_back(till: SimTill, chance: random.Random) -> Callable[[Work], Any] | None:
    """Goods come back, and with them the points they had earned; some of those were spent meanwhile."""
    line = one(till, "SELECT id FROM points WHERE amount > 0 ORDER BY id", chance)

    def take_back(work: Work) -> None:
        earned = work.session.get_one(Points, line)
        told = {"member_id": earned.member_id, "amount": earned.amount, "reason": "return"}
        work.note(PointsReversed(entry_id=earning_id(line, 1), **told))

    return line and take_back


def _spend(till: SimTill, chance: random.Random) -> Callable[[Work], Any] | None:
    member, amount = one(till, "SELECT id FROM member ORDER BY id", chance), chance.randint(1, 60)
    return member and (lambda work: spend_points(work, member, amount, "兑换"))


def merge_some(till: SimTill, chance: random.Random) -> bool:
    """A guide says that two members are one person."""
    old, keep = (one(till, "SELECT id FROM member ORDER BY id", chance) for _ in range(2))
    return old != keep and _say(till, MembersMerged(old_id=old, keep_id=keep, reason="同一人"))


def separate_some(till: SimTill, chance: random.Random) -> bool:
    """And that they are not."""
    old = one(till, "SELECT id FROM redirect ORDER BY id", chance)
    return old is not None and _say(till, MembersSeparated(member_id=old))


def erase_some(till: SimTill, chance: random.Random) -> bool:
    """A member wants to be forgotten."""
    member = one(till, "SELECT id FROM member ORDER BY id", chance)
    return member is not None and _do(till, lambda work: make_request(work, member, "erasure"))


def _say(till: SimTill, event: Event) -> bool:
    return _do(till, lambda work: work.note(event))


def _do(till: SimTill, operation: Callable[[Work], Any]) -> bool:
    till.do(operation)
    return True


def _plain(operation: Callable[[Work], Any]) -> Deed:
    return lambda till, chance: operation


_COUPONS = "SELECT id FROM coupon WHERE state = 'issued' ORDER BY id"
_SMALLEST = "SELECT id FROM coupon WHERE state = 'issued' ORDER BY amount, id LIMIT 1"  # two clerks are shown the same
_LINES_HERE = """SELECT line.id FROM line JOIN visit ON visit.id = line.visit_id
    WHERE visit.here AND visit.state IN ('open', 'held') ORDER BY line.id"""

DEEDS: dict[str, tuple[Deed, int]] = {
    "enrol": (_enrol, 5),
    "enrol_blind": (_enrol_blind, 2),
    "amend": (_amend, 5),
    "rename": (_rename, 5),
    "amend_identity": (_amend_identity, 3),
    "consent": (_consent, 5),
    "withdraw_consent": (_withdraw, 5),
    "serve": (_serve, 6),
    "serve_code": (_serve_code, 3),
    "look_closer": (_look_closer, 3),
    "add_line": (_add_line, 8),
    "change_line": (_change_line, 4),
    "remove_line": (_remove_line, 2),
    "write_note": (_note, 3),
    "remove_note": (_remove_note, 1),
    "preference": (_preference, 4),
    "withdraw_preference": (_withdraw_preference, 3),
    "tag": (_tag, 3),
    "untag": (_untag, 2),
    "skin": (_skin, 4),
    "no_skin": (_no_skin, 1),
    "rate": (_rate, 2),
    "hold": (_plain(hold_visit), 1),
    "recall": (_plain(recall_visit), 1),
    "finish": (_plain(finish_visit), 3),
    "void": (_plain(void_visit), 1),
    "undo": (_plain(undo), 3),
    "redeem": (_redeem, 5),
    "reverse": (_reverse, 1),
    "gift": (_gift, 3),
    "return_gift": (_return_gift, 1),
    "take_back": (_take_back, 1),
    "earn": (_earn, 3),
    "spend": (_spend, 3),
    "exchange": (_exchange, 2),
    "make_poster": (_make_poster, 1),
    "close_poster": (_close_poster, 1),
}
EVERY: dict[str, Deed] = {
    **{name: deed for name, (deed, _) in DEEDS.items()},
    **CARE_DEEDS,
    **LEAD_DEEDS,
    **VOUCHER_DEEDS,
    **ASKED_DEEDS,
}


def _put(work: Work, entry: MemberEntry) -> None:
    """One line of a file of members; what is wrong with it is the clerk's to see at once."""
    for _, error in put_members(work, [entry]).refused:
        raise error


def _entry(chance: random.Random, *, code: str | None = None, phone: str | None = None) -> MemberEntry:
    return MemberEntry(
        line=1,
        code=code or member_code(chance.randbytes(PUB_ID_BYTES)),
        phone=phone,
        card=None if phone else chance.choice(CARDS),
        wechat=None,
        fields={},
        consents=(),
    )
