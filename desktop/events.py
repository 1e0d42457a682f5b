"""Everything that can happen at a till: frozen dataclasses in the past tense.

The same object is projected onto the tables, put in the outbox and sent. Each names the one row it touches:
``row`` is that row's kind and ``row_id`` its id, so that a row from the hub can be laid under the deeds
that still wait.
"""

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


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberEnrolled(Event):
    """A person became a member. ``phone`` is E.164; ``birthday`` is MM-DD or YYYY-MM-DD."""

    row: ClassVar[str] = "member"
    key: ClassVar[str] = "member_id"
    member_id: str
    code: str
    phone: str | None
    name: str
    channel: str | None = None
    birthday: str | None = None
    card: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberAmended(Event):
    """The named fields of a member got new values; the others were left alone."""

    row: ClassVar[str] = "member"
    key: ClassVar[str] = "member_id"
    member_id: str
    fields: dict[str, str | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentGiven(Event):
    """A member agreed to one purpose, having been shown the text with this version and SHA-256.

    ``seen`` lists the withdrawals of that purpose this till knew of: a grant counts only against those.
    """

    row: ClassVar[str] = "consent"
    key: ClassVar[str] = "consent_id"
    consent_id: str
    member_id: str
    purpose: str
    text_version: str
    text_hash: str
    channel: str | None = None
    seen: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentWithdrawn(Event):
    """A member took back one purpose."""

    row: ClassVar[str] = "consent"
    key: ClassVar[str] = "consent_id"
    consent_id: str
    member_id: str
    purpose: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PreferenceNoted(Event):
    """Something was learned: ``facet`` (skin, need, budget …), ``value``, ``sentiment`` (likes, dislikes, neutral)."""

    row: ClassVar[str] = "preference"
    key: ClassVar[str] = "preference_id"
    preference_id: str
    member_id: str | None
    visit_id: str | None
    facet: str
    value: str
    sentiment: str = "likes"


@dataclass(frozen=True, slots=True, kw_only=True)
class PreferenceWithdrawn(Event):
    """A preference no longer holds, or was noted by mistake."""

    row: ClassVar[str] = "preference"
    key: ClassVar[str] = "preference_id"
    preference_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitEvent(Event):
    """Something happened in a visit."""

    row: ClassVar[str] = "visit"
    key: ClassVar[str] = "visit_id"
    visit_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitOpened(VisitEvent):
    """A guide began to serve a member, or nobody known."""

    member_id: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitJoined(VisitEvent):
    """The person served without a name turned out to be this member."""

    member_id: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LineAdded(VisitEvent):
    """A product came into the visit. ``price`` is in minor units of ``currency``, as shown at that moment."""

    line_id: str
    product_id: str
    gtin: str
    action: str
    price: int | None = None
    currency: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LineChanged(VisitEvent):
    """A line got another action; ``reason`` says why a product was declined."""

    line_id: str
    action: str
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LineRemoved(VisitEvent):
    """A line was put in by mistake."""

    line_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteWritten(VisitEvent):
    """A guide wrote a line of note."""

    note_id: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteRemoved(VisitEvent):
    """A line of note was written by mistake."""

    note_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitHeld(VisitEvent):
    """The visit was parked so that another could be served."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitRecalled(VisitEvent):
    """A parked visit was taken up again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitFinished(VisitEvent):
    """The visit ended."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitReopened(VisitEvent):
    """A finish was undone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitVoided(VisitEvent):
    """The visit was opened by mistake; void wins over everything else."""


@dataclass(frozen=True, slots=True)
class Changes:
    """What one unit of work or one page from the hub changed: pairs of row kind and id."""

    rows: frozenset[tuple[str, str]] = field(default_factory=frozenset)

    def of(self, kind: str) -> frozenset[str]:
        """The ids of the changed rows of one kind."""
        return frozenset(row_id for row, row_id in self.rows if row == kind)

    def __bool__(self) -> bool:
        return bool(self.rows)


EVENTS: dict[str, type[Event]] = {
    kind.__name__: kind
    for kind in (
        MemberEnrolled,
        MemberAmended,
        ConsentGiven,
        ConsentWithdrawn,
        PreferenceNoted,
        PreferenceWithdrawn,
        VisitOpened,
        VisitJoined,
        LineAdded,
        LineChanged,
        LineRemoved,
        NoteWritten,
        NoteRemoved,
        VisitHeld,
        VisitRecalled,
        VisitFinished,
        VisitReopened,
        VisitVoided,
    )
}
