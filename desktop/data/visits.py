"""Tables of what happens at the counter: visits with their lines and notes."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from desktop.data.base import Base, UtcTime


class Visit(Base):
    """One service of one person. state: open, held, finished, void. ``here``: opened at this till.

    code: of the member's card, when it was opened before this till knew the member.
    mood: how content they left, 1 to 5, 0 if nobody asked.
    token: which short-lived code the member has shown, as a hash; until ``verified_until`` it is surely them.
    """

    __tablename__ = "visit"
    __table_args__ = (
        Index("ix_visit_member_id", "member_id", "started_at"),
        Index("ix_visit_here_state", "here", "state"),
        Index("ix_visit_started_at", "started_at"),
        Index("ix_visit_code", "code", sqlite_where=text("member_id IS NULL AND code IS NOT NULL")),
        Index("ix_visit_token", "token", sqlite_where=text("token IS NOT NULL")),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    member_id: Mapped[str | None]
    guide_id: Mapped[str | None]
    store_id: Mapped[str | None]
    state: Mapped[str]
    started_at: Mapped[datetime] = mapped_column(UtcTime)
    finished_at: Mapped[datetime | None] = mapped_column(UtcTime)
    here: Mapped[bool] = mapped_column(default=False)
    code: Mapped[str | None]
    token: Mapped[str | None]
    verified_until: Mapped[datetime | None] = mapped_column(UtcTime)
    mood: Mapped[int] = mapped_column(default=0, server_default="0")


class Line(Base):
    """A product in a visit. action: seen, tried, bought, returned, declined (with a reason).

    gtin: 14 digits. price: minor units of ``currency``, as it was shown. serial, batch, expires_on (YYYY-MM-DD): of the
    unit, if its code told them. weight: grams, if a scale printed the label. guide_id: who put it in.
    """

    __tablename__ = "line"
    __table_args__ = (
        Index("ix_line_visit_id", "visit_id", "at"),
        Index("ix_line_sale", "at", sqlite_where=text("action IN ('bought', 'returned')")),
        Index("ix_line_serial", "serial", sqlite_where=text("serial IS NOT NULL")),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    visit_id: Mapped[str] = mapped_column(ForeignKey("visit.id", ondelete="CASCADE"))
    product_id: Mapped[str]
    gtin: Mapped[str]
    action: Mapped[str]
    reason: Mapped[str | None]
    price: Mapped[int | None]
    currency: Mapped[str | None]
    at: Mapped[datetime] = mapped_column(UtcTime)
    serial: Mapped[str | None]
    batch: Mapped[str | None]
    expires_on: Mapped[str | None]
    weight: Mapped[int | None]
    guide_id: Mapped[str | None]


class Note(Base):
    """A line of note in a visit; never edited, only removed."""

    __tablename__ = "note"
    __table_args__ = (Index("ix_note_visit_id", "visit_id", "at"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    visit_id: Mapped[str] = mapped_column(ForeignKey("visit.id", ondelete="CASCADE"))
    text: Mapped[str]
    at: Mapped[datetime] = mapped_column(UtcTime)
