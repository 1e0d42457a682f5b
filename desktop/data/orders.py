"""The table of what members bought by other channels: headquarters tells it, no till writes it."""

from datetime import datetime

from sqlalchemy import Index, case
from sqlalchemy.orm import Mapped, mapped_column

from desktop.data.base import Base, UtcTime


class OrderLine(Base):
    """One product of an order. title: for what no catalogue has. quantity, amount: less than 0 for what was sent back;
    amount: minor units of ``currency`` for all pieces. guide_id: who brought it.
    """

    __tablename__ = "order_line"
    __table_args__ = (Index("ix_order_line_member_id", "member_id", "at"), Index("ix_order_line_at", "at"))

    id: Mapped[str] = mapped_column(primary_key=True)
    member_id: Mapped[str]
    number: Mapped[str]
    channel: Mapped[str]
    at: Mapped[datetime] = mapped_column(UtcTime)
    product_id: Mapped[str | None]
    title: Mapped[str]
    quantity: Mapped[int]
    amount: Mapped[int]
    currency: Mapped[str]
    guide_id: Mapped[str | None]


ORDER_ACTION = case((OrderLine.quantity < 0, "returned"), else_="bought")  # as a line of a visit calls it
