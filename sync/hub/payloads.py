"""What the hub lets in: the envelope and the data of every event it knows, with their limits."""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from desktop.rules.wechat import WECHAT
from sync.protocol import Id

# \Z, because $ would let a line feed pass.
Code = Annotated[str, Meta(pattern=r"^[^\x00-\x1f\x7f]{1,64}\Z")]
Phone = Annotated[str, Meta(pattern=r"^\+[1-9][0-9]{3,14}\Z")]
WeChat = Annotated[str, Meta(pattern=WECHAT)]
Birthday = Annotated[str, Meta(pattern=r"^([0-9]{4}-)?[0-9]{2}-[0-9]{2}\Z")]
Name = Annotated[str, Meta(max_length=80)]
Label = Annotated[str, Meta(max_length=80)]
Value = Annotated[str, Meta(max_length=500)]
Note = Annotated[str, Meta(max_length=2000)]
Count = Annotated[int, Meta(ge=0, lt=2**53)]
Money = Annotated[int, Meta(gt=-(2**53), lt=2**53)]
Currency = Annotated[str, Meta(pattern=r"^[A-Z]{3}\Z")]
Serial = Annotated[str, Meta(pattern=r"^[^\x00-\x1f\x7f]{1,64}\Z")]
Day = Annotated[str, Meta(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")]
Action = Literal["seen", "tried", "bought", "returned", "declined"]


class Sealed(msgspec.Struct, frozen=True, kw_only=True):
    """The envelope of ``sync.protocol``, its data still closed."""

    id: Id
    dev: Id
    ep: Count
    n: Count
    hlc: Annotated[str, Meta(pattern=r"^[0-9a-f]{12}-[0-9a-f]{4}\Z")]
    wall: Count
    typ: Id
    ent: Id
    eid: Id
    data: msgspec.Raw
    v: Count = 1
    tv: Count = 1
    boot: Annotated[str, Meta(max_length=64)] = ""
    mono: Count = 0
    clk: Id | None = None
    mid: Id | None = None


class Payload(msgspec.Struct, frozen=True, kw_only=True):
    """The data of one kind of event; unknown fields are ignored."""


class MemberEnrolled(Payload, frozen=True, kw_only=True):
    """A person became a member."""

    member_id: Id
    code: Code
    phone: Phone | None
    name: Name
    channel: Label | None = None
    birthday: Birthday | None = None
    card: Code | None = None
    wechat: WeChat | None = None
    recruit: Id | None = None
    recruiter: Id | None = None


class AmendedFields(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The fields that may be amended; a field we do not know would be lost silently, so it is an error."""

    name: Name | msgspec.UnsetType | None = msgspec.UNSET
    phone: Phone | msgspec.UnsetType | None = msgspec.UNSET
    birthday: Birthday | msgspec.UnsetType | None = msgspec.UNSET
    gender: Label | msgspec.UnsetType | None = msgspec.UNSET
    channel: Label | msgspec.UnsetType | None = msgspec.UNSET
    card: Code | msgspec.UnsetType | None = msgspec.UNSET
    wechat: WeChat | msgspec.UnsetType | None = msgspec.UNSET
    contact_by: Label | msgspec.UnsetType | None = msgspec.UNSET
    contact_days: Label | msgspec.UnsetType | None = msgspec.UNSET
    contact_hours: Label | msgspec.UnsetType | None = msgspec.UNSET
    contact_gap: Label | msgspec.UnsetType | None = msgspec.UNSET
    contact_quiet: Value | msgspec.UnsetType | None = msgspec.UNSET


class MemberAmended(Payload, frozen=True, kw_only=True):
    """The named fields of a member got new values; ``base`` are those that were seen before."""

    member_id: Id
    fields: AmendedFields
    base: dict[Label, Value | None] = {}


class ConsentGiven(Payload, frozen=True, kw_only=True):
    """A member agreed to one purpose."""

    consent_id: Id
    member_id: Id
    purpose: Label
    text_version: Label
    text_hash: Label
    channel: Label | None = None
    seen: tuple[Id, ...] = ()


class ConsentWithdrawn(Payload, frozen=True, kw_only=True):
    """A member took back one purpose."""

    consent_id: Id
    member_id: Id
    purpose: Label


class MembersMerged(Payload, frozen=True, kw_only=True):
    """Two members are one person."""

    old_id: Id
    keep_id: Id
    reason: Value | None = None


class MembersSeparated(Payload, frozen=True, kw_only=True):
    """They are two after all."""

    member_id: Id


class ErasureRequested(Payload, frozen=True, kw_only=True):
    """A member wants to be forgotten."""

    member_id: Id


class ErasureCarriedOut(Payload, frozen=True, kw_only=True):
    """A till has forgotten a member."""

    member_id: Id


class PreferenceNoted(Payload, frozen=True, kw_only=True):
    """Something was learned."""

    preference_id: Id
    member_id: Id | None
    visit_id: Id | None
    facet: Label
    value: Value
    sentiment: Literal["likes", "dislikes", "neutral"] = "likes"


class PreferenceWithdrawn(Payload, frozen=True, kw_only=True):
    """A preference no longer holds."""

    preference_id: Id


class VisitPayload(Payload, frozen=True, kw_only=True):
    """Something happened in a visit."""

    visit_id: Id


class VisitOpened(VisitPayload, frozen=True, kw_only=True):
    """A guide began to serve."""

    member_id: Id | None
    code: Code | None = None


class VisitJoined(VisitPayload, frozen=True, kw_only=True):
    """The person served turned out to be this member, or nobody known after all."""

    member_id: Id | None
    code: Code | None = None


class LineAdded(VisitPayload, frozen=True, kw_only=True):
    """A product came into the visit."""

    line_id: Id
    product_id: Id
    gtin: Code
    action: Action
    price: Money | None = None
    currency: Currency | None = None
    serial: Serial | None = None
    batch: Serial | None = None
    expires_on: Day | None = None
    weight: Annotated[int, Meta(ge=0, lt=2**31)] | None = None
    reason: Value | None = None


class LineChanged(VisitPayload, frozen=True, kw_only=True):
    """A line got another action."""

    line_id: Id
    action: Action
    reason: Value | None = None


class LineRemoved(VisitPayload, frozen=True, kw_only=True):
    """A line was put in by mistake."""

    line_id: Id


class NoteWritten(VisitPayload, frozen=True, kw_only=True):
    """A guide wrote a line of note."""

    note_id: Id
    text: Note


class NoteRemoved(VisitPayload, frozen=True, kw_only=True):
    """A line of note was written by mistake."""

    note_id: Id


class VisitHeld(VisitPayload, frozen=True, kw_only=True):
    """The visit was put aside."""


class VisitRecalled(VisitPayload, frozen=True, kw_only=True):
    """It was taken up again."""


class VisitFinished(VisitPayload, frozen=True, kw_only=True):
    """It ended."""


class VisitReopened(VisitPayload, frozen=True, kw_only=True):
    """A finish was undone."""


class VisitVoided(VisitPayload, frozen=True, kw_only=True):
    """It was opened by mistake."""
