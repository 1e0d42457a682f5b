"""What a till does about its leases whenever the hub is at hand."""

import contextlib
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, bindparam, or_, select, tuple_
from sqlalchemy.orm import aliased

from desktop.data.direct import Direct
from desktop.data.escrow import Lease, Quota
from desktop.data.exchange import Outbox
from desktop.data.visits import Visit
from desktop.errors import NotNow
from desktop.rules.leases import CHUNK, DAY_MS, RENEW_MS, VISIT_POINTS, lease_id
from desktop.services.leases import ask_for, find_lease, give_back, left, moment, read_leases
from desktop.services.points import balance_of
from desktop.work import Work

_LEASE = Lease.metadata.tables[Lease.__tablename__]
_ASKING, _OF_VISIT = aliased(Outbox), aliased(Outbox)


def _not_asked_since(lease: ColumnElement[str], *kinds: str) -> ColumnElement[bool]:
    """Whether one of these happened to the visit, and the lease was not asked for since: by the numbers of the deeds,
    whatever any clock said."""
    asked = select(_ASKING.n).where(
        _ASKING.row == "lease", _ASKING.row_id == lease, _ASKING.kind == "LeaseAsked",
        tuple_(_ASKING.ep, _ASKING.n) > tuple_(_OF_VISIT.ep, _OF_VISIT.n),
    )  # fmt: skip
    about = and_(
        _OF_VISIT.row == "visit", _OF_VISIT.row_id == Visit.id, or_(*(_OF_VISIT.kind == kind for kind in kinds))
    )
    return select(_OF_VISIT.n).where(about, ~asked.exists()).exists()


_BY_ID = Direct(select(_LEASE).where(_LEASE.c.id == bindparam("id")))
_WANTED = Direct(select(_LEASE).where(_LEASE.c.wanted))
_ENDING = Direct(
    select(_LEASE).where(
        _LEASE.c.not_after < bindparam("soon"),
        or_(_LEASE.c.asked_at.is_(None), ~_LEASE.c.asked_at.between(bindparam("lately"), bindparam("now"))),
        _LEASE.c.amount > 0,
    )
)
_QUOTAS = Direct(select(Quota.id))
_SERVED = Direct(
    select(Visit.id, Visit.member_id).where(Visit.here, Visit.state == "open", Visit.member_id.is_not(None))
)
_BEGUN = Direct(
    select(Visit.id).where(
        Visit.id == bindparam("visit"),
        _not_asked_since(bindparam("lease"), "VisitOpened", "VisitJoined", "VisitReopened"),
    )
)
_THEIRS = select(Visit.id).where(Visit.here, Visit.member_id == _LEASE.c.object_id)
_LEFT_BEHIND = Direct(
    select(_LEASE).where(
        _LEASE.c.of == "points", _LEASE.c.amount > 0, _LEASE.c.asked_at >= bindparam("lately"),
        _THEIRS.where(_not_asked_since(_LEASE.c.id, "VisitFinished", "VisitVoided")).exists(),
        ~_THEIRS.where(or_(Visit.state == "open", Visit.state == "held")).exists(),
    )
)  # fmt: skip


def tend_leases(work: Work) -> None:
    """With the hub at hand: give back what it wants, whatever the clock says; begin on every gift, give back the points
    of who has left, renew what is half over, and ask for the points of who is served."""
    for lease in read_leases(work, _WANTED):
        give_back(work, lease)
    with contextlib.suppress(NotNow):  # with a lost clock nothing is known to end, and nothing is spent either
        _tend(work, moment(work))


def _tend(work: Work, now: datetime) -> None:
    soon, lately = now + timedelta(milliseconds=RENEW_MS), now - timedelta(milliseconds=DAY_MS)
    for quota_id in _QUOTAS.scalars(work.session.connection()):
        part = next(iter(read_leases(work, _BY_ID, id=lease_id("quota", quota_id, work.till.device_id))), None)
        if part is None or not (left(work, part) or (part.asked_at and lately <= part.asked_at <= now)):
            ask_for(work, "quota", quota_id, CHUNK)
    for lease in read_leases(work, _LEFT_BEHIND, lately=lately):
        if left(work, lease):
            give_back(work, lease)
    for lease in read_leases(work, _ENDING, soon=soon, lately=lately, now=now):
        if remaining := left(work, lease):
            if lease.id == lease_id(lease.of, lease.object_id, work.till.device_id):
                ask_for(work, lease.of, lease.object_id, remaining)
            else:
                give_back(work, lease)  # its member was merged since: the kept one's is another lease
    _borrow_points(work, now)


def _borrow_points(work: Work, now: datetime) -> None:
    """What who is served may want to spend; once a visit."""
    connection = work.session.connection()
    visit = _SERVED.first(connection)
    if visit is None:
        return
    amount = min(balance_of(work, visit.member_id), VISIT_POINTS)
    asked = lease_id("points", visit.member_id, work.till.device_id)
    if amount <= 0 or find_lease(work, "points", visit.member_id, amount, now):
        return
    if _BEGUN.first(connection, visit=visit.id, lease=asked):
        ask_for(work, "points", visit.member_id, amount)
