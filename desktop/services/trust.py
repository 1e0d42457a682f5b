"""Whom this till believes: the trust bundle that the hub hands on, and how it is taken over."""

from sqlalchemy import Connection, select
from sqlalchemy.orm import Session

from desktop.clock import from_milliseconds
from desktop.data.codes import Trust
from desktop.data.exchange import Till
from desktop.errors import BadInput
from desktop.rules.leases import present
from desktop.rules.trust_bundle import TrustBundle, open_seal, read_bundle
from desktop.scanning.trust import open_bundle

HEADQUARTERS, HERE = "hub", "here"  # of rules about codes
_ONE = "trust"


def accept_bundle(session: Session, sealed: str) -> None:
    """Believe this bundle from now on. Raises BadInput as ``open_bundle`` does, and ``trust_root_missing``."""
    till = session.get_one(Till, 1)
    if not till.root:
        raise BadInput("trust_root_missing")
    held = session.get(Trust, _ONE)
    known = read_bundle(open_seal(held.body)[0]) if held else None
    at = from_milliseconds(present(0, 0, till.hlc, till.hlc_ahead_ms))  # the hub has just told the time
    bundle = open_bundle(sealed, bytes.fromhex(till.root), held=known, now=at)
    session.merge(Trust(id=_ONE, ver=bundle.ver, body=sealed))
    session.flush()


def find_bundle(connection: Connection) -> TrustBundle | None:
    """The bundle that this till believes; its seal was looked at when it came."""
    body = connection.scalar(select(Trust.body).where(Trust.id == _ONE))
    return read_bundle(open_seal(body)[0]) if body else None
