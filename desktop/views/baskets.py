"""What is about to be bought in a visit, and where and for whom, as coupons ask for it."""

from collections import Counter

from sqlalchemy import Connection, select

from desktop.data.catalogue import Product
from desktop.data.escrow import Coupon
from desktop.data.visits import Line
from desktop.rules.coupon_terms import Basket, BasketLine

CURRENCY = "CNY"


def find_basket(connection: Connection, visit_id: str) -> Basket:
    """The bought lines of a visit in the currency that most are in, and the coupons that were redeemed in it."""
    columns = (Line.id, Line.product_id, Line.price, Line.currency, Product.category)
    bought = select(*columns).outerjoin(Product, Product.id == Line.product_id)
    rows = connection.execute(bought.where(Line.visit_id == visit_id, Line.action == "bought")).all()
    currencies = Counter(row.currency for row in rows if row.currency).most_common(1)
    currency = currencies[0][0] if currencies else CURRENCY
    lines = [
        BasketLine(row.id, row.product_id, row.price or 0, row.category or "")
        for row in rows
        if row.currency in (None, currency)
    ]
    used = connection.scalars(select(Coupon.campaign).where(Coupon.visit_id == visit_id, Coupon.state == "redeemed"))
    return Basket(currency, tuple(lines), Counter(used))
