"""What a basket was when a coupon was redeemed, as the hub knows it, and whether the coupon's terms allow that."""

from dataclasses import replace
from datetime import timedelta

from desktop.rules.campaigns import offer_of, read_terms
from desktop.rules.coupon_terms import Basket, BasketLine, Fit, Setting, fits
from sync.escrow_rows import CampaignRow, CouponRow
from sync.hub.deeds import HOME_ZONE, Deed
from sync.hub.documents import Document, Documents
from sync.hub.members import find_member
from sync.protocol import ProductRow, VisitRow


def allows(
    documents: Documents, deed: Deed, coupon: Document[CouponRow], campaign: CampaignRow,
    *, visit_id: str, value: int | None,
) -> bool:  # fmt: skip
    """Whether the terms allow it, by the same rule as at the till, and no more was taken off than they say.

    A stage rests on all that a till knows of a member; the till's word on it counts. So does its word on a tier that
    headquarters has not told.
    """
    member = find_member(documents, coupon.body.member_id)
    tier = member.body.tier if member else None
    terms = replace(read_terms(campaign.terms), stages=frozenset())
    if not tier:
        terms = replace(terms, tiers=frozenset())
    day = deed.at.astimezone(HOME_ZONE).date()
    ends = (coupon.body.valid_until - timedelta(seconds=1)).astimezone(HOME_ZONE).date()
    offer = offer_of(coupon.id, coupon.body.campaign, terms, ends)
    basket = basket_of(documents, visit_id, coupon.body.currency)
    found = fits(offer, basket, Setting(day, deed.store_id, tier or "")) if offer else None
    return isinstance(found, Fit) and (value is None or value <= found.off)


def basket_of(documents: Documents, visit_id: str, currency: str) -> Basket:
    """What is bought in a visit, as far as it was told."""
    visit = documents.get(VisitRow, visit_id)
    lines = [line for line in visit.body.lines if line.action == "bought"] if visit else []
    told = [
        BasketLine(line.id, line.product_id, line.price or 0, _category(documents, line.product_id))
        for line in lines
        if line.currency in (None, currency)
    ]
    return Basket(currency, tuple(told))


def _category(documents: Documents, product_id: str) -> str:
    product = documents.consult(ProductRow, product_id)
    return product.body.category or "" if product else ""
