"""What the clerk sees of a member within a blink of the scan."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo

from sqlalchemy import BindParameter, Connection, bindparam, desc, func, or_, select

from desktop.data.catalogue import Guide, Product, Store
from desktop.data.direct import Direct
from desktop.data.escrow import Points
from desktop.data.members import Consent, Identity, Member, Preference
from desktop.data.orders import ORDER_ACTION, OrderLine
from desktop.data.visits import Line, Visit
from desktop.rules.consent import PURPOSES, agreed
from desktop.views.facts import consent_lines
from desktop.views.lookup import current_id
from desktop.views.people import masked_phone
from desktop.views.visit import PreferenceView


@dataclass(frozen=True, slots=True)
class ConsentView:
    """One purpose: agreed or not, since when, in which version of the text. at is None if it was never asked."""

    purpose: str
    agreed: bool
    at: datetime | None
    text_version: str | None


@dataclass(frozen=True, slots=True)
class RecentLine:
    """One thing the member saw, tried or bought."""

    at: datetime
    action: str
    product: str


@dataclass(frozen=True, slots=True)
class Spent:
    """What was bought in the last twelve months, by this till's data: minor units of one currency."""

    amount: int
    currency: str


@dataclass(frozen=True, slots=True)
class Profile:
    """A member's whole picture. ``full`` is false when this till holds only the directory row of another store.

    visits: finished and running ones. spent: None when nothing with a price was bought.
    preferences: each facet and value once, the latest first. points: the sum of the ledger.
    """

    member_id: str
    code: str | None
    name: str
    phone: str
    birthday: str | None
    channel: str | None
    store: str | None
    guide: str | None
    enrolled_at: datetime | None
    full: bool
    visits: int
    last_visit: datetime | None
    spent: Spent | None
    preferences: tuple[PreferenceView, ...]
    consents: tuple[ConsentView, ...]
    recent: tuple[RecentLine, ...]
    points: int


_ID: BindParameter[str] = bindparam("member_id")
_CODE = select(Identity.value).where(Identity.kind == "code", Identity.member_id == _ID).limit(1).scalar_subquery()
_MEMBER = Direct(
    select(
        Member.id, _CODE, Member.name, Member.phone, Member.phone_reversed, Member.birthday, Member.channel,
        Store.name.label("store"), Guide.name.label("guide"), Member.enrolled_at, Member.full,
    )
    .outerjoin(Store, Store.id == Member.store_id)
    .outerjoin(Guide, Guide.id == Member.guide_id)
    .where(Member.id == _ID)
)  # fmt: skip
_HIS_VISITS = select(Visit.id).where(Visit.member_id == _ID, Visit.state != "void")
_VISIT_DAYS = Direct(
    select(Visit.started_at).where(Visit.member_id == _ID, Visit.state != "void").order_by(Visit.started_at)
)
_LINES = Direct(
    select(
        Line.at, Line.action, func.coalesce(Product.name, Line.gtin), Line.price, Line.currency, Line.id.label("line"),
    )
    .outerjoin(Product, Product.id == Line.product_id)
    .where(Line.visit_id.in_(_HIS_VISITS))
    .union_all(
        select(
            OrderLine.at, ORDER_ACTION, func.coalesce(Product.name, OrderLine.title), func.abs(OrderLine.amount),
            OrderLine.currency, OrderLine.id,
        )
        .outerjoin(Product, Product.id == OrderLine.product_id)
        .where(OrderLine.member_id == _ID)
    )
    .order_by(desc("at"), desc("line"))
)  # fmt: skip
_PREFERENCES = Direct(
    select(Preference.id, Preference.facet, Preference.value, Preference.sentiment, Preference.noted_at)
    .where(or_(Preference.member_id == _ID, Preference.visit_id.in_(_HIS_VISITS)), Preference.withdrawn.is_(False))
    .order_by(Preference.noted_at.desc(), Preference.id.desc())
)
_POINTS = Direct(select(func.sum(Points.amount)).where(Points.member_id == _ID))
_CONSENTS = Direct(
    select(Consent.id, Consent.purpose, Consent.granted, Consent.seen, Consent.at, Consent.text_version)
    .where(Consent.member_id == _ID)
    .order_by(Consent.at.desc())
)


def find_profile(connection: Connection, member_id: str, today: date, zone: tzinfo | None = None) -> Profile | None:
    """The member's picture on ``today``; days are counted in ``zone``, the store's (None: the machine's)."""
    about = {"member_id": current_id(connection, member_id)}
    member = _MEMBER.first(connection, **about)
    if member is None:
        return None
    visits = _VISIT_DAYS.scalars(connection, **about)
    lines = _LINES.rows(connection, **about)
    bought = [line for line in lines if line.action == "bought"]
    return Profile(
        member_id=member.id,
        code=member[1],
        name=member.name,
        phone=masked_phone(member.phone, member.phone_reversed),
        birthday=member.birthday,
        channel=member.channel,
        store=member.store,
        guide=member.guide,
        enrolled_at=member.enrolled_at,
        full=member.full,
        visits=len(visits),
        last_visit=visits[-1] if visits else None,
        spent=_spent([(line.at.astimezone(zone).date(), line.price, line.currency) for line in bought], today),
        preferences=_preferences(connection, about),
        consents=_consents(connection, about),
        recent=tuple(RecentLine(*line[:3]) for line in lines[:12]),
        points=_POINTS.scalar(connection, **about) or 0,
    )


def _spent(bought: list[tuple[date, int | None, str | None]], today: date) -> Spent | None:
    """Sums one currency, that of the latest purchase: amounts of different money are never added."""
    priced = [(price, currency) for day, price, currency in bought
              if price is not None and currency and day > today - timedelta(365)]  # fmt: skip
    if not priced:
        return None
    currency = priced[0][1]
    return Spent(sum(price for price, other in priced if other == currency), currency)


def _preferences(connection: Connection, about: dict[str, str]) -> tuple[PreferenceView, ...]:
    latest: dict[tuple[str, str], PreferenceView] = {}
    for row in _PREFERENCES.rows(connection, **about):
        latest.setdefault((row.facet, row.value), PreferenceView(*row))
    return tuple(latest.values())


def _consents(connection: Connection, about: dict[str, str]) -> tuple[ConsentView, ...]:
    rows = _CONSENTS.rows(connection, **about)
    lines = consent_lines(rows)
    latest = {purpose: next((row for row in rows if row.purpose == purpose), None) for purpose in PURPOSES}
    return tuple(
        ConsentView(purpose, agreed(lines, purpose), row.at if row else None, row.text_version if row else None)
        for purpose, row in latest.items()
    )
