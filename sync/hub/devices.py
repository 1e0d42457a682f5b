"""Tickets, tills and their tokens. Of a ticket or a token only the hash is kept."""

import base64
import hashlib

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from desktop.rules.crockford import encode
from sync.hub.cases import Till
from sync.hub.clock import HubClock
from sync.hub.problems import HubProblem
from sync.hub.statements import Prepared
from sync.hub.tables import device, ticket, token
from sync.protocol import HelloRequest, PushRequest

TICKET_BYTES = 6  # ten characters
TICKET_LIFE_MS = 15 * 60 * 1000
TOKEN_BYTES = 32
CONTACT_EVERY_MS = 60_000
_NAME_LENGTH = 80
_BY_TOKEN = Prepared(
    select(device, token.c.used).join(token, token.c.device == device.c.id).where(token.c.hash == bindparam("told"))
)
_CALLED = Prepared(update(device).where(device.c.id == bindparam("of")).values(last_contact=bindparam("at")))
_USED = Prepared(update(token).where(token.c.hash == bindparam("told")).values(used=True))
_TOKENS = Prepared(select(token.c.hash).where(token.c.device == bindparam("of")))
_OTHERS = Prepared(
    delete(token)
    .where(token.c.device == bindparam("of"), token.c.hash != bindparam("told"))
    .returning(token.c.hash)
)  # fmt: skip


def _noting(*names: str) -> Prepared:
    return Prepared(
        update(device).where(device.c.id == bindparam("of")).values({each: bindparam(each) for each in names})
    )


_BACKLOG = ("waiting", "oldest_at", "skew_ms", "last_contact")
_WAITS = _noting(*_BACKLOG)
_HELLO = _noting("app", "outdated", "broken", *_BACKLOG)
_SENT_ALL = _noting("epoch")


def issue_ticket(connection: Connection, clock: HubClock, store_id: str) -> str:
    """A code that lets one till into a store within a quarter of an hour."""
    code = encode(clock.random(TICKET_BYTES))
    expires_at = clock.now_ms() + TICKET_LIFE_MS
    connection.execute(insert(ticket).values(hash=_hash(code), store_id=store_id, expires_at=expires_at))
    return code


def enrol_device(connection: Connection, clock: HubClock, *, code: str, till_id: str, name: str) -> tuple[Till, str]:
    """The till and a token. The same till may ask again while the ticket lives: the reply may have been lost.

    Whichever reply reached it, its token is good: two requests may be answered in another order than they were sent in.
    A ticket moves no till: it stands in its store until the operator locks it out.
    """
    now = clock.now_ms()
    wanted = select(ticket).where(ticket.c.hash == _hash(code.strip().upper())).with_for_update()
    row = connection.execute(wanted).one_or_none()
    if row is None:
        raise HubProblem("ticket_unknown")
    if row.used_by not in (None, till_id):
        raise HubProblem("ticket_used")
    if row.expires_at <= now:
        raise HubProblem("ticket_expired")
    if _stands_in(connection, till_id) not in (None, row.store_id):
        raise HubProblem("ticket_elsewhere")
    connection.execute(update(ticket).where(ticket.c.hash == row.hash).values(used_by=till_id))
    told = base64.urlsafe_b64encode(clock.random(TOKEN_BYTES)).decode().rstrip("=")
    save_device(connection, till_id, row.store_id, name=_plain(name), now=now)
    connection.execute(insert(token).values(hash=_hash(told), device=till_id, used=False))
    return Till(till_id, row.store_id), told


def _stands_in(connection: Connection, till_id: str) -> str | None:
    """The store of a till that is there and not locked out."""
    wanted = select(device.c.store_id).where(device.c.id == till_id, device.c.revoked.is_(False)).with_for_update()
    return connection.scalar(wanted)


def find_till(connection: Connection, told: str, now: int) -> tuple[Till, bool]:
    """The till a token belongs to, and whether it is time to note that it called."""
    row = _BY_TOKEN.first(connection, told=_hash(told))
    if row is None:
        raise HubProblem("unauthenticated")
    if row.revoked:
        raise HubProblem("device_revoked")
    return Till(row.id, row.store_id, row.outdated), not row.used or row.last_contact < now - CONTACT_EVERY_MS


def note_contact(connection: Connection, till: Till, told: str, now: int) -> list[bytes]:
    """The till called, with this token: it has no use for any other. The hashes of those that are void now."""
    _CALLED.run(connection, of=till.id, at=now)
    _USED.run(connection, told=_hash(told))
    return _OTHERS.scalars(connection, of=till.id, told=_hash(told))


def note_hello(connection: Connection, till: Till, request: HelloRequest, received: int, outdated: str | None) -> None:
    """What the till said of itself. outdated: why it may not pull."""
    told = {"app": _plain(request.app), "outdated": outdated, "broken": max(0, request.broken)}
    _HELLO.run(connection, of=till.id, **told, **_backlog(request, received))
    if request.epoch is not None and not request.waiting:
        _SENT_ALL.run(connection, of=till.id, epoch=request.epoch)


def note_backlog(connection: Connection, till: Till, request: PushRequest, received: int) -> None:
    """How much waits at the till, if it told."""
    if request.waiting is not None:
        _WAITS.run(connection, of=till.id, **_backlog(request, received))


def tokens_of(connection: Connection, till_id: str) -> list[bytes]:
    """The hashes of all its tokens."""
    return _TOKENS.scalars(connection, of=till_id)


def revoke_device(connection: Connection, till_id: str) -> bool:
    """Lock a till out; false if there is none of that id. Its tickets let it in no more."""
    connection.execute(update(ticket).where(ticket.c.used_by == till_id).values(expires_at=0))
    return bool(connection.execute(update(device).where(device.c.id == till_id).values(revoked=True)).rowcount)


def save_device(connection: Connection, till_id: str, store_id: str, *, name: str, now: int) -> None:
    """A till that enrols again may hold what it had: it is not a new one."""
    locked_out = select(device.c.id).where(device.c.id == till_id, device.c.revoked)
    connection.execute(delete(token).where(token.c.device.in_(locked_out)))  # what it was locked out with stays void
    values = {"store_id": store_id, "name": name, "last_contact": now, "revoked": False, "outdated": None}
    if not connection.execute(update(device).where(device.c.id == till_id).values(values)).rowcount:
        connection.execute(insert(device).values(id=till_id, enrolled_at=now, **values))


def _backlog(request: HelloRequest | PushRequest, received: int) -> dict[str, int | None]:
    return {
        "waiting": max(0, request.waiting or 0),
        "oldest_at": None if request.oldest is None else max(0, min(request.oldest, received)),
        "skew_ms": request.wall_now - received,
        "last_contact": received,
    }


def _plain(name: str) -> str:
    return "".join(character for character in name if character.isprintable())[:_NAME_LENGTH]


def _hash(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()
