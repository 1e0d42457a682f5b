"""What to show a member next: at most three products, from what this till knows, each with its reasons."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import BindParameter, Connection, bindparam, func, select

from desktop.data.catalogue import Gtin, Product
from desktop.data.portraits import BoughtTogether
from desktop.rules.consent import PERSONAL, agreed
from desktop.rules.facts import Purchase, Trial
from desktop.rules.replenishment import supplies
from desktop.rules.suggestions import Asked, Candidate, Pair, suggestions
from desktop.rules.why import Why
from desktop.views.portrait import MemberPortrait

_IDS: BindParameter[list[str]] = bindparam("ids", expanding=True)
_MOST = 60  # pairs that are looked at: the strongest
_PAIRS = (
    select(BoughtTogether.given, BoughtTogether.product, BoughtTogether.percent, BoughtTogether.among)
    .where(BoughtTogether.given.in_(_IDS))
    .order_by(BoughtTogether.percent.desc(), BoughtTogether.product)
    .limit(_MOST)
)
_PRODUCTS = (
    select(
        Product.id, func.min(Gtin.gtin).label("gtin"), Product.name, Product.price, Product.currency, Product.category,
        Product.lasts,
    )
    .join(Gtin, Gtin.product_id == Product.id)
    .where(Product.id.in_(_IDS))
    .group_by(Product.id)
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class SuggestionView:
    """One product. price: minor units. reasons: the strongest first; names: of the products in them, by id."""

    product_id: str
    gtin: str
    name: str
    price: int | None
    currency: str | None
    reasons: tuple[Why, ...]
    names: dict[str, str]


def find_suggestions(connection: Connection, portrait: MemberPortrait, today: date) -> tuple[SuggestionView, ...]:
    """The best; none for a member who has not agreed to be advised by what is known of them."""
    if not agreed(portrait.known.consents, PERSONAL):
        return ()
    facts = portrait.known.facts
    bought = {fact.product for fact in facts if isinstance(fact, Purchase) and fact.quantity > 0}
    pairs = tuple(Pair(*row) for row in connection.execute(_PAIRS, {"ids": list(bought)}))
    wanted = bought | {fact.product for fact in facts if isinstance(fact, Trial)} | {pair.product for pair in pairs}
    products: dict[str, Any] = {row.id: row for row in connection.execute(_PRODUCTS, {"ids": list(wanted)})}
    lasts = {row.id: row.lasts for row in products.values() if row.lasts}
    asked = Asked(
        today, facts, tuple(Candidate(row.id, row.category or "") for row in products.values()), pairs,
        tuple(supplies(today, facts, lasts)),
    )  # fmt: skip
    names = {row.id: row.name for row in products.values()} | portrait.known.names
    return tuple(
        SuggestionView(each.product, row.gtin, row.name, row.price, row.currency, each.reasons, names)
        for each in suggestions(asked, portrait.shop.definitions.suggestions)
        if (row := products[each.product])
    )
