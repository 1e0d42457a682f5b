"""What the counter shows of a product."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, bindparam, select

from desktop.data.catalogue import Gtin, Product
from desktop.data.codes import ProductCode


@dataclass(frozen=True, slots=True)
class ProductView:
    """gtin: 14 digits. price: minor units of ``currency``, None when no price is known."""

    product_id: str
    gtin: str
    name: str
    brand: str | None
    price: int | None
    currency: str | None


@dataclass(frozen=True, slots=True)
class Label:
    """What a code told of one very piece besides its product. price: minor units. weight: grams.

    serial: with the GTIN one unit in the world (一品一码).
    """

    serial: str | None = None
    batch: str | None = None
    expires_on: date | None = None
    price: int | None = None
    weight: int | None = None

    def __bool__(self) -> bool:
        return self != PLAIN


PLAIN = Label()

_BY_GTIN = (
    select(Product.id, Gtin.gtin, Product.name, Product.brand, Product.price, Product.currency)
    .join(Gtin, Gtin.product_id == Product.id)
    .where(Gtin.gtin == bindparam("gtin"))
)


def find_product(connection: Connection, gtin: str) -> ProductView | None:
    """The product of a GTIN-14."""
    row = connection.execute(_BY_GTIN, {"gtin": gtin}).first()
    return ProductView(*row) if row else None


_BY_CODE = (
    select(Product.id, Gtin.gtin, Product.name, Product.brand, Product.price, Product.currency)
    .join(Gtin, Gtin.product_id == Product.id)
    .join(ProductCode, ProductCode.product_id == Product.id)
    .where(ProductCode.code == bindparam("code"))
    .order_by(ProductCode.id, Gtin.gtin)
    .limit(1)
)


def find_product_of_code(connection: Connection, code: str) -> ProductView | None:
    """The product that another code leads to: a platform's, or one that a clerk taught."""
    row = connection.execute(_BY_CODE, {"code": code}).first()
    return ProductView(*row) if row else None


def has_products(connection: Connection) -> bool:
    """Whether there is a catalogue at all."""
    return connection.scalar(select(Product.id).limit(1)) is not None


def printed_gtin(gtin: str) -> str:
    """A GTIN-14 as people know it from the pack: without the zeros that fill it up."""
    return next(
        (gtin[-length:] for length in (8, 12, 13) if not gtin[:-length].strip("0") and gtin[-length] != "0"), gtin[-13:]
    )
