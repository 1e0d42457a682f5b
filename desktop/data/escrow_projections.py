"""What the events about coupons, points, gifts and leases do to the tables: see ``projections``."""

from sqlalchemy import bindparam, update
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.orm import Session

from desktop import escrow_events as e
from desktop.data.escrow import Coupon, Gift, Lease, Points, Redemption
from desktop.data.members import Member
from desktop.data.projections import Touched, project, resolve
from desktop.event import Stamp
from desktop.rules import hlc

_NOTHING_YET = insert(Lease.metadata.tables[Lease.__tablename__]).values(
    id=bindparam("id"), of=bindparam("of"), object_id=bindparam("object_id"), amount=0, not_after=bindparam("at"),
    wanted=False, asked_at=bindparam("at"), signed="",
)  # fmt: skip
# Where none is held, a lease on nothing, so that it is asked for once.
_ASK = _NOTHING_YET.on_conflict_do_update(index_elements=["id"], set_={"asked_at": _NOTHING_YET.excluded.asked_at})


@project.register
def _(event: e.MemberAssigned, session: Session, stamp: Stamp) -> Touched:  # noqa: ARG001
    session.execute(
        update(Member).where(Member.id == resolve(session, event.member_id)).values(guide_id=event.guide_id)
    )
    return {("member", event.member_id)}


@project.register
def _(event: e.CouponRedeemed, session: Session, stamp: Stamp) -> Touched:
    at, leased = hlc.time_of(stamp.hlc), event.lease_id is not None
    session.merge(Redemption(id=event.redemption_id, coupon_id=event.coupon_id, at=at, leased=leased))
    told = {"redemption_id": event.redemption_id, "visit_id": event.visit_id, "value": event.value}
    _set_coupon(session, event.coupon_id, state="redeemed", **told)
    return _about(event)


@project.register
def _(event: e.RedemptionReversed, session: Session, stamp: Stamp) -> Touched:  # noqa: ARG001
    coupon = session.get(Coupon, event.coupon_id)
    if coupon is not None and coupon.redemption_id == event.redemption_id:
        _set_coupon(session, event.coupon_id, state="issued", redemption_id=None, visit_id=None, value=None)
    return _about(event)


@project.register
def _(event: e.GiftGiven, session: Session, stamp: Stamp) -> Touched:
    session.merge(
        Gift(
            id=event.gift_id, quota_id=event.quota_id, amount=event.amount, at=stamp.at,
            member_id=resolve(session, event.member_id), visit_id=event.visit_id, guide_id=stamp.guide_id,
            lease_id=event.lease_id,
        )
    )  # fmt: skip
    touched = {("gift", event.gift_id), ("quota", event.quota_id)}
    return touched | ({("member", event.member_id)} if event.member_id else set())


@project.register
def _(event: e.GiftReturned, session: Session, stamp: Stamp) -> Touched:  # noqa: ARG001
    session.execute(update(Gift).where(Gift.id == event.gift_id).values(amount=0))
    return {("gift", event.gift_id), ("quota", event.quota_id)}


@project.register
def _(event: e.PointsReversed, session: Session, stamp: Stamp) -> Touched:
    return _write_points(event, session, stamp, -event.amount, None)


@project.register
def _(event: e.PointsEarned, session: Session, stamp: Stamp) -> Touched:
    return _write_points(event, session, stamp, event.amount, None)


@project.register
def _(event: e.PointsSpent, session: Session, stamp: Stamp) -> Touched:
    return _write_points(event, session, stamp, -event.amount, event.lease_id)


@project.register
def _(event: e.LeaseAsked, session: Session, stamp: Stamp) -> Touched:
    told = {"id": event.lease_id, "of": event.of, "object_id": event.object_id, "at": hlc.time_of(stamp.hlc)}
    session.connection().execute(_ASK, told)
    return {("lease", event.lease_id)}


@project.register
def _(event: e.LeaseReturned, session: Session, stamp: Stamp) -> Touched:
    asked_at = hlc.time_of(stamp.hlc) if event.of == "quota" else None  # of gifts it asks for no more for a day
    told = {"amount": event.spent, "wanted": False, "asked_at": asked_at}
    session.execute(update(Lease).where(Lease.id == event.lease_id).values(**told))
    return {("lease", event.lease_id)}


def _set_coupon(session: Session, coupon_id: str, **values: object) -> None:
    # Void is headquarters' word: whatever comes after it leaves it void.
    session.execute(update(Coupon).where(Coupon.id == coupon_id, Coupon.state != "void").values(**values))


def _about(event: e.CouponEvent) -> Touched:
    return {("coupon", event.coupon_id), ("member", event.member_id), ("visit", event.visit_id)}


def _write_points(
    event: e.PointsEarned | e.PointsReversed | e.PointsSpent,
    session: Session,
    stamp: Stamp,
    amount: int,
    lease_id: str | None,
) -> Touched:
    session.merge(
        Points(
            id=event.entry_id, member_id=resolve(session, event.member_id), amount=amount, reason=event.reason,
            at=stamp.at, guide_id=stamp.guide_id, lease_id=lease_id, owed=0,
        )
    )  # fmt: skip
    return {("points", event.entry_id), ("member", event.member_id)}
