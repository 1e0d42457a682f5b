"""Every change to coupons and gifts at this till."""

from datetime import datetime, timedelta

from sqlalchemy import func, select

from desktop.data.escrow import Campaign, Coupon, FloorLimit, Gift, Quota, Redemption
from desktop.data.projections import resolve
from desktop.data.visits import Visit
from desktop.errors import NotFound, NotNow
from desktop.escrow_events import CouponRedeemed, GiftGiven, GiftReturned, RedemptionReversed
from desktop.rules.campaigns import campaign_id, judge, offer_of
from desktop.rules.coupon_terms import Misfit
from desktop.rules.leases import Floor
from desktop.services.leases import check_amount, find_lease, moment
from desktop.services.visits import current_visit
from desktop.views.baskets import find_basket
from desktop.views.coupons import last_day, setting_of, terms_of
from desktop.views.portrait import portrait_of
from desktop.work import Work

_DAY = timedelta(days=1)


def redeem_coupon(work: Work, coupon_id: str) -> str:
    """Accept a coupon of the member who is served; gives the redemption's id.

    Offline it takes this till's lease, or the floor limit. Raises NotNow ``coupon_elsewhere`` when another till holds
    the lease, ``coupon_needs_hub`` when the floor limit is used up, ``coupon_misfit`` when its terms do not allow it.
    """
    visit = current_visit(work)
    coupon = work.session.get(Coupon, coupon_id)
    if coupon is None:
        raise NotFound("coupon_unknown")
    if visit.member_id is None or resolve(work.session, coupon.member_id) != visit.member_id:
        raise NotNow("coupon_not_theirs")
    at = moment(work)
    _check_open(coupon, at)
    value = _value(work, coupon, visit, at)
    lease = find_lease(work, "coupon", coupon.id, 1, at)
    if lease is None:
        if coupon.till_id not in (None, work.till.device_id):
            raise NotNow("coupon_elsewhere", till=coupon.till_name)
        check_floor(work, coupon.amount if value is None else value, at)
    names = {"coupon_id": coupon.id, "redemption_id": work.clock.new_id(), "member_id": visit.member_id,
             "visit_id": visit.id}  # fmt: skip
    told = {"lease_id": lease.id, "signed": lease.signed} if lease else {}
    work.note(CouponRedeemed(**names, **told, value=value), undo=RedemptionReversed(**names))
    return names["redemption_id"]


def reverse_redemption(work: Work, coupon_id: str) -> None:
    """Give a coupon that was redeemed by mistake back to its member."""
    coupon = work.session.get(Coupon, coupon_id)
    if coupon is None or coupon.redemption_id is None:
        raise NotFound("coupon_unknown")
    work.note(
        RedemptionReversed(
            coupon_id=coupon.id, redemption_id=coupon.redemption_id, member_id=coupon.member_id,
            visit_id=coupon.visit_id or "",
        )
    )  # fmt: skip


def give_gift(work: Work, quota_id: str, amount: int = 1) -> str:
    """Give pieces of a campaign's quota in the running visit; gives the gift's id.

    Raises NotNow ``gift_no_lease`` when this till's part is used up and the hub has to be asked for more.
    """
    visit = current_visit(work)
    if work.session.get(Quota, quota_id) is None:
        raise NotFound("gift_unknown")
    check_amount(amount)
    lease = find_lease(work, "quota", quota_id, amount, moment(work))
    if lease is None:
        raise NotNow("gift_no_lease")
    gift_id = work.clock.new_id()
    work.note(
        GiftGiven(
            gift_id=gift_id, quota_id=quota_id, amount=amount, member_id=visit.member_id, visit_id=visit.id,
            lease_id=lease.id, signed=lease.signed,
        ),
        undo=GiftReturned(gift_id=gift_id, quota_id=quota_id),
    )  # fmt: skip
    return gift_id


def return_gift(work: Work, gift_id: str) -> None:
    """Take back what was given by mistake."""
    gift = work.session.get(Gift, gift_id)
    if gift is None or not gift.amount:
        raise NotFound("gift_unknown")
    work.note(GiftReturned(gift_id=gift.id, quota_id=gift.quota_id))


def _value(work: Work, coupon: Coupon, visit: Visit, at: datetime) -> int | None:
    """What it takes off this basket by its campaign's terms; None where it has none."""
    connection, told = work.session.connection(), work.session.get(Campaign, campaign_id(coupon.campaign))
    if told is None:
        return None
    setting = setting_of(connection, portrait_of(connection, coupon.member_id, at.astimezone().date()), visit.id)
    ends = last_day(coupon.valid_until)
    offer = offer_of(coupon.id, coupon.campaign, terms_of(told.terms), ends)
    found = judge(offer, coupon.amount, coupon.title, find_basket(connection, visit.id), setting)
    if isinstance(found, Misfit):
        raise NotNow("coupon_misfit", missing=found.missing, currency=coupon.currency)
    return found.off


def _check_open(coupon: Coupon, at: datetime) -> None:
    if coupon.state != "issued":
        raise NotNow("coupon_used" if coupon.state == "redeemed" else "coupon_void")
    if coupon.valid_until <= at:
        raise NotNow("coupon_expired")


def check_floor(work: Work, amount: int, at: datetime, refusal: str = "coupon_needs_hub") -> None:
    """Without a lease what is small is accepted a few times: a risk headquarters has set. Raises NotNow ``refusal``."""
    row = work.session.scalars(select(FloorLimit)).first()
    floor = Floor(row.largest, row.a_day, row.in_a_row) if row else Floor()
    today = _unleased_since(work, at - _DAY)
    contact, skew = work.till.contacted_at, timedelta(milliseconds=work.till.clock_skew_ms)
    unheard = _unleased_since(work, contact - skew) if contact else today
    if not floor.bears(amount, today=today, unheard=unheard):
        raise NotNow(refusal)


def _unleased_since(work: Work, since: datetime) -> int:
    query = select(func.count(Redemption.id)).where(Redemption.leased.is_(False), Redemption.at >= since)
    return work.session.scalar(query) or 0
