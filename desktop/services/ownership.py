"""Every change to whose member somebody is; the hub refuses whoever had not seen the guide of now."""

from sqlalchemy import func, select, text

from desktop.data.catalogue import Guide
from desktop.data.exchange import Outbox
from desktop.data.members import Member
from desktop.errors import NotFound, NotNow
from desktop.escrow_events import MemberAssigned
from desktop.services.known import known_member
from desktop.work import Work

AT_ONCE = 200


def claim(work: Work, member_id: str) -> None:
    """Whoever serves at this till takes a member whom nobody has.

    Raises NotNow ``guide_missing``, ``member_taken`` (guide), ``profile_missing``.
    """
    member = _whole(work, member_id)
    if work.till.guide_id is None:
        raise NotNow("guide_missing")
    if member.guide_id not in (None, work.till.guide_id):
        guide = work.session.get(Guide, member.guide_id)
        raise NotNow("member_taken", guide=guide.name if guide else member.guide_id)
    _assign(work, member, work.till.guide_id)


def claim_again(work: Work, member_id: str) -> None:
    """Take over a member after all, whom somebody else got first: now it is known who that was.

    Raises NotNow ``guide_missing``, ``profile_missing``.
    """
    member = _whole(work, member_id)
    if work.till.guide_id is None:
        raise NotNow("guide_missing")
    let_go(work, member.id)
    _assign(work, member, work.till.guide_id)


def let_go(work: Work, member_id: str) -> None:
    """Leave it at the hub's refusal: somebody else has the member."""
    refused = select(Outbox).where(
        Outbox.row == "member", Outbox.row_id == member_id, Outbox.kind == MemberAssigned.__name__,
        Outbox.state == "rejected", Outbox.acknowledged.is_(False),
    )  # fmt: skip
    for entry in work.session.scalars(refused):
        entry.acknowledged = True
        work.touched |= {("outbox", entry.event_id), ("member", member_id)}


def release(work: Work, member_id: str) -> None:
    """Nobody has the member any more: any guide may claim them. Raises NotNow ``profile_missing``."""
    _assign(work, _whole(work, member_id), None)


def assign_member(work: Work, member_id: str, guide_id: str) -> None:
    """Give a member to a guide. Raises NotFound ``guide_unknown``."""
    _assign(work, known_member(work, member_id), _active(work, guide_id).id)


def hand_over(work: Work, from_guide: str, to_guide: str | None, at_once: int = AT_ONCE) -> int:
    """Give ``at_once`` members of a guide who leaves to another, None for nobody; gives how many are still theirs.

    It is called until there are none: many thousands in one transaction would keep everybody else waiting. Not undone:
    to hand them back is to hand them over. Raises NotFound ``guide_unknown``, NotNow ``guides_same``.
    """
    if to_guide is not None:
        _active(work, to_guide)
    if from_guide == to_guide:
        raise NotNow("guides_same")
    theirs = (Member.guide_id == from_guide) & text('"full" = 1')
    some = work.session.scalars(select(Member.id).where(theirs).limit(at_once)).all()
    work.note_many([MemberAssigned(member_id=each, guide_id=to_guide, base=from_guide) for each in some])
    return work.session.scalar(select(func.count()).select_from(Member).where(theirs)) or 0


def _whole(work: Work, member_id: str) -> Member:
    """Of a directory row of another store this till cannot know whose member it is."""
    member = known_member(work, member_id)
    if not member.full:
        raise NotNow("profile_missing")
    return member


def _active(work: Work, guide_id: str) -> Guide:
    guide = work.session.get(Guide, guide_id)
    if guide is None or not guide.active:
        raise NotFound("guide_unknown")
    return guide


def _assign(work: Work, member: Member, guide_id: str | None) -> None:
    before = member.guide_id
    if before != guide_id:
        work.note(
            MemberAssigned(member_id=member.id, guide_id=guide_id, base=before),
            undo=MemberAssigned(member_id=member.id, guide_id=before, base=guide_id),
        )
