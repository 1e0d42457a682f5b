"""Part of the contract of the wire: the rows of coupons, gifts, points and leases, of tasks and of reviews.

Times are RFC 3339 in UTC; money is whole minor units.
"""

from datetime import datetime
from typing import Any, Literal

from sync.protocol import Message


class CampaignRow(Message, frozen=True, kw_only=True):
    """kind campaign, scope cfg; terms and issue: as ``desktop.rules.coupon_terms`` and ``coupon_issue`` read them

    name: as its coupons say it. policy: what becomes of a redemption beside which another one stands, or that the
    terms do not allow. lasts_days: how long a coupon issued by ``issue`` is good.
    """

    name: str
    title: str
    terms: dict[str, Any]
    policy: Literal["honour", "reverse", "ask"] = "ask"
    issue: dict[str, Any] | None = None
    lasts_days: int = 30


class CouponRow(Message, frozen=True, kw_only=True):
    """kind coupon, scope st:; ``holder`` is the till that holds its lease, ``holder_name`` what people call it

    value: what it took off, in minor units. issued_at: if a rule of its campaign issued it.
    """

    member_id: str
    campaign: str
    title: str
    amount: int
    currency: str
    valid_until: datetime
    state: Literal["issued", "redeemed", "void"] = "issued"
    redemption_id: str | None = None
    visit_id: str | None = None
    redeemed_at: datetime | None = None
    holder: str | None = None
    holder_name: str | None = None
    value: int | None = None
    issued_at: datetime | None = None


class SettlementRow(Message, frozen=True, kw_only=True):
    """kind settlement, scope st:, id that of the redemption: one that another stands beside, or that the terms did not
    allow, and what headquarters does about it; ``value``: what was taken off at the counter"""

    coupon_id: str
    member_id: str
    visit_id: str
    reason: Literal["used_twice", "terms"]
    state: Literal["open", "honoured", "reversed", "withdrawn"]
    title: str
    value: int
    currency: str
    at: datetime
    guide_id: str | None = None
    store_id: str | None = None


class LeaseRow(Message, frozen=True, kw_only=True):
    """kind lease, scope dv: of the holder: the right to spend ``amount`` in all; ``signed`` says so for ever"""

    of: Literal["coupon", "quota", "points", "voucher"]
    object_id: str
    holder: str
    amount: int
    not_after: datetime
    wanted: bool = False
    signed: str = ""


class QuotaRow(Message, frozen=True, kw_only=True):
    """kind quota, scope cfg: so many pieces of a gift; ``gtin``: of a sample, handed out by scanning it"""

    title: str
    total: int
    gtin: str | None = None


class RewardRow(Message, frozen=True, kw_only=True):
    """kind reward, scope cfg: what points are exchanged for; ``quota_id``: the pieces there are, None is no limit"""

    names: dict[str, str]
    cost: int
    tiers: tuple[str, ...] = ()
    quota_id: str | None = None


class GiftRow(Message, frozen=True, kw_only=True):
    """kind gift, scope st:"""

    quota_id: str
    amount: int
    at: datetime
    member_id: str | None = None
    visit_id: str | None = None
    guide_id: str | None = None
    lease_id: str | None = None


class PointsRow(Message, frozen=True, kw_only=True):
    """kind points, scope st: a line of the ledger; below zero if they were spent or taken back

    owed: what could not be taken yet, because a till may spend it or has spent it. before: these points are over, all
    that was left of what was earned up to that day.
    """

    member_id: str
    amount: int
    reason: str
    at: datetime
    guide_id: str | None = None
    lease_id: str | None = None
    owed: int = 0
    before: str | None = None


class FloorRow(Message, frozen=True, kw_only=True):
    """kind floor, scope cfg, id floor: what may be redeemed without a lease"""

    largest: int
    a_day: int
    in_a_row: int


class TaskRow(Message, frozen=True, kw_only=True):
    """kind task, scope st:; a ``rule`` made it, because of ``figures`` and the rows ``facts``; or a guide wrote it"""

    member_id: str
    title: str
    due: str
    state: Literal["open", "cancelled", "done"] = "open"
    guide_id: str | None = None
    until: str | None = None
    rule: str | None = None
    purpose: str | None = None
    figures: dict[str, str | int] = {}
    facts: tuple[str, ...] = ()
    outcome: str | None = None
    contact: str | None = None
    note: str | None = None
    done_at: datetime | None = None
    done_by: str | None = None


class ReviewRow(Message, frozen=True, kw_only=True):
    """kind review, scope st: two tills wrote this field of a member at once; settled when somebody wrote it
    who had seen what was kept"""

    member_id: str
    field: str
    kept: str
    lost: str
    at: datetime
    settled: bool = False
