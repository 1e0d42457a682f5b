"""What a member has that is worth money: coupons and points, and how much of it this till may take without asking."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select

from desktop.data.escrow import Coupon, Lease, Points
from desktop.views.lookup import current_id


@dataclass(frozen=True, slots=True)
class CouponView:
    """One coupon. amount: minor units. here: this till holds its lease; ``till`` is the name of the one that does."""

    id: str
    title: str
    amount: int
    currency: str
    valid_until: datetime
    state: str
    here: bool
    till: str | None


@dataclass(frozen=True, slots=True)
class Worth:
    """Coupons, those that end first before others, and points; ``points_here``: as many may be spent here offline."""

    coupons: tuple[CouponView, ...]
    points: int
    points_here: int


def find_worth(connection: Connection, member_id: str) -> Worth:
    """Everything of one member."""
    member_id = current_id(connection, member_id)
    held = select(Lease.id).where(Lease.of == "coupon", Lease.object_id == Coupon.id, Lease.amount > 0).exists()
    columns = (Coupon.id, Coupon.title, Coupon.amount, Coupon.currency, Coupon.valid_until, Coupon.state, held)
    coupons = connection.execute(
        select(*columns, Coupon.till_name).where(Coupon.member_id == member_id).order_by(Coupon.valid_until, Coupon.id)
    )
    balance = connection.scalar(select(func.sum(Points.amount)).where(Points.member_id == member_id)) or 0
    return Worth(tuple(CouponView(*row) for row in coupons), balance, points_here(connection, member_id))


def points_here(connection: Connection, current_id: str) -> int:
    """How many of a member's points may be spent at this till offline."""
    leases = select(Lease.id).where(Lease.of == "points", Lease.object_id == current_id)
    granted = select(func.sum(Lease.amount)).where(Lease.id.in_(leases))
    spent = select(func.sum(Points.amount)).where(Points.lease_id.in_(leases))
    return max(0, (connection.scalar(granted) or 0) + (connection.scalar(spent) or 0))
