"""Coupons that members are due: at the end of a visit by its basket and their tier, on a day by their birthday, once
for joining.

A coupon's id follows from campaign, member and occasion: looked at twice, it is issued once.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Literal, NamedTuple

from desktop.rules.campaigns import campaign_id, coupon_id, read_issue, read_terms
from desktop.rules.conditions import Subject
from desktop.rules.coupon_issue import Issued, due
from desktop.rules.coupon_terms import Basket
from desktop.rules.facts import Fact, Person, Purchase, Trial, VisitDay
from sync.escrow_rows import CampaignRow, CouponRow
from sync.hub.baskets import basket_of
from sync.hub.coupons import issue_coupon
from sync.hub.deeds import HOME_ZONE, Deed
from sync.hub.documents import Document, Documents, Meta
from sync.hub.leases import owned
from sync.hub.members import find_member
from sync.hub.unpublished import Shelf
from sync.protocol import MemberRow, ProductRow, VisitRow
from sync.service_rows import OrderRow

CURRENCY = "CNY"
Occasional = Literal["visit", "day", "joining"]
ISSUING = "issuing"  # the shelf of campaigns that issue


def issue_after(documents: Documents, deed: Deed, visit: Document[VisitRow]) -> None:
    """What a member is due for a visit that is finished."""
    campaigns = campaigns_that_issue(documents, "visit")
    member = find_member(documents, visit.body.member_id) if visit.body.member_id else None
    if campaigns and member:
        today = visit.body.started_at.astimezone(HOME_ZONE).date()
        basket = basket_of(documents, visit.id, CURRENCY)
        issue(documents, deed, member, campaigns, Occasion(visit.id, today, basket, visit.meta.told))


class Occasion(NamedTuple):
    """Why it is looked at now: a visit, or a year's day; what was bought in it; the id it was told of, if that is not
    the member's."""

    name: str
    today: date
    basket: Basket = Basket(CURRENCY)
    told: str | None = None


def issue(
    documents: Documents, deed: Deed, member: Document[MemberRow], campaigns: list[CampaignRow], occasion: Occasion
) -> int:
    """Give a member what they are due; how many coupons that was."""
    rules = [read_issue(each.name, each.issue or {}) for each in campaigns]
    subject = Subject(occasion.today, _person(member), facts_of(documents, member.id))
    given = 0
    for each in due(rules, subject, occasion.basket, _before(documents, member.id)):
        campaign = next(one for one in campaigns if one.name == each.campaign)
        given += _give(documents, deed, member, campaign, occasion)
    return given


def campaigns_that_issue(documents: Documents, occasion: Occasional) -> list[CampaignRow]:
    """Those with a rule for such an occasion, in the order in which they came."""
    shelf = documents.consult(Shelf, ISSUING)
    found = [documents.consult(CampaignRow, campaign_id(name)) for name in (shelf.body.names if shelf else ())]
    return [each.body for each in found if each and _occasion_of(each.body.issue or {}) == occasion]


def _occasion_of(issue: dict[str, Any]) -> Occasional:
    return "joining" if issue.get("joining") else "day" if issue.get("when") else "visit"


def facts_of(documents: Documents, member_id: str) -> tuple[Fact, ...]:
    """What the rules read of a member, out of the visits and orders that the hub knows."""
    found: list[Fact] = []
    for visit in owned(documents, VisitRow, member_id):
        day = visit.body.started_at.astimezone(HOME_ZONE).date()
        if visit.body.state == "finished":
            found.append(VisitDay(visit.id, day, mood=visit.body.mood))
        for line in visit.body.lines if visit.body.state != "void" else ():
            product = documents.consult(ProductRow, line.product_id)
            category = product.body.category or "" if product else ""
            if line.action in ("bought", "returned"):
                sign = 1 if line.action == "bought" else -1
                found.append(Purchase(line.id, day, sign * (line.price or 0), line.product_id, category, sign))
            elif line.action == "tried":
                found.append(Trial(line.id, day, line.product_id, category))
    return (*found, *_ordered(documents, member_id))


def _ordered(documents: Documents, member_id: str) -> Iterator[Purchase]:
    for each in owned(documents, OrderRow, member_id):
        order = each.body
        product = documents.consult(ProductRow, order.product_id) if order.product_id else None
        yield Purchase(
            each.id, order.at.astimezone(HOME_ZONE).date(), order.amount, order.product_id or order.title,
            product.body.category or "" if product else "", order.quantity, order.channel,
        )  # fmt: skip


def _give(
    documents: Documents, deed: Deed, member: Document[MemberRow], campaign: CampaignRow, occasion: Occasion
) -> int:
    new = coupon_id(campaign.name, occasion.told or member.id, occasion.name)
    terms, last = read_terms(campaign.terms), occasion.today + timedelta(campaign.lasts_days)
    if documents.get(CouponRow, new) or (terms.last_day and terms.last_day < occasion.today):
        return 0
    ends = datetime.combine(min(last, terms.last_day or last), time(), HOME_ZONE) + timedelta(days=1)
    amount = terms.off if terms.kind == "amount" else terms.most or 0
    body = CouponRow(
        member_id=member.id, campaign=campaign.name, title=campaign.title, amount=amount, currency=terms.currency,
        valid_until=ends.astimezone(UTC), issued_at=deed.at,
    )  # fmt: skip
    issue_coupon(documents, deed, Document(new, body, Meta(told=occasion.told), member.id))
    return 1


def _before(documents: Documents, member_id: str) -> list[Issued]:
    coupons = owned(documents, CouponRow, member_id)
    return [
        Issued(each.id, each.body.issued_at.astimezone(HOME_ZONE).date(), each.body.campaign)
        for each in coupons
        if each.body.issued_at
    ]


def _person(member: Document[MemberRow]) -> Person:
    body = member.body
    return Person(
        member.id, body.birthday or "", body.gender or "", body.channel or "", body.store_id or "", body.tier or ""
    )
