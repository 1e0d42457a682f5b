"""Who may become a member: whom to look after, and from when on."""

import contextlib
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Any

from sqlalchemy import Connection, Select, func, or_, select

from desktop.data.catalogue import Guide
from desktop.data.codes import Recruit
from desktop.data.leads import Lead
from desktop.data.members import Member
from desktop.rules.leads import OPEN, LeadState
from desktop.rules.wechat import normal_wechat
from desktop.views.lookup import current_id
from desktop.views.people import masked_phone


@dataclass(frozen=True, slots=True)
class LeadView:
    """One lead. phone: masked; called: the whole phone, of who agreed to be contacted. source: what the recruit code
    that brought them is called. due: the next day; None of who is greeted when they come. guide: who looks after them.
    """

    id: str
    name: str
    phone: str
    called: str | None
    wechat: str | None
    channel: str | None
    source: str | None
    consent: bool
    interest: str
    state: LeadState
    due: date | None
    note: str
    reason: str | None
    guide_id: str | None
    guide: str | None
    noted_at: datetime
    member_id: str | None


@dataclass(frozen=True, slots=True)
class Newcomer:
    """What an enrolment takes over of a lead; phone whole."""

    lead_id: str
    name: str
    phone: str
    channel: str
    wechat: str


_VIEW = (
    select(
        Lead.id, Lead.name, Lead.phone, Lead.wechat, Lead.channel, Recruit.label.label("source"), Lead.consent,
        Lead.interest, Lead.state, Lead.due, Lead.note, Lead.reason, Lead.for_guide, Guide.name.label("guide"),
        Lead.noted_at, Lead.member_id,
    )
    .outerjoin(Recruit, Recruit.id == Lead.recruit)
    .outerjoin(Guide, Guide.id == Lead.for_guide)
)  # fmt: skip


def open_leads(connection: Connection, limit: int = 100) -> tuple[LeadView, ...]:
    """Those that are not over, by their next day; last those that are greeted when they come."""
    query = _VIEW.where(Lead.state.in_(OPEN)).order_by(Lead.due.is_(None), Lead.due, Lead.id)
    return _read(connection, query.limit(limit))


def joined_on(connection: Connection, day: date, zone: tzinfo | None = None, limit: int = 20) -> tuple[LeadView, ...]:
    """The leads that became members on a day, or that were noted then and turned out to be members; the latest first.
    Those whose member this till does not know are left out.
    """
    start = datetime.combine(day, time.min, zone).astimezone()
    that_day = (start, start + timedelta(days=1))
    new = or_(Member.enrolled_at.between(*that_day), Lead.noted_at.between(*that_day))
    query = _VIEW.join(Member, Member.id == Lead.member_id).where(Lead.state == "joined", new)
    return _read(connection, query.order_by(Lead.noted_at.desc(), Lead.id).limit(limit))


def count_leads_due(connection: Connection, today: date) -> int:
    """How many are due by today."""
    due = select(func.count()).where(Lead.state.in_(OPEN), Lead.due <= today.isoformat())
    return connection.scalar(due) or 0


def leads_of(connection: Connection, member_id: str) -> tuple[LeadView, ...]:
    """The leads that a member was, the first noted first."""
    query = _VIEW.where(Lead.member_id == current_id(connection, member_id))
    return _read(connection, query.order_by(Lead.noted_at, Lead.id))


def find_lead(connection: Connection, lead_id: str) -> LeadView | None:
    """One lead, however it stands."""
    return next(iter(_read(connection, _VIEW.where(Lead.id == lead_id))), None)


def find_newcomer(connection: Connection, lead_id: str) -> Newcomer | None:
    """What is known of a lead who enrols."""
    query = select(Lead.name, Lead.phone, Lead.channel, Lead.wechat).where(Lead.id == lead_id)
    row = connection.execute(query).one_or_none()
    return Newcomer(lead_id, row.name, row.phone or "", row.channel or "", _wechat(row.wechat or "")) if row else None


def _wechat(told: str) -> str:
    """A lead may be known there by a mere name, which is no WeChat id."""
    with contextlib.suppress(ValueError):
        return normal_wechat(told)
    return ""


def lead_with(connection: Connection, phone: str) -> Newcomer | None:
    """Who of the leads has this phone, E.164."""
    query = select(Lead.id).where(Lead.phone == phone, Lead.state.in_(OPEN)).order_by(Lead.id).limit(1)
    lead_id = connection.scalar(query)
    return find_newcomer(connection, lead_id) if lead_id else None


def _read(connection: Connection, query: Select[*tuple[Any, ...]]) -> tuple[LeadView, ...]:
    return tuple(
        LeadView(
            id=row.id, name=row.name, phone=masked_phone(row.phone, None), called=row.phone if row.consent else None,
            wechat=row.wechat, channel=row.channel, source=row.source, consent=row.consent, interest=row.interest,
            state=row.state, due=date.fromisoformat(row.due) if row.due else None, note=row.note, reason=row.reason,
            guide_id=row.for_guide, guide=row.guide, noted_at=row.noted_at, member_id=row.member_id,
        )
        for row in connection.execute(query)
    )  # fmt: skip
