"""Events about what is worth money (coupons, gifts, points and their leases), and about what is still to be done."""

from dataclasses import dataclass, field
from typing import ClassVar

from desktop.event import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberAssigned(Event):
    """A member got another guide; ``base`` is the one the clerk saw, None for nobody."""

    row: ClassVar[str] = "member"
    key: ClassVar[str] = "member_id"
    member_id: str
    guide_id: str | None
    base: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CouponEvent(Event):
    """Something happened to a coupon of a member. ``redemption_id`` names one taking of it."""

    row: ClassVar[str] = "coupon"
    key: ClassVar[str] = "coupon_id"
    coupon_id: str
    redemption_id: str
    member_id: str
    visit_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CouponRedeemed(CouponEvent):
    """A coupon was accepted at the counter: by this till's lease, ``signed`` by the hub, or within the floor limit.

    value: minor units that it took off, None where its campaign has no terms.
    """

    lease_id: str | None = None
    signed: str | None = None
    value: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RedemptionReversed(CouponEvent):
    """A coupon was given back to the member: that redemption was a mistake."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GiftGiven(Event):
    """So many pieces of a campaign's quota were given, by this till's lease."""

    row: ClassVar[str] = "gift"
    key: ClassVar[str] = "gift_id"
    gift_id: str
    quota_id: str
    lease_id: str
    signed: str
    amount: int = 1
    member_id: str | None = None
    visit_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GiftReturned(Event):
    """What was given was not taken after all; the pieces are this till's to give again."""

    row: ClassVar[str] = "gift"
    key: ClassVar[str] = "gift_id"
    gift_id: str
    quota_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PointsReversed(Event):
    """A line of the ledger below zero: what was earned by something that was brought back, or never was.

    visit_id: of the visit that had earned it.
    """

    row: ClassVar[str] = "points"
    key: ClassVar[str] = "entry_id"
    entry_id: str
    member_id: str
    amount: int
    reason: str
    visit_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PointsEarned(Event):
    """A line of a member's ledger of points. visit_id: of the visit that earned it. gives_back: the line of a spending
    that was a mistake."""

    row: ClassVar[str] = "points"
    key: ClassVar[str] = "entry_id"
    entry_id: str
    member_id: str
    amount: int
    reason: str
    visit_id: str | None = None
    gives_back: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PointsSpent(Event):
    """A line too; ``amount`` is above zero and within this till's lease."""

    row: ClassVar[str] = "points"
    key: ClassVar[str] = "entry_id"
    entry_id: str
    member_id: str
    amount: int
    reason: str
    lease_id: str
    signed: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaseEvent(Event):
    """Till and hub speak of a right to spend. ``of``: coupon, quota, points."""

    row: ClassVar[str] = "lease"
    key: ClassVar[str] = "lease_id"
    lease_id: str
    of: str
    object_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaseAsked(LeaseEvent):
    """The till would like to have ``amount`` left of it, and for a full term again; ``signed``: what it has by now."""

    amount: int
    signed: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaseReturned(LeaseEvent):
    """The till will have spent no more than ``spent`` under it when all is done: what is beyond that is given back."""

    spent: int
    signed: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskEvent(Event):
    """Something happened to a task."""

    row: ClassVar[str] = "task"
    key: ClassVar[str] = "task_id"
    task_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskOpened(TaskEvent):
    """There is something to do for a member by ``due`` (YYYY-MM-DD), and no sense in it after ``until``.

    rule: which one made it, of ``desktop.rules.care``, because of ``figures`` and the rows with the ids ``facts``; None
    if a guide wrote it. purpose: what the member must have agreed to.
    """

    member_id: str
    title: str
    due: str
    until: str | None = None
    rule: str | None = None
    purpose: str | None = None
    figures: dict[str, str | int] = field(default_factory=dict)
    facts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskPostponed(TaskEvent):
    """It is due on another day."""

    due: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskCancelled(TaskEvent):
    """It need not be done."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskDone(TaskEvent):
    """It was done; that wins, whoever cancelled it. outcome: what came of it; contact: how the member was reached."""

    outcome: str = "done"
    contact: str | None = None
    note: str = ""
