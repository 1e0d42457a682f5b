"""Whether it is surely the member themselves who spends what is theirs, as far as the shop wants to be sure."""

from hmac import compare_digest

from sqlalchemy import select

from desktop.data.members import Identity, Member
from desktop.data.visits import Visit
from desktop.errors import BadInput, NotNow
from desktop.views.shop import find_definitions
from desktop.work import Work

TAIL = 4  # digits of the phone


def check_holder(work: Work, member_id: str, tail: str = "") -> None:
    """By the short-lived code that was shown in this visit, or by the last digits of the phone, where that is enough.

    Raises NotNow ``holder_tail_wanted`` or ``holder_code_wanted``, BadInput ``holder_tail_wrong``.
    """
    check = find_definitions(work.session.connection(), work.clock.today()).spend.check
    if check == "off" or _has_shown_code(work, member_id):
        return
    phones = _phones(work, member_id)
    if check == "token" or not phones:
        raise NotNow("holder_code_wanted")
    if not tail:
        raise NotNow("holder_tail_wanted")
    if not (len(tail) == TAIL and any(compare_digest(phone[-TAIL:].encode(), tail.encode()) for phone in phones)):
        raise BadInput("holder_tail_wrong")


def _has_shown_code(work: Work, member_id: str) -> bool:
    now = work.clock.now()
    shown = select(Visit.id).where(
        Visit.here, Visit.state == "open", Visit.member_id == member_id, Visit.verified_until > now
    )
    return work.session.scalar(shown.limit(1)) is not None


def _phones(work: Work, member_id: str) -> list[str]:
    member = work.session.get(Member, member_id)
    others = work.session.scalars(
        select(Identity.value).where(Identity.member_id == member_id, Identity.kind == "phone")
    )
    return [each for each in (member.phone if member else None, *others) if each]
