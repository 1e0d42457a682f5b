"""What the counter shows of a product."""

from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, select

from desktop.data.catalogue import Gtin, Product


@dataclass(frozen=True, slots=True)
class ProductView:
    """gtin: 14 digits. price: minor units of ``currency``, None when no price is known."""

    product_id: str
    gtin: str
    name: str
    brand: str | None
    price: int | None
    currency: str | None


_BY_GTIN = (
    select(Product.id, Gtin.gtin, Product.name, Product.brand, Product.price, Product.currency)
    .join(Gtin, Gtin.product_id == Product.id)
    .where(Gtin.gtin == bindparam("gtin"))
)


def find_product(connection: Connection, gtin: str) -> ProductView | None:
    """The product of a GTIN-14."""
    row = connection.execute(_BY_GTIN, {"gtin": gtin}).first()
    return ProductView(*row) if row else None


def has_products(connection: Connection) -> bool:
    """Whether there is a catalogue at all."""
    return connection.scalar(select(Product.id).limit(1)) is not None


def printed_gtin(gtin: str) -> str:
    """A GTIN-14 as people know it from the pack: without the zeros that fill it up."""
    return next(
        (gtin[-length:] for length in (8, 12, 13) if not gtin[:-length].strip("0") and gtin[-length] != "0"), gtin[-13:]
    )
