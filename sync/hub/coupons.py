"""The rules of coupons and gifts: only who holds the right gives it away, and once."""

from msgspec.structs import replace

from desktop.rules.campaigns import coupon_id
from desktop.rules.leases import CHUNK, GRACE_MS, REFILL_BELOW, lease_id
from sync.escrow_rows import CouponRow, GiftRow, LeaseRow
from sync.hub.baskets import allows
from sync.hub.deeds import Deed, Refused, in_ms
from sync.hub.documents import Document, Documents
from sync.hub.escrow_payloads import CouponRedeemed, GiftGiven, GiftReturned, RedemptionReversed
from sync.hub.grants import read_grant
from sync.hub.leases import (
    Holder,
    check_floor,
    find_thing,
    holder_at_home,
    known_coupon,
    left,
    lend,
    spend,
)
from sync.hub.members import known_by, known_member, may_be_one, serve_member
from sync.hub.settlements import campaign_of, next_use, settle, withdraw
from sync.protocol import RedirectRow

Coupon = Document[CouponRow]


def redeem_coupon(documents: Documents, deed: Deed, data: CouponRedeemed) -> None:
    """First valid wins: by the lease, or within the floor limit while no other till holds the lease."""
    coupon = _restored(documents, data)
    if data.redemption_id in (coupon.body.redemption_id, *coupon.meta.gone):
        return
    _check_is_theirs(documents, coupon, data.member_id)
    if coupon.body.state == "redeemed":
        settle(documents, deed, coupon, data, "used_twice")
        _mark_lost(documents, deed, coupon, data)
        return
    if coupon.body.state == "void" and not data.signed:  # what was promised by a lease stands
        raise Refused("coupon_void", "call_hq")
    if data.signed:
        spend(documents, deed, "coupon", coupon.id, signed=data.signed, amount=1)
    else:
        _check_floor(documents, deed, coupon, data.value)
    serve_member(documents, deed, data.member_id)
    coupon = known_coupon(documents, coupon.id)
    _check_terms(documents, deed, coupon, data)
    body = replace(coupon.body, state="redeemed", redemption_id=data.redemption_id, visit_id=data.visit_id,
                   redeemed_at=deed.at, value=data.value)  # fmt: skip
    documents.put(replace(coupon, body=body, meta=replace(coupon.meta, device=deed.device)))


def reverse_redemption(documents: Documents, deed: Deed, data: RedemptionReversed) -> None:
    """That redemption counts no more, whenever it is heard of; the till that did it has its right back, unless somebody
    else has used the coupon meanwhile."""
    coupon = known_coupon(documents, data.coupon_id)
    meta = replace(coupon.meta, gone={**coupon.meta.gone, data.redemption_id: deed.clock})
    withdraw(documents, data.redemption_id)
    if coupon.body.redemption_id != data.redemption_id:
        documents.put(replace(coupon, meta=meta))
        return
    if used := next_use(documents, coupon):
        body = replace(coupon.body, redemption_id=used.id, visit_id=used.body.visit_id, redeemed_at=used.body.at,
                       value=used.body.value)  # fmt: skip
        documents.put(replace(coupon, body=body, meta=meta))
        return
    lease = documents.get(LeaseRow, lease_id("coupon", coupon.id, str(coupon.meta.device)))
    if lease and lease.meta.spent:
        documents.put(replace(lease, meta=replace(lease.meta, spent=lease.meta.spent - 1)))
    state = "void" if coupon.body.state == "void" else "issued"
    body = replace(coupon.body, state=state, redemption_id=None, visit_id=None, redeemed_at=None,
                   value=None)  # fmt: skip
    documents.put(replace(coupon, body=body, meta=replace(meta, device=None)))


def give_gift(documents: Documents, deed: Deed, data: GiftGiven) -> None:
    """Out of the till's part of the quota, which is filled up in good time."""
    if documents.get(GiftRow, data.gift_id):
        return
    member_id = serve_member(documents, deed, data.member_id)
    lease = spend(documents, deed, "quota", data.quota_id, signed=data.signed, amount=data.amount)
    body = GiftRow(quota_id=data.quota_id, amount=data.amount, at=deed.at, member_id=member_id, visit_id=data.visit_id,
                   guide_id=deed.guide_id, lease_id=lease.id)  # fmt: skip
    documents.put(Document(data.gift_id, body, member_id=member_id, store_id=deed.store_id))
    if left(lease) < REFILL_BELOW:
        thing = find_thing(documents, "quota", data.quota_id, deed)
        lend(documents, thing, Holder(deed.device, deed.store_id), CHUNK - left(lease), deed)


def return_gift(documents: Documents, _deed: Deed, data: GiftReturned) -> None:
    """Nothing was given; the till has its right to the pieces back."""
    gift = documents.need(GiftRow, data.gift_id)
    lease = documents.get(LeaseRow, str(gift.body.lease_id))
    if lease:
        documents.put(replace(lease, meta=replace(lease.meta, spent=lease.meta.spent - gift.body.amount)))
    documents.put(replace(gift, body=replace(gift.body, amount=0)))


def issue_coupon(documents: Documents, deed: Deed, coupon: Coupon) -> None:
    """Headquarters hands a coupon to a member; a till at home holds the lease on it from the first."""
    documents.put(coupon)
    member = known_member(documents, coupon.body.member_id)
    holder = holder_at_home(documents, coupon.id, member.body.store_id)
    if holder and coupon.body.valid_until > deed.now:
        lend(documents, find_thing(documents, "coupon", coupon.id, deed), holder, 1, deed)


def _restored(documents: Documents, data: CouponRedeemed) -> Coupon:
    """The coupon; one issued after the backup that the hub was restored from comes back with its lease."""
    grant = read_grant(documents.secret, data.signed) if data.signed else None
    known = documents.get(CouponRow, data.coupon_id)
    if known is None and grant and grant.coupon and grant.object_id == data.coupon_id:
        told = grant.coupon.member_id
        member = known_member(documents, told)
        body = replace(grant.coupon, member_id=member.id)
        back = known_by(Document(data.coupon_id, body, member_id=member.id), told)
        documents.put(back)
        _drop_second_welcome(documents, back)
    return known_coupon(documents, data.coupon_id)


def _drop_second_welcome(documents: Documents, back: Coupon) -> None:
    """If joining had given it, a hub that heard of another enrolment of theirs first has given it anew."""
    owner = back.body.member_id
    ids = [owner, *(each.id for each in documents.everything_of([owner], RedirectRow))]
    welcomes = [coupon_id(back.body.campaign, each, "joining") for each in ids]
    others = (documents.get(CouponRow, each) for each in welcomes if each != back.id)
    for other in others if back.id in welcomes else ():
        if other and other.body.state == "issued":
            documents.put(replace(other, body=replace(other.body, state="void")))


def _check_is_theirs(documents: Documents, coupon: Coupon, member_id: str) -> None:
    if not may_be_one(documents, member_id, coupon.body.member_id):
        raise Refused("coupon_not_theirs", "call_hq")


def _check_terms(documents: Documents, deed: Deed, coupon: Coupon, data: CouponRedeemed) -> None:
    """The same rule as at the till. What was promised by a lease stands, and headquarters settles it."""
    campaign = campaign_of(documents, coupon)
    if campaign and not allows(documents, deed, coupon, campaign, visit_id=data.visit_id, value=data.value):
        if not data.signed:
            raise Refused("coupon_terms", "call_hq")
        settle(documents, deed, coupon, data, "terms")


def _mark_lost(documents: Documents, deed: Deed, coupon: Coupon, data: CouponRedeemed) -> None:
    """That redemption is settled apart; the coupon goes out anew, so that its till shows whose it is."""
    meta = replace(coupon.meta, gone={**coupon.meta.gone, data.redemption_id: deed.clock})
    documents.put(replace(coupon, meta=meta))


def _check_floor(documents: Documents, deed: Deed, coupon: Coupon, value: int | None) -> None:
    """Without a lease: not after its day, and only if that is allowed at all."""
    if in_ms(deed.at) > in_ms(coupon.body.valid_until) + GRACE_MS:
        raise Refused("coupon_expired", "call_hq")
    check_floor(documents, deed, "coupon", coupon.id, coupon.body.amount if value is None else value)
