"""Everything that happened with one member, over all channels, the latest first: one limited query for each kind."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from heapq import nlargest
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Connection, Select, bindparam, func, literal, select

from desktop.data.appointments import Appointment
from desktop.data.catalogue import Guide, Product, Store
from desktop.data.escrow import Coupon, Gift, Points, Quota
from desktop.data.leads import Lead
from desktop.data.members import Consent, Member, Preference, Redirect
from desktop.data.orders import OrderLine
from desktop.data.portraits import MemberTag
from desktop.data.tasks import Task
from desktop.data.visits import Line, Note, Visit
from desktop.views.lookup import current_id

MOST = 100


@dataclass(frozen=True, slots=True)
class Moment:
    """One thing that happened. kind: its words are ``moment.<kind>``. what: a product, a service, a purpose …

    sub: the action of a line, the pieces of an order, the state of an appointment, the outcome of a task, granted or
    withdrawn; or "".
    where: a store or channel; who: a guide.
    """

    at: datetime
    kind: str
    what: str = ""
    sub: str = ""
    where: str | None = None
    who: str | None = None


_ID: BindParameter[str] = bindparam("member_id")
_LIMIT: BindParameter[int] = bindparam("limit")
_VISITS = select(Visit.id).where(Visit.member_id == _ID, Visit.state != "void")
_GUIDE, _STORE = Guide.name.label("who"), Store.name.label("where")


def _of(at: Any, what: Any, sub: Any, *more: Any) -> Select[Any]:
    return select(at.label("at"), what.label("what"), sub.label("sub"), *more).order_by(at.desc()).limit(_LIMIT)


_NOTHING: ColumnElement[str] = literal("")
_QUERIES: dict[str, Select[Any]] = {
    "visit": _of(Visit.started_at, _NOTHING, _NOTHING, _STORE, _GUIDE)
    .outerjoin(Store, Store.id == Visit.store_id)
    .outerjoin(Guide, Guide.id == Visit.guide_id)
    .where(Visit.member_id == _ID, Visit.state != "void"),
    "line": _of(Line.at, func.coalesce(Product.name, Line.gtin), Line.action)
    .outerjoin(Product, Product.id == Line.product_id)
    .where(Line.visit_id.in_(_VISITS)),
    "order": _of(OrderLine.at, func.coalesce(Product.name, OrderLine.title), OrderLine.quantity,
                 OrderLine.channel.label("where"), _GUIDE)
    .outerjoin(Product, Product.id == OrderLine.product_id)
    .outerjoin(Guide, Guide.id == OrderLine.guide_id)
    .where(OrderLine.member_id == _ID),
    "note": _of(Note.at, Note.text, _NOTHING).where(Note.visit_id.in_(_VISITS)),
    "preference": _of(Preference.noted_at, Preference.value, Preference.sentiment, _GUIDE)
    .outerjoin(Guide, Guide.id == Preference.guide_id)
    .where(Preference.member_id == _ID, Preference.withdrawn.is_(False)),
    "appointment": _of(Appointment.starts_at, Appointment.service, Appointment.state, _STORE, _GUIDE)
    .outerjoin(Store, Store.id == Appointment.store_id)
    .outerjoin(Guide, Guide.id == Appointment.for_guide)
    .where(Appointment.member_id == _ID),
    "task": _of(Task.done_at, Task.title, func.coalesce(Task.outcome, "done"), Task.contact.label("where"), _GUIDE)
    .outerjoin(Guide, Guide.id == Task.done_by)
    .where(Task.member_id == _ID, Task.done_at.is_not(None)),
    "coupon": _of(Visit.started_at, Coupon.title, _NOTHING, _STORE)
    .select_from(Coupon)
    .join(Visit, Visit.id == Coupon.visit_id)
    .outerjoin(Store, Store.id == Visit.store_id)
    .where(Coupon.member_id == _ID, Coupon.state == "redeemed"),
    "points": _of(Points.at, Points.amount, Points.reason, _GUIDE)
    .outerjoin(Guide, Guide.id == Points.guide_id)
    .where(Points.member_id == _ID),
    "gift": _of(Gift.at, func.coalesce(Quota.title, ""), _NOTHING, _GUIDE)
    .outerjoin(Quota, Quota.id == Gift.quota_id)
    .outerjoin(Guide, Guide.id == Gift.guide_id)
    .where(Gift.member_id == _ID),
    "consent": _of(Consent.at, Consent.purpose, Consent.granted, Consent.channel.label("where"))
    .where(Consent.member_id == _ID),
    "tag": _of(MemberTag.set_at, MemberTag.name, _NOTHING, _GUIDE)
    .outerjoin(Guide, Guide.id == MemberTag.guide_id)
    .where(MemberTag.member_id == _ID, MemberTag.removed.is_(False)),
    "lead": _of(Lead.noted_at, Lead.interest, _NOTHING, Lead.channel.label("where"), _GUIDE)
    .outerjoin(Guide, Guide.id == Lead.guide_id)
    .where(Lead.member_id == _ID),
    "merge": _of(Redirect.at, _NOTHING, _NOTHING).where(Redirect.keep == _ID, Redirect.at.is_not(None)),
    "joined": _of(Member.enrolled_at, _NOTHING, _NOTHING, Member.channel.label("where"))
    .where(Member.id == _ID, Member.enrolled_at.is_not(None)),
}  # fmt: skip


def timeline(connection: Connection, member_id: str, limit: int = MOST) -> tuple[Moment, ...]:
    """The latest ``limit`` things, the latest first; what was booked for later comes before them."""
    about = {"member_id": current_id(connection, member_id), "limit": limit}
    moments = (moment for kind, query in _QUERIES.items() for moment in _moments(connection, kind, query, about))
    return tuple(nlargest(limit, moments, key=lambda moment: moment.at))


def _moments(connection: Connection, kind: str, query: Select[Any], about: dict[str, object]) -> Iterator[Moment]:
    for row in connection.execute(query, about):
        told = row._mapping
        sub = ("withdrawn", "granted")[row.sub] if kind == "consent" else row.sub
        yield Moment(row.at, kind, str(row.what), str(sub), told.get("where"), told.get("who"))
