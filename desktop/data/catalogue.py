"""Tables that headquarters owns: products with their GTINs, stores and guides."""

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from desktop.data.base import Base


class Product(Base):
    """Something on the shelf. price: minor units of ``currency``. lasts: days that one piece is enough for."""

    __tablename__ = "product"

    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    brand: Mapped[str | None]
    price: Mapped[int | None]
    currency: Mapped[str | None]
    category: Mapped[str | None]
    lasts: Mapped[int | None]


class Gtin(Base):
    """A GTIN-14 that leads to one product."""

    __tablename__ = "gtin"
    __table_args__ = (Index("ix_gtin_product_id", "product_id"),)

    gtin: Mapped[str] = mapped_column(primary_key=True)
    product_id: Mapped[str] = mapped_column(ForeignKey("product.id", ondelete="CASCADE"))


class Store(Base):
    """A shop of the brand."""

    __tablename__ = "store"

    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]


class Guide(Base):
    """A clerk who serves."""

    __tablename__ = "guide"

    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    store_id: Mapped[str | None]
    badge: Mapped[str | None]
    active: Mapped[bool] = mapped_column(default=True)
