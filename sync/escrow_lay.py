"""Laying the hub's rows of coupons, points, gifts, leases, tasks and reviews onto the till's tables: see ``rows``."""

import logging
from typing import Any

import msgspec
from sqlalchemy.orm import Session

from desktop.clock import milliseconds
from desktop.data.direct import execute
from desktop.data.escrow import Campaign, Coupon, FloorLimit, Gift, Lease, Points, Quota, Reward, Settlement
from desktop.data.projections import resolve
from desktop.data.tasks import Review, Task
from desktop.rules.campaigns import read_terms
from desktop.rules.leases import lease_id
from desktop.rules.shape import ShapeError
from sync.statements import resolved, write, writing

_log = logging.getLogger(__name__)

Told = list[tuple[str, Any]]  # the ids of rows, and their bodies

_COUPON = writing(
    Coupon, "id", "member_id", "campaign", "title", "amount", "currency", "valid_until", "state", "redemption_id",
    "visit_id", "till_id", "till_name", "value", "issued_at",
)  # fmt: skip
_LEASE = writing(Lease, "id", "of", "object_id", "amount", "not_after", "wanted", "signed")
_POINT = "UPDATE lease SET object_id = ? WHERE id = ?"
_CAMPAIGN = writing(Campaign, "id", "name", "title", "terms", "issue", "policy")
_SETTLEMENT = writing(Settlement, "id", "coupon_id", "member_id", "reason", "state", "title", "value", "currency", "at")
_REWARD = writing(Reward, "id", "names", "cost", "tiers", "quota_id")
_QUOTA = writing(Quota, "id", "title", "total", "gtin")
_GIFT = writing(Gift, "id", "quota_id", "amount", "at", "member_id", "visit_id", "guide_id", "lease_id")
_POINTS = writing(Points, "id", "member_id", "amount", "reason", "at", "guide_id", "lease_id", "owed")
_FLOOR = writing(FloorLimit, "id", "largest", "a_day", "in_a_row")
_TASK = writing(
    Task, "id", "member_id", "title", "due", "state", "guide_id", "until", "rule", "purpose", "figures", "facts",
    "outcome", "contact", "note", "done_at", "done_by",
)  # fmt: skip
_REVIEW = writing(Review, "id", "member_id", "field", "kept", "lost", "at", "settled")


def lay_coupons(session: Session, told: Told) -> None:
    """The name of the till is what a clerk says to a member; a till without one goes by the end of its id."""
    now = resolved(session, (row.member_id for _, row in told))
    values = [
        (row_id, now(row.member_id), row.campaign, row.title, row.amount, row.currency,
         milliseconds(row.valid_until), row.state, row.redemption_id, row.visit_id, row.holder,
         row.holder_name or (row.holder or "")[-4:] or None, row.value,
         milliseconds(row.issued_at) if row.issued_at else None)
        for row_id, row in told
    ]  # fmt: skip
    write(session, _COUPON, values)


def lay_campaigns(session: Session, told: Told) -> None:
    """What coupons do, kept as it came, unless this till could not follow it."""
    values = []
    for row_id, row in told:
        try:
            read_terms(row.terms)
        except ShapeError as error:
            _log.info("a campaign was not taken over: %s", error)
        else:
            issue = None if row.issue is None else _json(row.issue)
            values.append((row_id, row.name, row.title, _json(row.terms), issue, row.policy))
    write(session, _CAMPAIGN, values)


def lay_settlements(session: Session, told: Told) -> None:
    """What headquarters says of redemptions that met."""
    now = resolved(session, (row.member_id for _, row in told))
    values = [
        (row_id, row.coupon_id, now(row.member_id), row.reason, row.state, row.title, row.value, row.currency,
         milliseconds(row.at))
        for row_id, row in told
    ]  # fmt: skip
    write(session, _SETTLEMENT, values)


def lay_rewards(session: Session, told: Told) -> None:
    """What points are good for."""
    values = [(row_id, _json(row.names), row.cost, " ".join(row.tiers), row.quota_id) for row_id, row in told]
    write(session, _REWARD, values)


def lay_leases(session: Session, told: Told) -> None:
    """Points of a merged member are the kept one's."""
    now = resolved(session, (row.object_id for _, row in told if row.of == "points"))
    values = [
        (row_id, row.of, now(row.object_id), row.amount,
         milliseconds(row.not_after), row.wanted, row.signed)
        for row_id, row in told
    ]  # fmt: skip
    write(session, _LEASE, values)


def point_lease(session: Session, member_id: str) -> None:
    """The lease on a member's points is on whoever they are by now, or are again; its id says whose it was granted as.

    The hub's row may have come long before the word that two members are not one after all.
    """
    (till_id,) = execute(session.connection(), "SELECT device_id FROM till").fetchone()
    write(session, _POINT, [(resolve(session, member_id), lease_id("points", member_id, till_id))])


def lay_quotas(session: Session, told: Told) -> None:
    """What there is to give."""
    write(session, _QUOTA, [(row_id, row.title, row.total, row.gtin) for row_id, row in told])


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
         row.lease_id, row.owed)
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


def _json(told: Any) -> str:
    return msgspec.json.encode(told).decode()
