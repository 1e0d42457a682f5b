"""Tables of what a member is like, of the rules that say so, and what the events about them do."""

from datetime import datetime

import msgspec
from sqlalchemy import Index, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from desktop import portrait_events as e
from desktop.data.base import Base, UtcTime
from desktop.data.projections import Touched, project, resolve
from desktop.data.visits import Visit
from desktop.event import Stamp


class MemberTag(Base):
    """A tag that a guide set by hand; ``until`` (YYYY-MM-DD) is the first day without it."""

    __tablename__ = "tag"
    __table_args__ = (Index("ix_tag_member_id", "member_id"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    member_id: Mapped[str]
    name: Mapped[str]
    family: Mapped[str]
    until: Mapped[str | None]
    set_at: Mapped[datetime] = mapped_column(UtcTime)
    guide_id: Mapped[str | None]
    removed: Mapped[bool] = mapped_column(default=False)


class Entity(Base):
    """Something a member has. fields: JSON, what is known of it; one of which nothing is known is there no longer.

    sensitive: the names of those fields that need a consent of their own, space separated.
    """

    __tablename__ = "entity"
    __table_args__ = (Index("ix_entity_member_id", "member_id"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    member_id: Mapped[str]
    kind: Mapped[str]
    fields: Mapped[str] = mapped_column(default="{}")
    sensitive: Mapped[str] = mapped_column(default="")
    noted_at: Mapped[datetime] = mapped_column(UtcTime)


class DefinitionSet(Base):
    """Headquarters' parameters of every rule, as JSON. id: their version; effective: YYYY-MM-DD."""

    __tablename__ = "definitions"

    id: Mapped[str] = mapped_column(primary_key=True)
    effective: Mapped[str]
    body: Mapped[str]


class BoughtTogether(Base):
    """Of ``among`` members who bought ``given``, ``percent`` also bought ``product``; counted anew every day."""

    __tablename__ = "bought_together"
    __table_args__ = ({"sqlite_with_rowid": False},)

    given: Mapped[str] = mapped_column(primary_key=True)
    product: Mapped[str] = mapped_column(primary_key=True)
    percent: Mapped[int]
    among: Mapped[int]


class HighValue(Base):
    """A member of high value, by their id. score: the three bands of RFM, such as 545; counted anew every day."""

    __tablename__ = "high_value"
    __table_args__ = ({"sqlite_with_rowid": False},)

    id: Mapped[str] = mapped_column(primary_key=True)
    score: Mapped[str]
    total: Mapped[int]


@project.register
def _(event: e.TagSet, session: Session, stamp: Stamp) -> Touched:
    session.merge(
        MemberTag(
            id=event.tag_id, member_id=resolve(session, event.member_id), name=event.name, family=event.family,
            until=event.until, set_at=stamp.at, guide_id=stamp.guide_id, removed=False,
        )
    )  # fmt: skip
    return {("tag", event.tag_id), ("member", event.member_id)}


@project.register
def _(event: e.TagRemoved, session: Session, stamp: Stamp) -> Touched:  # noqa: ARG001
    tag = session.get(MemberTag, event.tag_id)
    if tag is None:
        return {("tag", event.tag_id)}
    tag.removed = True
    return {("tag", tag.id), ("member", tag.member_id)}


@project.register
def _(event: e.EntityNoted, session: Session, stamp: Stamp) -> Touched:
    held = session.get(Entity, event.entity_id)
    told = {**(msgspec.json.decode(held.fields) if held else {}), **event.fields}
    fields = {name: value for name, value in told.items() if value}
    sensitive = {*(held.sensitive.split() if held else ()), *event.sensitive} & set(fields)
    session.merge(
        Entity(
            id=event.entity_id, member_id=resolve(session, event.member_id), kind=event.kind,
            fields=msgspec.json.encode(fields).decode(), sensitive=" ".join(sorted(sensitive)), noted_at=stamp.at,
        )
    )  # fmt: skip
    return {("entity", event.entity_id), ("member", event.member_id)}


@project.register
def _(event: e.EntityRemoved, session: Session, stamp: Stamp) -> Touched:  # noqa: ARG001
    entity = session.get(Entity, event.entity_id)
    if entity is None:
        return {("entity", event.entity_id)}
    entity.fields, entity.sensitive = "{}", ""
    return {("entity", entity.id), ("member", entity.member_id)}


@project.register
def _(event: e.VisitRated, session: Session, stamp: Stamp) -> Touched:  # noqa: ARG001
    session.execute(update(Visit).where(Visit.id == event.visit_id).values(mood=event.mood))
    return {("visit", event.visit_id)}
