"""What the hub lets in about what is worth money, and about what is still to be done: the data of these events."""

from typing import Annotated, Literal

from msgspec import Meta

from desktop.rules.tasks import Contacted, Outcome
from sync.hub.payloads import Count, Day, Label, Note, Payload, Value
from sync.protocol import Id

Amount = Annotated[int, Meta(gt=0, lt=2**31)]
Signed = Annotated[str, Meta(max_length=2000)]


class MemberAssigned(Payload, frozen=True, kw_only=True):
    """A member got another guide."""

    member_id: Id
    guide_id: Id | None
    base: Id | None


class CouponPayload(Payload, frozen=True, kw_only=True):
    """Something happened to a coupon."""

    coupon_id: Id
    redemption_id: Id
    member_id: Id
    visit_id: Id


class CouponRedeemed(CouponPayload, frozen=True, kw_only=True):
    """It was accepted at the counter."""

    lease_id: Id | None = None
    signed: Signed | None = None
    value: Annotated[int, Meta(ge=0, lt=2**31)] | None = None


class RedemptionReversed(CouponPayload, frozen=True, kw_only=True):
    """It was given back."""


class GiftGiven(Payload, frozen=True, kw_only=True):
    """Pieces of a quota were given."""

    gift_id: Id
    quota_id: Id
    lease_id: Id
    signed: Signed
    amount: Amount = 1
    member_id: Id | None = None
    visit_id: Id | None = None


class GiftReturned(Payload, frozen=True, kw_only=True):
    """They were not taken after all."""

    gift_id: Id
    quota_id: Id


class PointsReversed(Payload, frozen=True, kw_only=True):
    """What was earned by something that was brought back, or never was, is taken off."""

    entry_id: Id
    member_id: Id
    amount: Amount
    reason: Label
    visit_id: Id | None = None


class PointsEarned(Payload, frozen=True, kw_only=True):
    """A line of the ledger."""

    entry_id: Id
    member_id: Id
    amount: Amount
    reason: Label
    visit_id: Id | None = None
    gives_back: Id | None = None


class PointsSpent(Payload, frozen=True, kw_only=True):
    """A line of the ledger too."""

    entry_id: Id
    member_id: Id
    amount: Amount
    reason: Label
    lease_id: Id
    signed: Signed


class LeasePayload(Payload, frozen=True, kw_only=True):
    """A right to spend is spoken of."""

    lease_id: Id
    of: Literal["coupon", "quota", "points", "voucher"]
    object_id: Id


class LeaseAsked(LeasePayload, frozen=True, kw_only=True):
    """The till would like to have so much left of it."""

    amount: Amount
    signed: Signed | None = None


class LeaseReturned(LeasePayload, frozen=True, kw_only=True):
    """The till gives back what is beyond ``spent``: what it has spent by now, and of gifts what it keeps to give."""

    spent: Annotated[int, Meta(ge=0, lt=2**31)]
    signed: Signed


class TaskPayload(Payload, frozen=True, kw_only=True):
    """Something happened to a task."""

    task_id: Id


class TaskOpened(TaskPayload, frozen=True, kw_only=True):
    """There is something to do."""

    member_id: Id
    title: Annotated[str, Meta(min_length=1, max_length=200)]
    due: Day
    until: Day | None = None
    rule: Label | None = None
    purpose: Label | None = None
    figures: Annotated[dict[Label, Value | Count], Meta(max_length=16)] = {}
    facts: Annotated[tuple[Id, ...], Meta(max_length=200)] = ()


class TaskPostponed(TaskPayload, frozen=True, kw_only=True):
    """It is due on another day."""

    due: Day


class TaskCancelled(TaskPayload, frozen=True, kw_only=True):
    """It need not be done."""


class TaskDone(TaskPayload, frozen=True, kw_only=True):
    """It was done."""

    outcome: Outcome = "done"
    contact: Contacted | None = None
    note: Note = ""
