"""Whom this till believes, and by what time; what a member's short-lived code leads to."""

from datetime import UTC, datetime
from functools import lru_cache

from sqlalchemy import Connection, bindparam, select

from desktop.clock import from_milliseconds, milliseconds
from desktop.data.codes import Trust
from desktop.data.direct import Direct
from desktop.data.exchange import Till
from desktop.data.members import Identity
from desktop.rules.leases import present
from desktop.rules.member_codes import codes_beginning
from desktop.rules.trust_bundle import TrustBundle, open_seal, read_bundle
from desktop.scanning.kinds import MemberToken
from desktop.scanning.trust import verify_token

TRUST = "trust"

_BUNDLE = Direct(select(Trust.body).where(Trust.id == TRUST))
_BEGINNING = (
    select(Identity.member_id)
    .where(Identity.kind == "code", Identity.value >= bindparam("low"), Identity.value <= bindparam("high"))
    .order_by(Identity.value)
    .limit(1)
)


def find_bundle(connection: Connection) -> TrustBundle | None:
    """The bundle that this till believes; its seal was looked at when it came."""
    body: str | None = _BUNDLE.scalar(connection)
    return _read(body) if body else None


def trusted_time(connection: Connection, now: datetime) -> datetime:
    """The hub's time as far as this till knows it; turning the clock back revives nothing."""
    till = connection.execute(select(Till.clock_skew_ms, Till.hlc)).one()
    return from_milliseconds(present(milliseconds(now) - till.clock_skew_ms, till.hlc)).astimezone(UTC)


def find_shown(connection: Connection, token: MemberToken, now: datetime) -> str | None:
    """The member who shows this code, if they are known here. Raises BadInput as ``verify_token`` does."""
    verify_token(token, find_bundle(connection), trusted_time(connection, now))
    low, high = codes_beginning(token.member)
    return connection.execute(_BEGINNING, {"low": low, "high": high}).scalar()


@lru_cache(2)
def _read(sealed: str) -> TrustBundle:
    return read_bundle(open_seal(sealed)[0])
