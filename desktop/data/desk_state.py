"""Tables that never leave the till: half-typed drafts and the deeds that can be undone."""

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from desktop.data.base import Base, UtcTime


class Draft(Base):
    """What a clerk was typing, by form; survives a crash."""

    __tablename__ = "draft"

    name: Mapped[str] = mapped_column(primary_key=True)
    body: Mapped[bytes]
    at: Mapped[datetime] = mapped_column(UtcTime)


class Deed(Base):
    """A deed and the events that take it back (JSON list of [kind, fields, and of the event taken back ep and n]); none
    means it cannot be undone."""

    __tablename__ = "deed"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    name: Mapped[str]
    inverse: Mapped[bytes]
    at: Mapped[datetime] = mapped_column(UtcTime)
