"""What a coupon takes off a basket, or every reason why it does not fit.

A coupon is judged by the lines it is good for: its threshold is theirs, and it never takes off more than they cost.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from desktop.rules.why import Amount, Why, because


@dataclass(frozen=True, slots=True)
class Terms:
    """What a campaign's coupons do, and where.

    off: minor units for ``amount``, percent for ``percent`` (20 is 八折). most: no more than so much off. gift: what
    is given. threshold: minor units of fitting lines. An empty set allows all. per_basket: coupons of this campaign in
    one basket; alone: none of another campaign beside it.
    """

    kind: Literal["amount", "percent", "gift"]
    currency: str
    off: int = 0
    most: int | None = None
    gift: str = ""
    threshold: int = 0
    products: frozenset[str] = frozenset()
    categories: frozenset[str] = frozenset()
    stores: frozenset[str] = frozenset()
    tiers: frozenset[str] = frozenset()
    stages: frozenset[str] = frozenset()
    first_day: date | None = None
    last_day: date | None = None
    per_basket: int = 1
    alone: bool = False

    def __post_init__(self) -> None:
        if self.kind == "percent" and not 0 < self.off <= 100:
            raise ValueError("a percentage is 1 to 100")
        if self.kind == "amount" and self.off <= 0:
            raise ValueError("an amount off is more than 0")
        if self.kind == "gift" and not self.gift:
            raise ValueError("a gift has a name")
        if self.threshold < 0 or self.per_basket < 1:
            raise ValueError("a threshold is not below 0, and a basket takes at least one")


@dataclass(frozen=True, slots=True)
class BasketLine:
    """One line of what is about to be bought. price: minor units of one piece."""

    id: str
    product: str
    price: int
    category: str = ""
    quantity: int = 1

    @property
    def cost(self) -> int:
        """Of all pieces."""
        return self.price * self.quantity


@dataclass(frozen=True, slots=True)
class Basket:
    """The lines, in one currency. used: how many coupons of each campaign were accepted for it already."""

    currency: str
    lines: tuple[BasketLine, ...] = ()
    used: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Setting:
    """Where, when and for whom."""

    today: date
    store: str = ""
    tier: str = ""
    stage: str = ""


@dataclass(frozen=True, slots=True)
class Offer:
    """A coupon as it is held. expires: its own last day, which may be before the campaign's."""

    id: str
    campaign: str
    terms: Terms
    expires: date | None = None

    @property
    def last_day(self) -> date | None:
        """The last day on which it may be used."""
        return min((day for day in (self.expires, self.terms.last_day) if day), default=None)


@dataclass(frozen=True, slots=True)
class Fit:
    """The coupon may be used. off: minor units off this basket. gift: given beside. why.facts: the fitting lines."""

    off: int
    gift: str
    why: Why


@dataclass(frozen=True, slots=True)
class Misfit:
    """The coupon may not be used now; all that stands against it. missing: what must be added to reach the threshold,
    when that alone stands in the way."""

    reasons: tuple[Why, ...]
    missing: int = 0


def fits(coupon: Offer, basket: Basket, setting: Setting) -> Fit | Misfit:
    """What ``coupon`` does for ``basket``, or every reason against it."""
    terms, lines = coupon.terms, _fitting(coupon.terms, basket)
    cost = sum(line.cost for line in lines)
    reasons = [*_not_now(coupon, setting), *_not_beside(coupon, basket)]
    if basket.currency != terms.currency:
        reasons.append(because("coupon_currency", currency=terms.currency))
    elif not lines and (terms.products or terms.categories or terms.kind != "gift"):
        reasons.append(because("coupon_products"))
    if missing := max(0, terms.threshold - cost):
        short = because("coupon_threshold", threshold=Amount(terms.threshold), missing=Amount(missing))
        return Misfit((*reasons, short), 0 if reasons else missing)
    if reasons:
        return Misfit(tuple(reasons))
    off, gift = _off(terms, cost), terms.gift if terms.kind == "gift" else ""
    facts = [line.id for line in lines]
    return Fit(off, gift, because(f"coupon_{terms.kind}", facts, off=Amount(off), cost=Amount(cost), gift=gift))


def best(coupons: Iterable[Offer], basket: Basket, setting: Setting) -> list[tuple[Offer, Fit]]:
    """Those that fit, the one to take first: most off, then gifts, then what ends soonest."""
    found = [(coupon, fit) for coupon in coupons if isinstance(fit := fits(coupon, basket, setting), Fit)]
    return sorted(found, key=lambda each: (-each[1].off, not each[1].gift, each[0].last_day or date.max, each[0].id))


def _fitting(terms: Terms, basket: Basket) -> list[BasketLine]:
    anything = not (terms.products or terms.categories)
    return [
        line
        for line in basket.lines
        if line.quantity > 0 and (anything or line.product in terms.products or line.category in terms.categories)
    ]


def _not_now(coupon: Offer, setting: Setting) -> Iterable[Why]:
    terms, last = coupon.terms, coupon.last_day
    if terms.first_day and setting.today < terms.first_day:
        yield because("coupon_early", first=terms.first_day)
    if last and setting.today > last:
        yield because("coupon_late", last=last)
    if terms.stores and setting.store not in terms.stores:
        yield because("coupon_store")
    if terms.tiers and setting.tier not in terms.tiers:
        yield because("coupon_tier", tiers=" ".join(sorted(terms.tiers)))
    if terms.stages and setting.stage not in terms.stages:
        yield because("coupon_stage", stages=" ".join(sorted(terms.stages)))


def _not_beside(coupon: Offer, basket: Basket) -> Iterable[Why]:
    used = basket.used.get(coupon.campaign, 0)
    if used >= coupon.terms.per_basket:
        yield because("coupon_per_basket", limit=coupon.terms.per_basket)
    if coupon.terms.alone and sum(basket.used.values()) > used:
        yield because("coupon_alone")


def _off(terms: Terms, cost: int) -> int:
    """Halves of a minor unit are for the shop: a percentage is rounded down."""
    wanted = {"amount": terms.off, "percent": cost * terms.off // 100, "gift": 0}[terms.kind]
    return min(cost, wanted if terms.most is None else min(wanted, terms.most))
