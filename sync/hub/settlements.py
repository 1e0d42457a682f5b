"""Settlements: what becomes of a redemption beside which another one stands, or that its terms did not allow."""

from typing import Literal

from msgspec.structs import replace

from desktop.rules.campaigns import campaign_id
from sync.escrow_rows import CampaignRow, CouponRow, SettlementRow
from sync.hub.deeds import Deed, Refused
from sync.hub.documents import Document, Documents, Meta
from sync.hub.escrow_payloads import CouponRedeemed
from sync.hub.leases import owned

Coupon = Document[CouponRow]
_STATES: dict[str, Literal["honoured", "reversed", "open"]] = {
    "honour": "honoured",
    "reverse": "reversed",
    "ask": "open",
}


def campaign_of(documents: Documents, coupon: Coupon) -> CampaignRow | None:
    """What headquarters said of a coupon's campaign."""
    found = documents.consult(CampaignRow, campaign_id(coupon.body.campaign))
    return found.body if found else None


def settle(
    documents: Documents, deed: Deed, coupon: Coupon, data: CouponRedeemed, reason: Literal["used_twice", "terms"]
) -> None:
    """Write down, for both ends to see, what headquarters does about it. Raises Refused ``coupon_used`` where it has
    said nothing of the campaign, and ``schema_invalid`` for the id of another coupon's redemption."""
    campaign = campaign_of(documents, coupon)
    if campaign is None:
        raise Refused("coupon_used", "call_hq")
    known = documents.get(SettlementRow, data.redemption_id)
    if known and known.body.coupon_id != coupon.id:
        raise Refused("schema_invalid", "call_hq")
    body = SettlementRow(
        coupon_id=coupon.id, member_id=coupon.body.member_id, visit_id=data.visit_id, reason=reason,
        state=_STATES[campaign.policy], title=coupon.body.title, currency=coupon.body.currency, at=deed.at,
        value=coupon.body.amount if data.value is None else data.value, guide_id=deed.guide_id,
        store_id=deed.store_id,
    )  # fmt: skip
    meta = Meta(told=coupon.meta.told)  # it goes where its coupon goes
    documents.put(Document(data.redemption_id, body, meta, coupon.member_id, deed.store_id))


def withdraw(documents: Documents, redemption_id: str) -> None:
    """The clerk took that redemption back: there is nothing to settle."""
    found = documents.get(SettlementRow, redemption_id)
    if found:
        documents.put(replace(found, body=replace(found.body, state="withdrawn")))


def next_use(documents: Documents, coupon: Coupon) -> Document[SettlementRow] | None:
    """The first of the redemptions that stood beside the one that counted, which is taken back: it is the coupon's one
    use from now on, and honoured as any."""
    beside = [
        each for each in owned(documents, SettlementRow, str(coupon.member_id))
        if (each.body.coupon_id, each.body.reason) == (coupon.id, "used_twice") and each.body.state != "withdrawn"
    ]  # fmt: skip
    first = min(beside, key=lambda each: (each.body.at, each.id), default=None)
    if first:
        documents.put(replace(first, body=replace(first.body, state="honoured")))
    return first


def decide(documents: Documents, redemption_id: str, *, honour: bool) -> bool:
    """Headquarters' word on an open settlement; whether there is one."""
    found = documents.get(SettlementRow, redemption_id)
    if found is None or found.body.state == "withdrawn":
        return False
    state: Literal["honoured", "reversed"] = "honoured" if honour else "reversed"
    if found.body.state != state:
        documents.put(replace(found, body=replace(found.body, state=state)))
    return True
