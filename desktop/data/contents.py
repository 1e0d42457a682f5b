"""Tables of content and of its uses, and what the events about it do to them."""

from datetime import datetime

from sqlalchemy import Index, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from desktop import content_events as e
from desktop.data.base import Base, UtcTime
from desktop.data.projections import Touched, project, resolve
from desktop.event import Stamp


class Content(Base):
    """Something to say: a talk track, an article, a notice. audience: a condition of ``desktop.rules.conditions`` as
    JSON, None is everybody. tags: separated by spaces. until: the last day (YYYY-MM-DD).
    """

    __tablename__ = "content"

    id: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str]
    title: Mapped[str]
    text: Mapped[str]
    tags: Mapped[str]
    pinyin: Mapped[str]
    audience: Mapped[str | None]
    until: Mapped[str | None]


class ContentUse(Base):
    """A member was told it. how: message or store. answered_at: when a guide heard an answer."""

    __tablename__ = "content_use"
    __table_args__ = (
        Index("ix_content_use_content_id", "content_id", "at"),
        Index("ix_content_use_member_id", "member_id", "at"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    content_id: Mapped[str]
    member_id: Mapped[str]
    how: Mapped[str]
    visit_id: Mapped[str | None]
    guide_id: Mapped[str | None]
    at: Mapped[datetime] = mapped_column(UtcTime)
    answered_at: Mapped[datetime | None] = mapped_column(UtcTime)
    taken_back: Mapped[bool] = mapped_column(default=False)


@project.register
def _(event: e.ContentUsed, session: Session, stamp: Stamp) -> Touched:
    session.merge(
        ContentUse(
            id=event.use_id, content_id=event.content_id, member_id=resolve(session, event.member_id), how=event.how,
            visit_id=event.visit_id, guide_id=stamp.guide_id, at=stamp.at,
        )
    )  # fmt: skip
    return {("content_use", event.use_id), ("content", event.content_id), ("member", event.member_id)}


@project.register
def _(event: e.ContentAnswered, session: Session, stamp: Stamp) -> Touched:
    first = ContentUse.answered_at.is_(None)
    session.execute(update(ContentUse).where(ContentUse.id == event.use_id, first).values(answered_at=stamp.at))
    return {("content_use", event.use_id)}


@project.register
def _(event: e.ContentTakenBack, session: Session, stamp: Stamp) -> Touched:  # noqa: ARG001
    session.execute(update(ContentUse).where(ContentUse.id == event.use_id).values(taken_back=True))
    return {("content_use", event.use_id)}
