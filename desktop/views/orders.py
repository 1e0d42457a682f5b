"""What a member bought by other channels, one product of an order at a time."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import BindParameter, Connection, bindparam, func, select

from desktop.data.catalogue import Guide, Product
from desktop.data.orders import OrderLine
from desktop.views.lookup import current_id


@dataclass(frozen=True, slots=True)
class Ordered:
    """pieces, price: less than 0 for what was sent back; price: minor units of ``currency`` for all of them. guide: who
    brought it."""

    at: datetime
    channel: str
    number: str
    product: str
    pieces: int
    price: int
    currency: str
    guide: str | None


_ID: BindParameter[str] = bindparam("member_id")
_ORDERS = (
    select(
        OrderLine.at, OrderLine.channel, OrderLine.number, func.coalesce(Product.name, OrderLine.title),
        OrderLine.quantity, OrderLine.amount, OrderLine.currency, Guide.name,
    )
    .outerjoin(Product, Product.id == OrderLine.product_id)
    .outerjoin(Guide, Guide.id == OrderLine.guide_id)
    .where(OrderLine.member_id == _ID)
    .order_by(OrderLine.at.desc(), OrderLine.id.desc())
    .limit(bindparam("limit"))
)  # fmt: skip


def orders_of(connection: Connection, member_id: str, limit: int) -> tuple[Ordered, ...]:
    """The latest first."""
    about = {"member_id": current_id(connection, member_id), "limit": limit}
    return tuple(Ordered(*row) for row in connection.execute(_ORDERS, about))
