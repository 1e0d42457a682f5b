"""What till and hub both read of a campaign: its terms, whom it is for, what one of its coupons does to a basket."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from desktop.rules.coupon_issue import IssueRule
from desktop.rules.coupon_terms import Basket, Fit, Misfit, Offer, Setting, Terms, fits
from desktop.rules.shape import build
from desktop.rules.why import Amount, because


def campaign_id(name: str) -> str:
    """The row of a campaign, by the name that its coupons carry."""
    return _named("campaign", name)


def coupon_id(name: str, member_id: str, occasion: str) -> str:
    """The one coupon that a member gets of a campaign on an occasion, however often that is looked at."""
    return _named("coupon", f"{name}:{member_id}:{occasion}")


def read_terms(told: Mapping[str, Any]) -> Terms:
    """From JSON. Raises ShapeError, whose text says where it is wrong."""
    return build(Terms, dict(told))


def read_issue(name: str, told: Mapping[str, Any]) -> IssueRule:
    """Who gets a coupon of this campaign. Raises ShapeError."""
    return build(IssueRule, {"campaign": name, **told})


def judge(coupon: Offer | None, amount: int, gift: str, basket: Basket, setting: Setting) -> Fit | Misfit:
    """What a coupon does for a basket. One of a campaign without terms (None) takes off its ``amount``, whatever is
    bought; without an amount it is good for the ``gift`` that it names."""
    if coupon is not None:
        return fits(coupon, basket, setting)
    if amount:
        cost = sum(line.cost for line in basket.lines)
        return Fit(amount, "", because("coupon_plain", off=Amount(amount), cost=Amount(cost)))
    return Fit(0, gift, because("coupon_gift", gift=gift))


def offer_of(coupon_id: str, campaign: str, terms: Terms | None, expires: date) -> Offer | None:
    """A coupon as it is held; None where its campaign told no terms."""
    return Offer(coupon_id, campaign, terms, expires) if terms else None


def _named(kind: str, name: str) -> str:
    return str(uuid5(NAMESPACE_URL, f"urn:storeguide:{kind}:{name}"))
