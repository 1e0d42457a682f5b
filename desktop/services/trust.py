"""How this till comes to believe a trust bundle that the hub hands on, and a member's code for the minutes it says."""

import hashlib
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from desktop.clock import from_milliseconds
from desktop.data.codes import Trust
from desktop.data.exchange import Till
from desktop.data.visits import Visit
from desktop.errors import BadInput, NotFound
from desktop.rules.leases import present
from desktop.rules.trust_bundle import open_seal, read_bundle
from desktop.scanning.codes import parse_code
from desktop.scanning.kinds import MemberToken
from desktop.scanning.trust import open_bundle
from desktop.services.visits import serve
from desktop.views.trust import TRUST, find_shown, trusted_time
from desktop.work import Work

SURE_FOR = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Shown:
    """A visit that a member's code has opened. sure: nobody has shown that very code here before."""

    visit_id: str
    sure: bool


def accept_bundle(session: Session, sealed: str) -> None:
    """Believe this bundle from now on. Raises BadInput as ``open_bundle`` does, and ``trust_root_missing``."""
    till = session.get_one(Till, 1)
    if not till.root:
        raise BadInput("trust_root_missing")
    held = session.get(Trust, TRUST)
    known = read_bundle(open_seal(held.body)[0]) if held else None
    at = from_milliseconds(present(0, till.hlc))  # the hub has just told the time
    bundle = open_bundle(sealed, bytes.fromhex(till.root), held=known, now=at)
    session.merge(Trust(id=TRUST, ver=bundle.ver, body=sealed))
    session.flush()


def serve_shown(work: Work, text: str) -> Shown:
    """Serve the member who shows this short-lived code, and be sure for a while that it is they.

    A code counts once at a till: a picture of it that somebody else shows in another visit opens the member, and makes
    nobody sure. Raises BadInput as ``verify_token`` does, NotFound ``token_member_unknown``.
    """
    code = parse_code(text)
    if not isinstance(code, MemberToken):
        raise BadInput("not_member_code")
    connection, now = work.session.connection(), work.clock.now()
    member_id = find_shown(connection, code, now)
    if member_id is None:
        raise NotFound("token_member_unknown")
    visit = work.session.get_one(Visit, serve(work, member_id))
    mark = hashlib.blake2b(code.signature, digest_size=16).hexdigest()
    seen = select(Visit.id).where(Visit.token == mark, Visit.id != visit.id).limit(1)
    if work.session.scalar(seen) is not None:
        return Shown(visit.id, sure=False)
    visit.token, visit.verified_until = mark, trusted_time(connection, now) + SURE_FOR
    work.touched.add(("visit", visit.id))
    return Shown(visit.id, sure=True)
