"""Tables of what codes lead to besides members and GTINs: keys, rules, posters, other codes, single units, vouchers."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from desktop.data.base import Base, UtcTime


class Trust(Base):
    """The newest trust bundle whose signature by the root key this till has checked: one row, or none."""

    __tablename__ = "trust"

    id: Mapped[str] = mapped_column(primary_key=True)
    ver: Mapped[int]
    body: Mapped[str]


class RuleSet(Base):
    """Rules about labels of scales and old cards, as JSON. id: ``code_rules`` are headquarters', ``here`` this
    till's own."""

    __tablename__ = "code_rules"

    id: Mapped[str] = mapped_column(primary_key=True)
    body: Mapped[str]


class Recruit(Base):
    """A code that new members are won with: on a poster, a table card, a guide's phone. id: the code itself.

    partner: who won them; of the channel ``friend`` the member's code by which a member brings friends along.
    cost: minor units, what it came to so far; None where headquarters has not said.
    """

    __tablename__ = "recruit"
    __table_args__ = (Index("ix_recruit_partner", "partner", sqlite_where=text("partner IS NOT NULL")),)

    id: Mapped[str] = mapped_column(primary_key=True)
    channel: Mapped[str]
    label: Mapped[str]
    store_id: Mapped[str | None]
    guide_id: Mapped[str | None]
    partner: Mapped[str | None]
    active: Mapped[bool] = mapped_column(default=True)
    cost: Mapped[int | None]


class ProductCode(Base):
    """Another code of a product: of a platform, as the file of headquarters says, or as a clerk taught it."""

    __tablename__ = "product_code"
    __table_args__ = (Index("ix_product_code_code", "code"), Index("ix_product_code_product_id", "product_id"))

    id: Mapped[str] = mapped_column(primary_key=True)
    code: Mapped[str]
    product_id: Mapped[str]
    platform: Mapped[str | None]
    guide_id: Mapped[str | None]


class Item(Base):
    """One serialised unit of a product, as the hub knows it; what this till did with it stands in its lines."""

    __tablename__ = "item"
    __table_args__ = (Index("ix_item_serial", "serial"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    gtin: Mapped[str]
    serial: Mapped[str]


class Sighting(Base):
    """An item in a line of some visit, in any store. id: that of the line."""

    __tablename__ = "sighting"
    __table_args__ = (Index("ix_sighting_item_id", "item_id", "at"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    item_id: Mapped[str] = mapped_column(ForeignKey("item.id", ondelete="CASCADE"))
    action: Mapped[str]
    at: Mapped[datetime] = mapped_column(UtcTime)
    store_id: Mapped[str | None]
    guide_id: Mapped[str | None]


class Voucher(Base):
    """A voucher that was taken somewhere. state: redeemed, issued (it was given back), void."""

    __tablename__ = "voucher"

    id: Mapped[str] = mapped_column(primary_key=True)
    state: Mapped[str]
    redemption_id: Mapped[str | None]
    visit_id: Mapped[str | None]
    store_id: Mapped[str | None]
    at: Mapped[datetime | None] = mapped_column(UtcTime)
