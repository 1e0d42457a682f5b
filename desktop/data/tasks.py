"""Tables of what is still to be done: care tasks, and values of a member that two people wrote at once."""

from datetime import datetime

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from desktop.data.base import Base, UtcTime
from desktop.rules.tasks import TaskState


class Task(Base):
    """Something to do for a member by a day (YYYY-MM-DD). state: open, cancelled, done."""

    __tablename__ = "task"
    __table_args__ = (Index("ix_task_member_id", "member_id"), Index("ix_task_state_due", "state", "due"))

    id: Mapped[str] = mapped_column(primary_key=True)
    member_id: Mapped[str]
    title: Mapped[str]
    due: Mapped[str]
    state: Mapped[TaskState] = mapped_column(String)
    guide_id: Mapped[str | None]


class Review(Base):
    """Two people wrote a member's field without knowing of each other: ``kept`` stands, ``lost`` does not.

    settled: somebody who had seen it has written the field since.
    """

    __tablename__ = "review"
    __table_args__ = (Index("ix_review_member_id", "member_id"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    member_id: Mapped[str]
    field: Mapped[str]
    kept: Mapped[str]
    lost: Mapped[str]
    at: Mapped[datetime] = mapped_column(UtcTime)
    settled: Mapped[bool] = mapped_column(default=False)
