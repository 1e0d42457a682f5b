"""Events about content: what a guide showed or sent to a member, and whether they answered."""

from dataclasses import dataclass
from typing import ClassVar

from desktop.event import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class ContentEvent(Event):
    """Something happened to one use of a piece of content."""

    row: ClassVar[str] = "content_use"
    key: ClassVar[str] = "use_id"
    use_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ContentUsed(ContentEvent):
    """A member was told it. how: message or store."""

    content_id: str
    member_id: str
    how: str
    visit_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ContentAnswered(ContentEvent):
    """They answered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ContentTakenBack(ContentEvent):
    """They were not told it after all; that wins."""
