"""The table of people who may become members, and what the events about them do to it."""

from datetime import datetime

from sqlalchemy import Index, String, text, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from desktop import lead_events as e
from desktop.data.base import Base, UtcTime
from desktop.data.projections import Touched, project, resolve
from desktop.event import Stamp
from desktop.rules.leads import LeadState


class Lead(Base):
    """Somebody who may become a member. phone: E.164. consent: they agreed to be contacted; without it nothing is due.

    for_guide: who looks after them, None is anybody; guide_id: who noted them. due: YYYY-MM-DD. reason: why it is lost.
    member_id: who they became.
    """

    __tablename__ = "lead"
    __table_args__ = (
        Index("ix_lead_state_due", "state", "due"),
        Index("ix_lead_phone", "phone", sqlite_where=text("phone IS NOT NULL")),
        Index("ix_lead_wechat", "wechat", sqlite_where=text("wechat IS NOT NULL")),
        Index("ix_lead_member_id", "member_id", sqlite_where=text("member_id IS NOT NULL")),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    phone: Mapped[str | None]
    wechat: Mapped[str | None]
    channel: Mapped[str | None]
    recruit: Mapped[str | None]
    consent: Mapped[bool]
    interest: Mapped[str]
    for_guide: Mapped[str | None]
    guide_id: Mapped[str | None]
    store_id: Mapped[str | None]
    noted_at: Mapped[datetime] = mapped_column(UtcTime)
    state: Mapped[LeadState] = mapped_column(String)
    due: Mapped[str | None]
    note: Mapped[str]
    reason: Mapped[str | None]
    member_id: Mapped[str | None]


@project.register
def _(event: e.LeadNoted, session: Session, stamp: Stamp) -> Touched:
    session.merge(
        Lead(
            id=event.lead_id, name=event.name, phone=event.phone, wechat=event.wechat, channel=event.channel,
            recruit=event.recruit, consent=event.consent, interest=event.interest, for_guide=event.for_guide,
            guide_id=stamp.guide_id, store_id=stamp.store_id, noted_at=stamp.at, state="new", due=event.due, note="",
            reason=None, member_id=None,
        )
    )  # fmt: skip
    return {("lead", event.lead_id)}


@project.register
def _(event: e.LeadMoved, session: Session, stamp: Stamp) -> Touched:  # noqa: ARG001
    return _change(session, event, state=event.state, due=event.due, note=event.note, reason=event.reason)


@project.register
def _(event: e.LeadAssigned, session: Session, stamp: Stamp) -> Touched:  # noqa: ARG001
    return _change(session, event, for_guide=event.for_guide)


@project.register
def _(event: e.LeadAgreed, session: Session, stamp: Stamp) -> Touched:  # noqa: ARG001
    return _change(session, event, consent=event.consent, due=event.due)


@project.register
def _(event: e.LeadJoined, session: Session, stamp: Stamp) -> Touched:  # noqa: ARG001
    member_id = resolve(session, event.member_id)
    _change(session, event, state="joined", due=None, reason=None, member_id=member_id)
    return {("lead", event.lead_id), ("member", event.member_id)}


def _change(session: Session, event: e.LeadEvent, **values: object) -> Touched:
    # Who joined has joined: whatever comes after it, in whatever order, changes nothing.
    session.execute(update(Lead).where(Lead.id == event.lead_id, Lead.state != "joined").values(**values))
    return {("lead", event.lead_id)}
