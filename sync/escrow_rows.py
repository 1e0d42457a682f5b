"""Part of the contract of the wire: the rows of coupons, gifts, points and leases, of tasks and of reviews.

Times are RFC 3339 in UTC; money is whole minor units.
"""

from datetime import datetime
from typing import Literal

from sync.protocol import Message


class CouponRow(Message, frozen=True, kw_only=True):
    """kind coupon, scope st:; ``holder`` is the till that holds its lease, ``holder_name`` what people call it"""

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
    """kind quota, scope cfg: so many pieces of a gift"""

    title: str
    total: int


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
    """kind points, scope st: a line of the ledger; below zero if they were spent"""

    member_id: str
    amount: int
    reason: str
    at: datetime
    guide_id: str | None = None
    lease_id: str | None = None


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
