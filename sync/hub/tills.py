"""What headquarters sees of its tills: how they are, and which of them have forgotten whom."""

from collections import defaultdict
from datetime import UTC, datetime
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, select

from sync.hub.documents import KINDS
from sync.hub.tables import device, document, event, identity
from sync.privacy_rows import ErasureReply
from sync.protocol import ErasureRow, StoreRow

_ERASURE = msgspec.json.Decoder(ErasureRow)
_STORE = msgspec.json.Decoder(StoreRow)


class TillLine(msgspec.Struct, frozen=True, kw_only=True):
    """One till. waiting: events it had not sent when it last told; oldest: since when. skew_ms: how far its clock is
    fast. broken: how often what it read did not add up. outdated: why it may not read. unconfirmed: members it may
    still hold though they were erased.
    """

    id: str
    store: str
    name: str
    app: str
    contact: datetime
    waiting: int
    oldest: datetime | None
    skew_ms: int
    broken: int
    revoked: bool
    outdated: str | None
    unconfirmed: list[str]


class Erased(msgspec.Struct, frozen=True, kw_only=True):
    """How far an erasure has come among the tills that were there before it. unreachable: locked out before they
    confirmed.
    """

    member: str
    confirmed: list[str]
    missing: list[str]
    unreachable: list[str]


def list_tills(connection: Connection) -> list[TillLine]:
    """Every till, by store and name."""
    stores = {row.id: _STORE.decode(row.body).name for row in _documents(connection, KINDS[StoreRow])}
    erased, confirmed = _erased(connection), _confirmed(connection)
    lines = [
        TillLine(
            id=row.id,
            store=stores.get(row.store_id, row.store_id),
            name=row.name,
            app=row.app,
            contact=_moment(row.last_contact),
            waiting=row.waiting or 0,
            oldest=_moment(row.oldest_at) if row.oldest_at is not None and row.waiting else None,
            skew_ms=row.skew_ms,
            broken=row.broken,
            revoked=row.revoked,
            outdated=row.outdated,
            unconfirmed=[
                member
                for member, at in sorted(erased.items())
                if at >= _moment(row.enrolled_at) and row.id not in confirmed[member]
            ],
        )
        for row in connection.execute(select(device))
    ]
    return sorted(lines, key=lambda line: (line.store, line.name, line.id))


def erasure_of(connection: Connection, member_id: str) -> Erased:
    """Which tills have confirmed the erasure of one member."""
    outcome = Erased(member=member_id, confirmed=[], missing=[], unreachable=[])
    at, confirmed = _erased(connection)[member_id], _confirmed(connection)[member_id]
    for line in connection.execute(select(device).order_by(device.c.store_id, device.c.name, device.c.id)):
        told = f"{line.name or line.id} ({line.store_id})"
        if line.id in confirmed:
            outcome.confirmed.append(told)
        elif at >= _moment(line.enrolled_at):
            (outcome.unreachable if line.revoked else outcome.missing).append(told)
    return outcome


def progress_of(connection: Connection, store_id: str, member_id: str) -> ErasureReply | None:
    """How far an erasure has come, for the store that asked for it; None for any other."""
    asked = select(event.c.id).where(
        event.c.member_id == member_id, event.c.kind == "ErasureRequested", event.c.store_id == store_id,
        event.c.verdict == "accepted",
    )  # fmt: skip
    if connection.scalar(asked.limit(1)) is None:
        return None
    told = erasure_of(connection, member_id)
    return ErasureReply(
        confirmed=tuple(told.confirmed), missing=tuple(told.missing), unreachable=tuple(told.unreachable)
    )


def find_person(connection: Connection, told: str) -> str | None:
    """The id of a member by id or code, erased or not."""
    owner = select(identity.c.member_id).where(identity.c.kind == "code", identity.c.value == told)
    known = select(document.c.id).where(document.c.id == told, document.c.kind.in_(("member", "redirect", "erasure")))
    return connection.scalar(owner) or connection.scalar(known.limit(1))


def _erased(connection: Connection) -> dict[str, datetime]:
    return {row.id: _ERASURE.decode(row.body).at for row in _documents(connection, KINDS[ErasureRow])}


def _confirmed(connection: Connection) -> dict[str, set[str]]:
    """The tills that confirmed, by member."""
    erased = select(document.c.id).where(document.c.kind == KINDS[ErasureRow])
    receipts = select(event.c.member_id, event.c.device).where(
        event.c.member_id.in_(erased), event.c.kind == "ErasureCarriedOut", event.c.verdict == "accepted"
    )
    found: dict[str, set[str]] = defaultdict(set)
    for row in connection.execute(receipts.distinct()):
        found[row.member_id].add(row.device)
    return found


def _documents(connection: Connection, kind: str) -> list[Row[Any]]:
    return list(connection.execute(select(document.c.id, document.c.body).where(document.c.kind == kind)))


def _moment(milliseconds: int) -> datetime:
    return datetime.fromtimestamp(milliseconds / 1000, UTC)
