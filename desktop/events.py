"""Everything that can happen at a till: frozen dataclasses in the past tense.

The same object is projected onto the tables, put in the outbox and sent. Each names the one row it touches:
``row`` is that row's kind and ``row_id`` its id, so that a row from the hub can be laid under the deeds
that still wait.
"""

from dataclasses import dataclass, field
from typing import ClassVar

from desktop.appointment_events import (
    AppointmentBooked,
    AppointmentCancelled,
    AppointmentKept,
    AppointmentMissed,
    AppointmentMoved,
    AppointmentReopened,
)
from desktop.code_events import (
    CardForgotten,
    CardTaught,
    CodeForgotten,
    CodeTaught,
    RecruitCodeClosed,
    RecruitCodeMade,
    VoucherReturned,
    VoucherTaken,
)
from desktop.content_events import ContentAnswered, ContentTakenBack, ContentUsed
from desktop.escrow_events import (
    CouponRedeemed,
    GiftGiven,
    GiftReturned,
    LeaseAsked,
    LeaseReturned,
    MemberAssigned,
    PointsEarned,
    PointsReversed,
    PointsSpent,
    RedemptionReversed,
    TaskCancelled,
    TaskDone,
    TaskOpened,
    TaskPostponed,
)
from desktop.event import Changes as Changes
from desktop.event import Event as Event
from desktop.event import Stamp as Stamp
from desktop.lead_events import LeadAgreed, LeadAssigned, LeadJoined, LeadMoved, LeadNoted
from desktop.portrait_events import EntityNoted, EntityRemoved, TagRemoved, TagSet, VisitRated
from desktop.privacy_events import RequestMade, RequestMet


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberEnrolled(Event):
    """A person became a member. ``phone`` is E.164; ``birthday`` is MM-DD or YYYY-MM-DD; ``wechat`` as
    ``desktop.rules.wechat`` writes it.

    ``recruit``: the code that won them, ``recruiter`` the guide it is of; whose member they are then.
    """

    row: ClassVar[str] = "member"
    key: ClassVar[str] = "member_id"
    member_id: str
    code: str
    phone: str | None
    name: str
    channel: str | None = None
    birthday: str | None = None
    card: str | None = None
    wechat: str | None = None
    recruit: str | None = None
    recruiter: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberAmended(Event):
    """The named fields of a member got new values; the others were left alone. ``base``: the values the clerk saw."""

    row: ClassVar[str] = "member"
    key: ClassVar[str] = "member_id"
    member_id: str
    fields: dict[str, str | None]
    base: dict[str, str | None] = field(default_factory=dict)


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
    """A guide began to serve a member, or nobody known.

    ``code``: of the member's card, when this till does not know whose it is; the hub does, or will.
    """

    member_id: str | None
    code: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitJoined(VisitEvent):
    """The person served without a name turned out to be this member; ``code`` as in VisitOpened."""

    member_id: str | None
    code: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LineAdded(VisitEvent):
    """A product came into the visit. ``price`` is in minor units of ``currency``, as shown at that moment.

    ``serial``, ``batch``, ``expires_on`` (YYYY-MM-DD): what the code of that very unit told. ``weight``: grams.
    ``reason``: of a line that comes back, why the product was declined.
    """

    line_id: str
    product_id: str
    gtin: str
    action: str
    price: int | None = None
    currency: str | None = None
    serial: str | None = None
    batch: str | None = None
    expires_on: str | None = None
    weight: int | None = None
    reason: str | None = None


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


@dataclass(frozen=True, slots=True, kw_only=True)
class MembersMerged(Event):
    """Two members are one person: ``old_id`` leads to ``keep_id`` from now on. Only the hub merges."""

    row: ClassVar[str] = "redirect"
    key: ClassVar[str] = "old_id"
    old_id: str
    keep_id: str
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MembersSeparated(Event):
    """A merge was a mistake: the member that was merged is one of their own again."""

    row: ClassVar[str] = "redirect"
    key: ClassVar[str] = "member_id"
    member_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ErasureRequested(Event):
    """A member wants to be forgotten everywhere, for ever."""

    row: ClassVar[str] = "erasure"
    key: ClassVar[str] = "member_id"
    member_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ErasureCarriedOut(Event):
    """This till holds nothing of the erased member any more."""

    row: ClassVar[str] = "erasure"
    key: ClassVar[str] = "member_id"
    member_id: str


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
        MembersMerged,
        MembersSeparated,
        ErasureRequested,
        ErasureCarriedOut,
        MemberAssigned,
        CouponRedeemed,
        RedemptionReversed,
        GiftGiven,
        GiftReturned,
        PointsEarned,
        PointsReversed,
        PointsSpent,
        LeaseAsked,
        LeaseReturned,
        TaskOpened,
        TaskPostponed,
        TaskCancelled,
        TaskDone,
        RecruitCodeMade,
        RecruitCodeClosed,
        CodeTaught,
        CodeForgotten,
        CardTaught,
        CardForgotten,
        VoucherTaken,
        VoucherReturned,
        AppointmentBooked,
        AppointmentMoved,
        AppointmentCancelled,
        AppointmentMissed,
        AppointmentKept,
        AppointmentReopened,
        LeadNoted,
        LeadMoved,
        LeadAssigned,
        LeadAgreed,
        LeadJoined,
        ContentUsed,
        ContentAnswered,
        ContentTakenBack,
        TagSet,
        TagRemoved,
        EntityNoted,
        EntityRemoved,
        VisitRated,
        RequestMade,
        RequestMet,
    )
}
