"""Which coupons of the member who is served fit this basket, what each is worth, and why the others do not."""

import json
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, select

from desktop.data.escrow import Campaign, Coupon, FloorLimit, Lease, Settlement
from desktop.data.visits import Visit
from desktop.rules.campaigns import judge, offer_of, read_terms
from desktop.rules.conditions import Subject
from desktop.rules.coupon_issue import Issued, due
from desktop.rules.coupon_terms import Basket, Fit, Misfit, Setting, Terms
from desktop.rules.leases import Floor
from desktop.rules.why import Why, because
from desktop.views.baskets import find_basket
from desktop.views.portrait import MemberPortrait, portrait_of
from desktop.views.welcome import Issuing, Welcome, find_issuing, find_welcome


@dataclass(frozen=True, slots=True)
class CouponOffer:
    """One coupon before this basket. off: minor units off it, if it ``fits``; gift: what is given beside.

    why: what it does, or every reason against it. small: the floor limit may bear it, and no till holds it. here: this
    till holds its lease; ``till`` is the name of the one that
    does. missing: minor units up to its threshold, when that alone stands in the way. ends: its last day.
    """

    id: str
    title: str
    campaign: str
    amount: int
    currency: str
    ends: date
    fits: bool
    off: int
    gift: str
    why: tuple[Why, ...]
    missing: int
    here: bool
    small: bool
    till: str | None


@dataclass(frozen=True, slots=True)
class Redeemed:
    """A coupon that was redeemed in this visit."""

    id: str
    title: str
    value: int
    currency: str


@dataclass(frozen=True, slots=True)
class SettlementView:
    """A redemption that headquarters settles. id: the redemption's."""

    id: str
    title: str
    value: int
    currency: str
    reason: str
    state: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Offers:
    """offers: those that fit first, most off first. redeemed: in this visit. coming: titles of what will be issued at
    headquarters once the visit is finished and sent. welcome: what it gives for joining, once it has heard of that."""

    offers: tuple[CouponOffer, ...]
    redeemed: tuple[Redeemed, ...]
    coming: tuple[str, ...]
    settlements: tuple[SettlementView, ...]
    welcome: Welcome


_HELD = select(Lease.id).where(Lease.of == "coupon", Lease.object_id == Coupon.id, Lease.amount > 0).exists()
_COLUMNS = (
    Coupon.id, Coupon.title, Coupon.campaign, Coupon.amount, Coupon.currency, Coupon.valid_until, Coupon.state,
    Coupon.visit_id, Coupon.value, Coupon.till_id, Coupon.till_name, _HELD.label("here"), Campaign.terms,
)  # fmt: skip


def find_offers(connection: Connection, member_id: str, visit_id: str | None, today: date) -> Offers:
    """Everything of one member, for the basket of a visit; without one, for an empty basket. Raises NotFound
    ``member_unknown``.
    """
    return offers_for(connection, portrait_of(connection, member_id, today), visit_id)


def offers_for(connection: Connection, portrait: MemberPortrait, visit_id: str | None) -> Offers:
    """The same of the member who is portrayed, on the day of the portrait."""
    member_id = portrait.member_id
    rows = connection.execute(
        select(*_COLUMNS)
        .outerjoin(Campaign, Campaign.name == Coupon.campaign)
        .where(Coupon.member_id == member_id, (Coupon.state == "issued") | (Coupon.visit_id == visit_id))
    ).all()
    basket = find_basket(connection, visit_id or "")
    setting = setting_of(connection, portrait, visit_id)
    largest = floor_of(connection)
    offers = [_offer(row, basket, setting, largest) for row in rows if row.state == "issued"]
    offers.sort(key=lambda each: (not each.fits, -each.off, not each.gift, each.ends, each.id))
    redeemed = [
        Redeemed(row.id, row.title, row.amount if row.value is None else row.value, row.currency)
        for row in rows
        if row.state == "redeemed"
    ]
    issuing = find_issuing(connection)
    coming = _coming(connection, portrait, basket, issuing) if visit_id else ()
    welcome = find_welcome(connection, portrait, issuing)
    return Offers(tuple(offers), tuple(redeemed), coming, find_settlements(connection, member_id), welcome)


def setting_of(connection: Connection, portrait: MemberPortrait, visit_id: str | None) -> Setting:
    """Where, when and for whom."""
    store = connection.scalar(select(Visit.store_id).where(Visit.id == visit_id)) or "" if visit_id else ""
    reached = portrait.rules.stage.stage
    stage = reached.name.lower() if reached is not None else ""
    return Setting(portrait.rules.subject.today, store, portrait.standing.tier, stage)


def last_day(valid_until: datetime) -> date:
    """The last day in the store on which a coupon is good that ends at this moment."""
    return (valid_until - timedelta(seconds=1)).astimezone().date()


def terms_of(told: str | None) -> Terms | None:
    """Of a campaign as it is kept."""
    return read_terms(json.loads(told)) if told else None


def find_settlements(connection: Connection, member_id: str) -> tuple[SettlementView, ...]:
    """What of a member's redemptions headquarters settles or has settled, the latest first."""
    columns = (Settlement.id, Settlement.title, Settlement.value, Settlement.currency, Settlement.reason,
               Settlement.state, Settlement.at)  # fmt: skip
    wanted = select(*columns).where(Settlement.member_id == member_id, Settlement.state != "withdrawn")
    return tuple(SettlementView(*row) for row in connection.execute(wanted.order_by(Settlement.at.desc()).limit(10)))


def floor_of(connection: Connection) -> int:
    """Minor units of the largest coupon that is accepted without a lease."""
    told = connection.scalar(select(FloorLimit.largest))
    return Floor().largest if told is None else told


def _offer(row: Any, basket: Basket, setting: Setting, largest: int) -> CouponOffer:
    ends = last_day(row.valid_until)
    found = judge(offer_of(row.id, row.campaign, terms_of(row.terms), ends), row.amount, row.title, basket, setting)
    late = (because("coupon_late", last=ends),) if ends < setting.today else ()
    fits = isinstance(found, Fit) and not late
    off, gift = (found.off, found.gift) if isinstance(found, Fit) else (0, "")
    why = found.reasons if isinstance(found, Misfit) else late or (found.why,)
    missing = found.missing if isinstance(found, Misfit) else 0
    return CouponOffer(
        row.id, row.title, row.campaign, row.amount, row.currency, ends, fits, off, gift, why, missing,
        bool(row.here), row.till_id is None and off <= largest, None if row.here else row.till_name,
    )  # fmt: skip


def _coming(
    connection: Connection, portrait: MemberPortrait, basket: Basket, issuing: tuple[Issuing, ...]
) -> tuple[str, ...]:
    """The titles of what headquarters will issue for this visit, as far as this till can tell: it issues nothing, and
    headquarters goes by the tier that it has named itself."""
    rules = {each.rule.campaign: each for each in issuing if not each.rule.when and not each.rule.joining}
    if not rules:
        return ()
    whose = Coupon.member_id == portrait.member_id
    had = connection.execute(select(Coupon.id, Coupon.campaign, Coupon.issued_at).where(whose))
    before = [Issued(row.id, row.issued_at.astimezone().date(), row.campaign) for row in had if row.issued_at]
    subject = Subject(portrait.rules.subject.today, portrait.known.person, portrait.known.facts)
    found = due([each.rule for each in rules.values()], subject, basket, before)
    return tuple(rules[each.campaign].title for each in found)
