"""Events about what a member is like: tags set by hand, what they have (a pet, a skin), how content they left."""

from dataclasses import dataclass
from typing import ClassVar

from desktop.event import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class TagSet(Event):
    """A guide said what a member is like, in one word of a family; ``until`` (YYYY-MM-DD) is the first day without."""

    row: ClassVar[str] = "tag"
    key: ClassVar[str] = "tag_id"
    tag_id: str
    member_id: str
    name: str
    family: str = "base"
    until: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TagRemoved(Event):
    """That very setting of a tag no longer holds; one that nobody here had heard of stays."""

    row: ClassVar[str] = "tag"
    key: ClassVar[str] = "tag_id"
    tag_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EntityNoted(Event):
    """Fields of something a member has got new values, "" is none; the others were left alone.

    ``kind`` and fields are the trade's. ``sensitive``: those of the fields that the law asks a consent of its own for.
    """

    row: ClassVar[str] = "entity"
    key: ClassVar[str] = "entity_id"
    entity_id: str
    member_id: str
    kind: str
    fields: dict[str, str]
    sensitive: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class EntityRemoved(Event):
    """The member does not have it any more: whatever was noted of it until now goes."""

    row: ClassVar[str] = "entity"
    key: ClassVar[str] = "entity_id"
    entity_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitRated(Event):
    """The person served said how content they leave, 1 to 5; 0 takes it back."""

    row: ClassVar[str] = "visit"
    key: ClassVar[str] = "visit_id"
    visit_id: str
    mood: int
