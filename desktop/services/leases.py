"""What this till may spend without asking: finding a lease, asking for one, giving it back."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, exists, func, select
from sqlalchemy.orm import aliased

from desktop.clock import from_milliseconds
from desktop.data.codes import Voucher
from desktop.data.direct import Direct
from desktop.data.escrow import Coupon, Gift, Lease, Points
from desktop.data.exchange import Cursor
from desktop.errors import BadInput, NotNow
from desktop.escrow_events import LeaseAsked, LeaseReturned
from desktop.rules.leases import CLOCK_IS_LOST_MS, lease_id, present, share
from desktop.work import Work

_TOO_MANY = 2**31  # for the wire
_LEASE = Lease.metadata.tables[Lease.__tablename__]
_OF = Direct(
    select(_LEASE)
    .where(
        _LEASE.c.of == bindparam("of"), _LEASE.c.object_id == bindparam("thing"), _LEASE.c.not_after > bindparam("at")
    )
    .order_by(_LEASE.c.not_after)
)
_GRANTED = Direct(select(_LEASE).where(_LEASE.c.signed != ""))
_SPENT: dict[str, Direct] = {
    "coupon": Direct(select(Coupon.id).where(Coupon.id == bindparam("thing"), Coupon.state == "issued")),
    "points": Direct(select(-func.sum(Points.amount)).where(Points.lease_id == bindparam("id"))),
    "quota": Direct(select(func.sum(Gift.amount)).where(Gift.lease_id == bindparam("id"))),
    "voucher": Direct(
        select(func.count(Voucher.id)).where(Voucher.id == bindparam("thing"), Voucher.state != "issued")
    ),
}
# At the very beginning, and when a database was lost, leases are here before what was spent under them has come.
_COUNTED = ("points", "quota")
_STORES = aliased(Cursor)
_STILL_TO_COME = Direct(
    select(Cursor.scope).where(
        Cursor.scope.startswith("dv:"), ~exists().where(_STORES.scope.startswith("st:"), _STORES.whole)
    )
)
Held = Any  # a lease as it is in its table


def moment(work: Work) -> datetime:
    """The time by which coupons and leases end. Raises NotNow ``clock_lost`` when this machine's clock is days off."""
    till = work.till
    if abs(till.clock_skew_ms) > CLOCK_IS_LOST_MS:
        raise NotNow("clock_lost")
    return from_milliseconds(present(work.hub_time(), till.hlc))


def find_lease(work: Work, of: str, object_id: str, amount: int, at: datetime) -> Held | None:
    """A lease of this till under which so much may be spent at ``at``; those that end first are used first. None while
    it is not known how much was spent.
    """
    if of in _COUNTED and _STILL_TO_COME.first(work.session.connection()):
        return None
    leases = read_leases(work, _OF, of=of, thing=object_id, at=at)
    return next((lease for lease in leases if left(work, lease) >= amount), None)


def left(work: Work, lease: Held) -> int:
    """What was not spent yet under a lease."""
    work.session.flush()
    found = _SPENT[lease.of].scalar(work.session.connection(), id=lease.id, thing=lease.object_id)
    if lease.of == "coupon":
        return int(lease.amount) if found is not None else 0
    return max(0, int(lease.amount) - int(found or 0))  # a voucher that another till took was not spent under this one


def ask_for(work: Work, of: str, object_id: str, amount: int = 1, signed: str | None = None) -> str:
    """Ask the hub for so much; what it grants comes with the next exchange. Gives the lease's id."""
    asked = lease_id(of, object_id, work.till.device_id)
    check_amount(amount)
    work.note(LeaseAsked(lease_id=asked, of=of, object_id=object_id, amount=amount, signed=signed))
    return asked


def show_leases(work: Work) -> None:
    """The hub went back in time: let it know what it has granted this till."""
    for lease in read_leases(work, _GRANTED):
        if remaining := left(work, lease):
            ask_for(work, lease.of, lease.object_id, remaining, lease.signed)


def check_amount(amount: int) -> None:
    """Raises BadInput ``amount_invalid`` for what is no number of pieces or points."""
    if not 0 < amount < _TOO_MANY:
        raise BadInput("amount_invalid")


def give_back(work: Work, lease: Held) -> None:
    """Let the hub have what is left; of gifts a share, for this till may be asked for one, too."""
    unspent = left(work, lease)
    kept = lease.amount - (share(unspent) if lease.of == "quota" else unspent)
    work.note(LeaseReturned(lease_id=lease.id, of=lease.of, object_id=lease.object_id, spent=kept, signed=lease.signed))


def read_leases(work: Work, query: Direct, **told: object) -> Sequence[Held]:
    """The leases that ``query`` finds."""
    work.session.flush()
    return query.rows(work.session.connection(), **told)
