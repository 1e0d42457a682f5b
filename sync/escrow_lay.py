"""Laying the hub's rows of coupons, points, gifts, leases, tasks and reviews onto the till's tables: see ``rows``."""

from typing import Any

import msgspec
from sqlalchemy.orm import Session

from desktop.clock import milliseconds
from desktop.data.appointments import Appointment
from desktop.data.contents import ContentUse
from desktop.data.escrow import Coupon, FloorLimit, Gift, Lease, Points, Quota
from desktop.data.portraits import Entity, MemberTag
from desktop.data.tasks import Review, Task
from sync.statements import moving, resolved, write, writing

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
_TASK = writing(
    Task, "id", "member_id", "title", "due", "state", "guide_id", "until", "rule", "purpose", "figures", "facts",
    "outcome", "contact", "note", "done_at", "done_by",
)  # fmt: skip
_REVIEW = writing(Review, "id", "member_id", "field", "kept", "lost", "at", "settled")
# A merged member's coupons, points and tasks are the kept one's from now on.
MOVE = (
    *(
        moving(table, "member_id")
        for table in (Coupon, Gift, Points, Task, Review, Appointment, ContentUse, MemberTag, Entity)
    ),
    "UPDATE lease SET object_id = ? WHERE of = 'points' AND object_id = ?",
)


def lay_coupons(session: Session, told: Told) -> None:
    """The name of the till is what a clerk says to a member; a till without one goes by the end of its id."""
    now = resolved(session, (row.member_id for _, row in told))
    values = [
        (row_id, now(row.member_id), row.campaign, row.title, row.amount, row.currency,
         milliseconds(row.valid_until), row.state, row.redemption_id, row.visit_id, row.holder,
         row.holder_name or (row.holder or "")[-4:] or None)
        for row_id, row in told
    ]  # fmt: skip
    write(session, _COUPON, values)


def lay_leases(session: Session, told: Told) -> None:
    """Points of a merged member are the kept one's."""
    now = resolved(session, (row.object_id for _, row in told if row.of == "points"))
    values = [
        (row_id, row.of, now(row.object_id), row.amount,
         milliseconds(row.not_after), row.wanted, row.signed)
        for row_id, row in told
    ]  # fmt: skip
    write(session, _LEASE, values)


def lay_quotas(session: Session, told: Told) -> None:
    """What there is to give."""
    write(session, _QUOTA, [(row_id, row.title, row.total) for row_id, row in told])


def lay_gifts(session: Session, told: Told) -> None:
    """What was given."""
    now = resolved(session, (row.member_id for _, row in told))
    values = [
        (row_id, row.quota_id, row.amount, milliseconds(row.at), now(row.member_id), row.visit_id,
         row.guide_id, row.lease_id)
        for row_id, row in told
    ]  # fmt: skip
    write(session, _GIFT, values)


def lay_points(session: Session, told: Told) -> None:
    """Lines of the ledger."""
    now = resolved(session, (row.member_id for _, row in told))
    values = [
        (row_id, now(row.member_id), row.amount, row.reason, milliseconds(row.at), row.guide_id,
         row.lease_id)
        for row_id, row in told
    ]  # fmt: skip
    write(session, _POINTS, values)


def lay_floors(session: Session, told: Told) -> None:
    """What may be redeemed without a lease."""
    write(session, _FLOOR, [(row_id, row.largest, row.a_day, row.in_a_row) for row_id, row in told])


def lay_tasks(session: Session, told: Told) -> None:
    """What is to be done."""
    now = resolved(session, (row.member_id for _, row in told))
    values = [
        (row_id, now(row.member_id), row.title, row.due, row.state, row.guide_id, row.until, row.rule, row.purpose,
         msgspec.json.encode(row.figures).decode(), msgspec.json.encode(row.facts).decode(), row.outcome, row.contact,
         row.note, milliseconds(row.done_at) if row.done_at else None, row.done_by)
        for row_id, row in told
    ]  # fmt: skip
    write(session, _TASK, values)


def lay_reviews(session: Session, told: Told) -> None:
    """What two people wrote at once."""
    now = resolved(session, (row.member_id for _, row in told))
    values = [
        (row_id, now(row.member_id), row.field, row.kept, row.lost, milliseconds(row.at), row.settled)
        for row_id, row in told
    ]
    write(session, _REVIEW, values)
