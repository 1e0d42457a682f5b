"""What every event is made of, and what one unit of work changed."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """A deed at the till. ``row`` and ``key`` say which row it touches."""

    row: ClassVar[str]
    key: ClassVar[str]
    version: ClassVar[int] = 1

    @property
    def row_id(self) -> str:
        """The id of the one row this event touches."""
        return str(getattr(self, self.key))


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamp:
    """Who did a deed, where and when; the same for every event of one unit of work.

    at: the till's wall clock, UTC. hlc: the hybrid logical clock, sortable text.
    """

    at: datetime
    hlc: str
    guide_id: str | None
    store_id: str | None


@dataclass(frozen=True, slots=True)
class Changes:
    """What one unit of work or one page from the hub changed: pairs of row kind and id.

    number: of the commit, counted since the desk was opened.
    """

    rows: frozenset[tuple[str, str]] = field(default_factory=frozenset)
    number: int = 0

    def of(self, kind: str) -> frozenset[str]:
        """The ids of the changed rows of one kind."""
        return frozenset(row_id for row, row_id in self.rows if row == kind)

    def __bool__(self) -> bool:
        return bool(self.rows)
