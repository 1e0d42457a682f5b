"""What the rules read of one member, from this till's tables: see ``desktop.rules.facts``."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, tzinfo
from typing import Any, cast

import msgspec
from sqlalchemy import BindParameter, Connection, bindparam, func, literal, null, or_, select

from desktop.data.appointments import Appointment
from desktop.data.catalogue import Gtin, Guide, Product
from desktop.data.codes import Recruit
from desktop.data.direct import Direct
from desktop.data.escrow import Coupon, Gift, Quota
from desktop.data.members import Consent, Identity, Member, Preference
from desktop.data.orders import ORDER_ACTION, OrderLine
from desktop.data.portraits import Entity, MemberTag
from desktop.data.tasks import Task
from desktop.data.visits import Line, Visit
from desktop.rules import facts as f
from desktop.rules.consent import SENSITIVE, ConsentLine, agreed
from desktop.rules.tags import Family, HandTag
from desktop.rules.wishes import FIELDS as WISHES
from desktop.rules.wishes import Wishes, read_wishes
from desktop.views.lookup import current_id

_ID: BindParameter[str] = bindparam("member_id")
_VISITS = select(Visit.id).where(Visit.member_id == _ID, Visit.state != "void")
_PERSON = Direct(
    select(
        Member.id, Member.birthday, Member.gender, Member.channel, Member.store_id, Member.enrolled_at, Member.tier,
        *(getattr(Member, name) for name in WISHES),
    ).where(Member.id == _ID)
)  # fmt: skip
_CAME = Direct(select(Visit.id, Visit.started_at, Visit.mood).where(Visit.member_id == _ID, Visit.state != "void"))
_LINES = Direct(
    select(
        Line.id, Line.at, Line.action, Line.product_id, Line.price, Line.currency, Line.reason, Product.category,
        func.coalesce(Product.name, Line.gtin).label("name"), literal(1).label("pieces"),
        literal("store").label("channel"),
    )
    .outerjoin(Product, Product.id == Line.product_id)
    .where(Line.visit_id.in_(_VISITS))
    .union_all(
        select(
            OrderLine.id, OrderLine.at, ORDER_ACTION, func.coalesce(OrderLine.product_id, OrderLine.title),
            func.abs(OrderLine.amount), OrderLine.currency, null(), Product.category,
            func.coalesce(Product.name, OrderLine.title), func.abs(OrderLine.quantity), OrderLine.channel,
        )
        .outerjoin(Product, Product.id == OrderLine.product_id)
        .where(OrderLine.member_id == _ID)
    )
)  # fmt: skip
_PREFERENCES = Direct(
    select(Preference.id, Preference.noted_at, Preference.facet, Preference.value, Preference.sentiment).where(
        or_(Preference.member_id == _ID, Preference.visit_id.in_(_VISITS)), Preference.withdrawn.is_(False)
    )
)
_APPOINTMENTS = Direct(
    select(Appointment.id, Appointment.starts_at, Appointment.service, Appointment.state).where(
        Appointment.member_id == _ID
    )
)
_COUPONS = Direct(
    select(Coupon.id, Coupon.valid_until, Coupon.title).where(Coupon.member_id == _ID, Coupon.state == "issued")
)
_SAMPLES = Direct(
    select(Gift.id, Gift.at, Gift.quota_id, Gtin.product_id, Quota.title, Product.category)
    .join(Quota, Quota.id == Gift.quota_id)
    .outerjoin(Gtin, Gtin.gtin == Quota.gtin)
    .outerjoin(Product, Product.id == Gtin.product_id)
    .where(Gift.member_id == _ID, Gift.amount > 0, Quota.gtin.is_not(None))
)
_CONSENTS = Direct(select(Consent.id, Consent.purpose, Consent.granted, Consent.seen).where(Consent.member_id == _ID))
_CONTACTS = Direct(
    select(Task.id, Task.done_at, Task.contact).where(
        Task.member_id == _ID, Task.contact.is_not(None), Task.done_at.is_not(None)
    )
)
_BROUGHT = Direct(
    select(Member.id, Member.enrolled_at)
    .join(Recruit, Recruit.id == Member.recruit)
    .where(
        Recruit.channel == "friend", Recruit.partner.in_(select(Identity.value).where(Identity.member_id == _ID)),
        Member.enrolled_at.is_not(None), Member.id != _ID,
    )
)  # fmt: skip
_TAGS = Direct(
    select(MemberTag.id, MemberTag.name, MemberTag.family, MemberTag.until, MemberTag.set_at, MemberTag.guide_id,
           Guide.name.label("guide"))
    .outerjoin(Guide, Guide.id == MemberTag.guide_id)
    .where(MemberTag.member_id == _ID, MemberTag.removed.is_(False))
    .order_by(MemberTag.set_at.desc(), MemberTag.id.desc())
)  # fmt: skip
_ENTITIES = Direct(
    select(Entity.id, Entity.kind, Entity.fields, Entity.sensitive, Entity.noted_at)
    .where(Entity.member_id == _ID, Entity.fields != "{}")
    .order_by(Entity.kind, Entity.id)
)


@dataclass(frozen=True, slots=True)
class EntityView:
    """Something a member has: a pet, a baby, a skin. kind and fields are the trade's; noted_at is in UTC."""

    id: str
    kind: str
    fields: dict[str, str]
    noted_at: datetime


@dataclass(frozen=True, slots=True)
class Known:
    """All that is known of one member. currency: of every amount; what was paid in another one is left out.

    by_hand: each tag once, as it was set last. names: of the products and guides among the facts, by id.
    What is sensitive is told only of who agrees to it.
    """

    person: f.Person
    facts: tuple[f.Fact, ...]
    consents: tuple[ConsentLine, ...]
    currency: str
    by_hand: tuple[HandTag, ...]
    entities: tuple[EntityView, ...]
    names: dict[str, str]
    wishes: Wishes = field(default_factory=Wishes)


def facts_of(connection: Connection, member_id: str, zone: tzinfo | None = None) -> Known | None:
    """Everything of one member, days counted in ``zone``, the store's (None: the machine's); None if nobody is."""
    about = {"member_id": current_id(connection, member_id)}
    member = _PERSON.first(connection, **about)
    if member is None:
        return None
    lines = _LINES.rows(connection, **about)
    samples = _SAMPLES.rows(connection, **about)
    tags = _TAGS.rows(connection, **about)
    currency, told = _usual_currency(lines), _Days(zone)
    consents = consent_lines(_CONSENTS.rows(connection, **about))
    entities = _entities(connection, about, sensitive=agreed(consents, SENSITIVE))
    person = f.Person(
        member.id, member.birthday or "", member.gender or "", member.channel or "", member.store_id or "",
        tier=member.tier or "", fields=_fields(entities),
    )  # fmt: skip
    facts = (
        *told.joining(member), *told.visits(_CAME.rows(connection, **about)), *told.lines(lines, currency),
        *told.samples(samples),
        *told.preferences(_PREFERENCES.rows(connection, **about)),
        *told.appointments(_APPOINTMENTS.rows(connection, **about)),
        *told.coupons(_COUPONS.rows(connection, **about)), *told.contacts(_CONTACTS.rows(connection, **about)),
        *told.referrals(_BROUGHT.rows(connection, **about)),
    )  # fmt: skip
    names = {row.product_id or row.quota_id: row.title for row in samples}
    names |= {row.product_id: row.name for row in lines} | {row.guide_id: row.guide for row in tags if row.guide}
    wishes = read_wishes(dict(zip(WISHES, member[-len(WISHES) :], strict=True)))
    return Known(person, facts, consents, currency, told.tags(tags), entities, names, wishes)


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
            yield f.VisitDay(row.id, self.day(row.started_at), mood=row.mood)

    def lines(self, rows: Any, currency: str) -> Iterator[f.Fact]:
        for row in rows:
            day, product, category = self.day(row.at), row.product_id, row.category or ""
            match row.action:
                case "bought" | "returned":
                    sign = 1 if row.action == "bought" else -1
                    paid = row.price if row.price and row.currency == currency else 0
                    yield f.Purchase(row.id, day, sign * paid, product, category, sign * row.pieces, row.channel)
                case "tried":
                    yield f.Trial(row.id, day, product, category)
                case "declined":
                    yield f.Declined(row.id, day, product, category, row.reason or "")

    def samples(self, rows: Any) -> Iterator[f.Fact]:
        for row in rows:
            yield f.Trial(row.id, self.day(row.at), row.product_id or row.quota_id, row.category or "")

    def preferences(self, rows: Any) -> Iterator[f.Fact]:
        for row in rows:
            yield f.PreferenceFact(row.id, self.day(row.noted_at), row.facet, row.value, row.sentiment)

    def appointments(self, rows: Any) -> Iterator[f.Fact]:
        for row in rows:
            yield f.AppointmentFact(row.id, self.day(row.starts_at), row.service, row.state)

    def coupons(self, rows: Any) -> Iterator[f.Fact]:
        for row in rows:
            yield f.CouponFact(row.id, self.day(row.valid_until), row.title)

    def contacts(self, rows: Any) -> Iterator[f.Fact]:
        for row in rows:
            yield f.Contact(row.id, self.day(row.done_at), row.contact)

    def referrals(self, rows: Any) -> Iterator[f.Fact]:
        for row in rows:
            yield f.Referral(row.id, self.day(row.enrolled_at))

    def tags(self, rows: Any) -> tuple[HandTag, ...]:
        latest: dict[str, HandTag] = {}
        for row in rows:
            family, until = cast("Family", row.family), date.fromisoformat(row.until) if row.until else None
            tag = HandTag(row.id, self.day(row.set_at), row.name, family, row.guide_id or "", until)
            latest.setdefault(row.name, tag)
        return tuple(latest.values())


def _usual_currency(lines: Any) -> str:
    """The one most things were paid in."""
    paid = Counter(row.currency for row in lines if row.price and row.currency)
    return str(paid.most_common(1)[0][0]) if paid else "CNY"


def _entities(connection: Connection, about: dict[str, str], *, sensitive: bool) -> tuple[EntityView, ...]:
    found = []
    for row in _ENTITIES.rows(connection, **about):
        hidden = () if sensitive else row.sensitive.split()
        fields = {name: value for name, value in msgspec.json.decode(row.fields).items() if name not in hidden}
        if fields:
            found.append(EntityView(row.id, row.kind, fields, row.noted_at))
    return tuple(found)


def _fields(entities: Iterable[EntityView]) -> dict[str, tuple[str, ...]]:
    """By ``kind.field``, as the rules ask for them."""
    fields: dict[str, tuple[str, ...]] = {}
    for each in entities:
        for name, value in each.fields.items():
            fields[f"{each.kind}.{name}"] = (*fields.get(f"{each.kind}.{name}", ()), value)
    return fields


def consent_lines(rows: Iterable[Any]) -> tuple[ConsentLine, ...]:
    """The ledger as the rules read it, from rows of ``Consent``."""
    return tuple(ConsentLine(row.id, row.purpose, row.granted, frozenset(row.seen.split())) for row in rows)
