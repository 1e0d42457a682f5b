"""What a member's page shows besides the portrait: who leads to them, what they like, what they turned down."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, Connection, bindparam, func, or_, select

from desktop.data.catalogue import Guide, Product, Store
from desktop.data.exchange import Outbox, Wanted
from desktop.data.members import Consent, Identity, Member, Preference, Redirect
from desktop.data.tasks import Review
from desktop.data.visits import Line, Visit
from desktop.rules.consent import PURPOSES, agreed
from desktop.views.facts import consent_lines
from desktop.views.lookup import current_id
from desktop.views.people import masked_phone, masked_wechat

_MOST = 50


@dataclass(frozen=True, slots=True)
class Led:
    """Something that leads to the member. kind: code, card, phone, wechat; the value of these two is masked."""

    kind: str
    value: str


@dataclass(frozen=True, slots=True)
class Merged:
    """Another id of the same person, since ``at`` (None: not known)."""

    id: str
    at: datetime | None


@dataclass(frozen=True, slots=True)
class MemberPage:
    """Who a member is, as far as this till knows. full: false for another store's. asked: their profile is on its way.

    guest: what is known was fetched from another store, and is forgotten a month after this moment.
    """

    id: str
    name: str
    phone: str
    wechat: str
    birthday: str | None
    gender: str | None
    channel: str | None
    store: str | None
    guide_id: str | None
    guide: str | None
    enrolled_at: datetime | None
    full: bool
    guest: datetime | None
    asked: bool
    led: tuple[Led, ...]
    merged: tuple[Merged, ...]


@dataclass(frozen=True, slots=True)
class Liking:
    """A facet's value: how it was meant last, how often it was noted, and when last."""

    facet: str
    value: str
    sentiment: str
    times: int
    last: datetime


@dataclass(frozen=True, slots=True)
class TurnedDown:
    """A product that the member did not want, and why."""

    at: datetime
    product: str
    reason: str | None


@dataclass(frozen=True, slots=True)
class Ledger:
    """One line of what a member agreed to or took back. stands: it is what counts now."""

    at: datetime
    purpose: str
    granted: bool
    text_version: str | None
    channel: str | None
    stands: bool


@dataclass(frozen=True, slots=True)
class Lost:
    """A claim of this till that came too late. guide: who has the member now; None is nobody."""

    event_id: str
    guide: str | None


@dataclass(frozen=True, slots=True)
class Doubt:
    """Two people wrote a field without knowing of each other: ``kept`` stands, ``lost`` does not."""

    id: str
    field: str
    kept: str
    lost: str
    at: datetime


_ID: BindParameter[str] = bindparam("member_id")
_MEMBER = (
    select(*Member.__table__.columns, Store.name.label("store"), Guide.name.label("guide"))
    .outerjoin(Store, Store.id == Member.store_id)
    .outerjoin(Guide, Guide.id == Member.guide_id)
    .where(Member.id == _ID)
)
_LED = select(Identity.kind, Identity.value).where(Identity.member_id == _ID).order_by(Identity.kind, Identity.value)
_MERGED = select(Redirect.id, Redirect.at).where(Redirect.keep == _ID).order_by(Redirect.id)
_VISITS = select(Visit.id).where(Visit.member_id == _ID, Visit.state != "void")
_LIKINGS = (
    select(Preference.facet, Preference.value, Preference.sentiment, Preference.noted_at)
    .where(or_(Preference.member_id == _ID, Preference.visit_id.in_(_VISITS)), Preference.withdrawn.is_(False))
    .order_by(Preference.noted_at.desc(), Preference.id.desc())
)
_DECLINED = (
    select(Line.at, func.coalesce(Product.name, Line.gtin), Line.reason)
    .outerjoin(Product, Product.id == Line.product_id)
    .where(Line.visit_id.in_(_VISITS), Line.action == "declined")
    .order_by(Line.at.desc())
    .limit(_MOST)
)
_LEDGER = (
    select(*Consent.__table__.columns).where(Consent.member_id == _ID).order_by(Consent.at.desc(), Consent.id.desc())
)
_LOST = (
    select(Outbox.event_id)
    .where(
        Outbox.row == "member", Outbox.row_id == _ID, Outbox.kind == "MemberAssigned", Outbox.state == "rejected",
        Outbox.acknowledged.is_(False),
    )
    .order_by(Outbox.ep.desc(), Outbox.n.desc())
    .limit(1)
)  # fmt: skip
_DOUBTS = (
    select(Review.id, Review.field, Review.kept, Review.lost, Review.at)
    .where(Review.member_id == _ID, Review.settled.is_(False))
    .order_by(Review.at)
)


def find_page(connection: Connection, member_id: str) -> MemberPage | None:
    """The member that an id leads to; None if nobody is."""
    about = {"member_id": current_id(connection, member_id)}
    row = connection.execute(_MEMBER, about).first()
    if row is None:
        return None
    return MemberPage(
        id=row.id, name=row.name, phone=masked_phone(row.phone, row.phone_reversed),
        wechat=masked_wechat(row.wechat), birthday=row.birthday, gender=row.gender, channel=row.channel,
        store=row.store, guide_id=row.guide_id, guide=row.guide,
        enrolled_at=row.enrolled_at, full=row.full, guest=row.fetched_at,
        asked=connection.scalar(select(Wanted.key).where(Wanted.key == row.id)) is not None,
        led=tuple(_led(connection.execute(_LED, about))),
        merged=tuple(Merged(*each) for each in connection.execute(_MERGED, about)),
    )  # fmt: skip


def likings_of(connection: Connection, member_id: str) -> tuple[Liking, ...]:
    """What they like and do not like, facet by facet, the latest first in each."""
    found: dict[tuple[str, str], Liking] = {}
    for row in connection.execute(_LIKINGS, {"member_id": current_id(connection, member_id)}):
        known = found.get((row.facet, row.value))
        last = known or Liking(row.facet, row.value, row.sentiment, 0, row.noted_at)
        found[row.facet, row.value] = Liking(last.facet, last.value, last.sentiment, last.times + 1, last.last)
    return tuple(sorted(found.values(), key=lambda each: each.facet))  # a stable sort keeps the order within a facet


def turned_down(connection: Connection, member_id: str) -> tuple[TurnedDown, ...]:
    """What they did not want, the latest first."""
    rows = connection.execute(_DECLINED, {"member_id": current_id(connection, member_id)})
    return tuple(TurnedDown(*row) for row in rows)


def consents_of(connection: Connection, member_id: str) -> tuple[Ledger, ...]:
    """The whole ledger, the latest first."""
    rows = connection.execute(_LEDGER, {"member_id": current_id(connection, member_id)}).all()
    lines = consent_lines(rows)
    holds = {purpose: agreed(lines, purpose) for purpose in PURPOSES}
    latest: dict[tuple[str, bool], str] = {}
    for row in rows:
        latest.setdefault((row.purpose, row.granted), row.id)
    return tuple(
        Ledger(
            row.at, row.purpose, row.granted, row.text_version, row.channel,
            holds.get(row.purpose) == row.granted and latest[row.purpose, row.granted] == row.id,
        )
        for row in rows
    )  # fmt: skip


def lost_claim(connection: Connection, member_id: str) -> Lost | None:
    """The claim or hand-over that the hub refused because somebody else was quicker, and nobody has dealt with."""
    member_id = current_id(connection, member_id)
    event_id = connection.scalar(_LOST, {"member_id": member_id})
    if event_id is None:
        return None
    now = select(Guide.name).join(Member, Member.guide_id == Guide.id).where(Member.id == member_id)
    return Lost(event_id, connection.scalar(now))


def doubts_of(connection: Connection, member_id: str) -> tuple[Doubt, ...]:
    """Values that somebody should look at."""
    rows = connection.execute(_DOUBTS, {"member_id": current_id(connection, member_id)})
    return tuple(Doubt(row.id, row.field, *_shown(row), row.at) for row in rows)


def _shown(doubt: Any) -> tuple[str, str]:
    """Both values; of two phones only as much as tells them apart."""
    masked = masked_phone(doubt.kept, None), masked_phone(doubt.lost, None)
    return masked if doubt.field == "phone" and masked[0] != masked[1] else (doubt.kept, doubt.lost)


def _led(rows: Iterable[Any]) -> Iterable[Led]:
    for row in rows:
        masked = {"phone": masked_phone(row.value, None), "wechat": masked_wechat(row.value)}
        yield Led(row.kind, masked.get(row.kind, row.value))
