"""What the rules read of one member, from this till's tables: see ``desktop.rules.facts``."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from typing import Any

from sqlalchemy import BindParameter, Connection, bindparam, or_, select

from desktop.data.appointments import Appointment
from desktop.data.catalogue import Product
from desktop.data.escrow import Coupon
from desktop.data.members import Consent, Member, Preference
from desktop.data.visits import Line, Visit
from desktop.rules import facts as f
from desktop.rules.consent import ConsentLine
from desktop.views.lookup import current_id

_ID: BindParameter[str] = bindparam("member_id")
_VISITS = select(Visit.id).where(Visit.member_id == _ID, Visit.state != "void")
_PERSON = select(Member.id, Member.birthday, Member.gender, Member.channel, Member.store_id, Member.enrolled_at).where(
    Member.id == _ID
)
_CAME = select(Visit.id, Visit.started_at).where(Visit.member_id == _ID, Visit.state != "void")
_LINES = (
    select(
        Line.id, Line.at, Line.action, Line.product_id, Line.price, Line.currency, Line.reason, Product.category,
    )
    .outerjoin(Product, Product.id == Line.product_id)
    .where(Line.visit_id.in_(_VISITS))
)  # fmt: skip
_PREFERENCES = select(
    Preference.id, Preference.noted_at, Preference.facet, Preference.value, Preference.sentiment
).where(or_(Preference.member_id == _ID, Preference.visit_id.in_(_VISITS)), Preference.withdrawn.is_(False))
_APPOINTMENTS = select(Appointment.id, Appointment.starts_at, Appointment.service, Appointment.state).where(
    Appointment.member_id == _ID
)
_COUPONS = select(Coupon.id, Coupon.valid_until, Coupon.title).where(Coupon.member_id == _ID, Coupon.state == "issued")
_CONSENTS = select(Consent.id, Consent.purpose, Consent.granted, Consent.seen).where(Consent.member_id == _ID)


@dataclass(frozen=True, slots=True)
class Known:
    """All that is known of one member. currency: of every amount; what was paid in another one is left out."""

    person: f.Person
    facts: tuple[f.Fact, ...]
    consents: tuple[ConsentLine, ...]
    currency: str


def facts_of(connection: Connection, member_id: str, zone: tzinfo | None = None) -> Known | None:
    """Everything of one member, days counted in ``zone``, the store's (None: the machine's); None if nobody is."""
    about = {"member_id": current_id(connection, member_id)}
    member = connection.execute(_PERSON, about).first()
    if member is None:
        return None
    lines = connection.execute(_LINES, about).all()
    currency = _usual_currency(lines)
    person = f.Person(
        member.id, member.birthday or "", member.gender or "", member.channel or "", member.store_id or ""
    )
    told = _Days(zone)
    facts = (
        *told.joining(member), *told.visits(connection.execute(_CAME, about)), *told.lines(lines, currency),
        *told.preferences(connection.execute(_PREFERENCES, about)),
        *told.appointments(connection.execute(_APPOINTMENTS, about)),
        *told.coupons(connection.execute(_COUPONS, about)),
    )  # fmt: skip
    return Known(person, facts, _consents(connection, about), currency)


@dataclass(frozen=True, slots=True)
class _Days:
    """Makes facts of rows."""

    zone: tzinfo | None

    def day(self, at: datetime) -> date:
        return at.astimezone(self.zone).date()

    def joining(self, member: Any) -> Iterator[f.Fact]:
        if member.enrolled_at:
            yield f.Joining(member.id, self.day(member.enrolled_at), channel=member.channel or "")

    def visits(self, rows: Any) -> Iterator[f.Fact]:
        for row in rows:
            yield f.VisitDay(row.id, self.day(row.started_at))

    def lines(self, rows: Any, currency: str) -> Iterator[f.Fact]:
        for row in rows:
            day, product, category = self.day(row.at), row.product_id, row.category or ""
            match row.action:
                case "bought" | "returned":
                    sign = 1 if row.action == "bought" else -1
                    paid = row.price if row.price and row.currency == currency else 0
                    yield f.Purchase(row.id, day, sign * paid, product, category, sign)
                case "tried":
                    yield f.Trial(row.id, day, product, category)
                case "declined":
                    yield f.Declined(row.id, day, product, category, row.reason or "")

    def preferences(self, rows: Any) -> Iterator[f.Fact]:
        for row in rows:
            yield f.PreferenceFact(row.id, self.day(row.noted_at), row.facet, row.value, row.sentiment)

    def appointments(self, rows: Any) -> Iterator[f.Fact]:
        for row in rows:
            yield f.AppointmentFact(row.id, self.day(row.starts_at), row.service, row.state)

    def coupons(self, rows: Any) -> Iterator[f.Fact]:
        for row in rows:
            yield f.CouponFact(row.id, self.day(row.valid_until), row.title)


def _usual_currency(lines: Any) -> str:
    """The one most things were paid in."""
    paid = Counter(row.currency for row in lines if row.price and row.currency)
    return str(paid.most_common(1)[0][0]) if paid else "CNY"


def _consents(connection: Connection, about: dict[str, str]) -> tuple[ConsentLine, ...]:
    rows = connection.execute(_CONSENTS, about)
    return tuple(ConsentLine(row.id, row.purpose, row.granted, frozenset(row.seen.split())) for row in rows)
