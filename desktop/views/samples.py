"""Samples: which there are, how many are here, and how many went."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import Connection, bindparam, func, select

from desktop.data.escrow import Gift, Lease, Quota


@dataclass(frozen=True, slots=True)
class SampleView:
    """One sample. here: pieces this till may still hand out. given: pieces that this store's members got in 30 days."""

    id: str
    title: str
    gtin: str
    here: int
    given: int


_OF_GTIN = select(Quota.id, Quota.title).where(Quota.gtin == bindparam("gtin")).order_by(Quota.id).limit(1)
_GIVEN_DAYS = timedelta(days=30)


def find_sample(connection: Connection, gtin: str) -> tuple[str, str] | None:
    """Id and title of the sample with this GTIN-14."""
    row = connection.execute(_OF_GTIN, {"gtin": gtin}).first()
    return (row.id, row.title) if row else None


def find_samples(connection: Connection, today: date) -> tuple[SampleView, ...]:
    """All samples, by their titles."""
    since = datetime.combine(today, time.min).astimezone() - _GIVEN_DAYS
    spent = (
        select(func.coalesce(func.sum(Gift.amount), 0))
        .where(Gift.lease_id.in_(select(Lease.id).where(Lease.of == "quota", Lease.object_id == Quota.id)))
        .correlate(Quota)
        .scalar_subquery()
    )
    granted = (
        select(func.coalesce(func.sum(Lease.amount), 0))
        .where(Lease.of == "quota", Lease.object_id == Quota.id)
        .scalar_subquery()
    )
    given = (
        select(func.coalesce(func.sum(Gift.amount), 0))
        .where(Gift.quota_id == Quota.id, Gift.at >= since)
        .scalar_subquery()
    )
    query = select(Quota.id, Quota.title, Quota.gtin, granted - spent, given).where(Quota.gtin.is_not(None))
    return tuple(SampleView(*row) for row in connection.execute(query.order_by(Quota.title, Quota.id)))
