"""Programs of the brand that are no tills, such as the members' mini-programme: each has a token of its own."""

import base64
import hashlib

from sqlalchemy import Connection, insert, select, update

from sync.hub.cases import Till
from sync.hub.clock import HubClock
from sync.hub.ledger import Ledger
from sync.hub.problems import HubProblem
from sync.hub.tables import partner

_TOKEN_BYTES = 32


def let_in(connection: Connection, ledger: Ledger, clock: HubClock, name: str) -> str:
    """A token for this program; the one it had before is void."""
    shut_out(connection, ledger, name)
    told = base64.urlsafe_b64encode(clock.random(_TOKEN_BYTES)).decode().rstrip("=")
    connection.execute(insert(partner).values(hash=_hash(told), name=name, revoked=False))
    return told


def shut_out(connection: Connection, ledger: Ledger, name: str) -> bool:
    """Whether there was one to shut out."""
    gone = update(partner).where(partner.c.name == name, ~partner.c.revoked).values(revoked=True)
    voided = connection.scalars(gone.returning(partner.c.hash)).all()
    ledger.void(voided)
    return bool(voided)


def find_partner(connection: Connection, told: str) -> Till:
    """Who asks, as a till of no store; raises ``HubProblem`` unauthenticated."""
    row = connection.execute(
        select(partner.c.name).where(partner.c.hash == _hash(told), ~partner.c.revoked)
    ).one_or_none()
    if row is None:
        raise HubProblem("unauthenticated")
    return Till(f"partner:{row.name}", "")


def _hash(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()
