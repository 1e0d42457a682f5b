"""Laying the hub's rows of coupons, points, gifts, leases, tasks and reviews onto the till's tables: see ``rows``."""

from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from desktop.clock import milliseconds
from desktop.data.appointments import Appointment
from desktop.data.escrow import Coupon, FloorLimit, Gift, Lease, Points, Quota
from desktop.data.projections import resolve
from desktop.data.tasks import Review, Task
from sync.statements import write, writing

Told = list[tuple[str, Any]]  # the ids of rows, and their bodies

_COUPON = writing(
    Coupon, "id", "member_id", "campaign", "title", "amount", "currency", "valid_until", "state", "redemption_id",
    "visit_id", "till_id", "till_name",
)  # fmt: skip
_LEASE = writing(Lease, "id", "of", "object_id", "amount", "not_after", "wanted", "signed")
_QUOTA = writing(Quota, "id", "title", "total")
_GIFT = writing(Gift, "id", "quota_id", "amount", "at", "member_id", "visit_id", "guide_id", "lease_id")
_POINTS = writing(Points, "id", "member_id", "amount", "reason", "at", "guide_id", "lease_id")
_FLOOR = writing(FloorLimit, "id", "largest", "a_day", "in_a_row")
_TASK = writing(Task, "id", "member_id", "title", "due", "state", "guide_id")
_REVIEW = writing(Review, "id", "member_id", "field", "kept", "lost", "at", "settled")


def lay_coupons(session: Session, told: Told) -> None:
    """The name of the till is what a clerk says to a member; a till without one goes by the end of its id."""
    values = [
        (row_id, resolve(session, row.member_id), row.campaign, row.title, row.amount, row.currency,
         milliseconds(row.valid_until), row.state, row.redemption_id, row.visit_id, row.holder,
         row.holder_name or (row.holder or "")[-4:] or None)
        for row_id, row in told
    ]  # fmt: skip
    write(session, _COUPON, values)


def lay_leases(session: Session, told: Told) -> None:
    """Points of a merged member are the kept one's."""
    values = [
        (row_id, row.of, resolve(session, row.object_id) if row.of == "points" else row.object_id, row.amount,
         milliseconds(row.not_after), row.wanted, row.signed)
        for row_id, row in told
    ]  # fmt: skip
    write(session, _LEASE, values)


def lay_quotas(session: Session, told: Told) -> None:
    """What there is to give."""
    write(session, _QUOTA, [(row_id, row.title, row.total) for row_id, row in told])


def lay_gifts(session: Session, told: Told) -> None:
    """What was given."""
    values = [
        (row_id, row.quota_id, row.amount, milliseconds(row.at), resolve(session, row.member_id), row.visit_id,
         row.guide_id, row.lease_id)
        for row_id, row in told
    ]  # fmt: skip
    write(session, _GIFT, values)


def lay_points(session: Session, told: Told) -> None:
    """Lines of the ledger."""
    values = [
        (row_id, resolve(session, row.member_id), row.amount, row.reason, milliseconds(row.at), row.guide_id,
         row.lease_id)
        for row_id, row in told
    ]  # fmt: skip
    write(session, _POINTS, values)


def lay_floors(session: Session, told: Told) -> None:
    """What may be redeemed without a lease."""
    write(session, _FLOOR, [(row_id, row.largest, row.a_day, row.in_a_row) for row_id, row in told])


def lay_tasks(session: Session, told: Told) -> None:
    """What is to be done."""
    values = [
        (row_id, resolve(session, row.member_id), row.title, row.due, row.state, row.guide_id) for row_id, row in told
    ]
    write(session, _TASK, values)


def lay_reviews(session: Session, told: Told) -> None:
    """What two people wrote at once."""
    values = [
        (row_id, resolve(session, row.member_id), row.field, row.kept, row.lost, milliseconds(row.at), row.settled)
        for row_id, row in told
    ]
    write(session, _REVIEW, values)


def move_to(session: Session, old_id: str, keep: str) -> None:
    """What is a merged member's is the kept one's from now on."""
    for table in (Coupon, Gift, Points, Task, Review, Appointment):
        session.execute(update(table).where(table.member_id == old_id).values(member_id=keep))
    session.execute(update(Lease).where(Lease.of == "points", Lease.object_id == old_id).values(object_id=keep))
