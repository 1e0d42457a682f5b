"""Who and where this till is, and what has not reached the hub."""

from dataclasses import dataclass
from datetime import datetime

import msgspec
from sqlalchemy import Connection, func, or_, select

from desktop.data.catalogue import Guide, Store
from desktop.data.desk_state import Draft
from desktop.data.exchange import Cursor, Load, Outbox, Till


@dataclass(frozen=True, slots=True)
class TillView:
    """store and guide are None before the first contact with the hub or without a guide list."""

    device_id: str
    name: str
    store_id: str | None
    store: str | None
    guide_id: str | None
    guide: str | None
    hub_url: str | None
    contacted_at: datetime | None
    clock_skew_ms: int


@dataclass(frozen=True, slots=True)
class GuideView:
    id: str
    name: str
    badge: str | None


@dataclass(frozen=True, slots=True)
class WaitingEvent:
    """An event that the hub has not answered for good. state: pending, parked, rejected.

    code and fix: why it was refused, and what can be done: edit, call_hq, ask_online.
    """

    event_id: str
    kind: str
    row: str
    row_id: str
    at: datetime
    state: str
    code: str | None
    fix: str | None


@dataclass(frozen=True, slots=True)
class Backlog:
    """How much has not reached the hub. oldest: when the first waiting event happened."""

    waiting: int
    refused: int
    oldest: datetime | None


_WAITING = select(Outbox.n).where(or_(Outbox.state == "pending", Outbox.state == "parked"))
_COUNT_REFUSED = select(func.count()).where(Outbox.state == "rejected", Outbox.acknowledged.is_(False))
_OLDEST = select(Outbox.at).where(Outbox.state == "pending").order_by(Outbox.ep, Outbox.n).limit(1)


# A snapshot that is on its way counts half when it is here, and whole when it is laid.
_WORTH_TELLING = 1000
_FIRST_READ = select(func.sum(Cursor.seq).label("done"), func.sum(Cursor.head).label("rows")).where(~Cursor.whole)
_LOADING = (
    select(Load.rows, Load.got, Load.bytes, Load.done).join(Cursor, Cursor.scope == Load.scope).where(~Cursor.whole)
)


def find_till(connection: Connection) -> TillView:
    """This installation."""
    row = connection.execute(
        select(
            Till.device_id, Till.name, Till.store_id, Store.name.label("store"), Till.guide_id,
            Guide.name.label("guide"), Till.hub_url, Till.contacted_at, Till.clock_skew_ms,
        )
        .outerjoin(Store, Store.id == Till.store_id)
        .outerjoin(Guide, Guide.id == Till.guide_id)
    ).one()  # fmt: skip
    return TillView(*row)


def find_guides(connection: Connection) -> tuple[GuideView, ...]:
    """The guides of this store, or all of them while the store is not known."""
    store_id = connection.scalar(select(Till.store_id))
    query = select(Guide.id, Guide.name, Guide.badge).where(Guide.active).order_by(Guide.name)
    if store_id:
        query = query.where(Guide.store_id == store_id)
    return tuple(GuideView(*row) for row in connection.execute(query))


def find_backlog(connection: Connection, most: int | None = None) -> Backlog:
    """How much waits. A screen counts to ``most`` only: after a large import millions may wait."""
    waiting = connection.scalar(select(func.count()).select_from(_WAITING.limit(most).subquery())) or 0
    refused = connection.scalar(_COUNT_REFUSED) or 0
    return Backlog(waiting, refused, connection.scalar(_OLDEST) if waiting else None)


def find_loading(connection: Connection) -> tuple[int, int] | None:
    """Rows that have come and all there are, while the first data is on its way; None when it is here, or is little."""
    came = connection.execute(_FIRST_READ).one()
    rows, packed = came.rows or 0, connection.execute(_LOADING).all()
    done = (came.done or 0) + sum((load.rows * load.got // max(load.bytes, 1) + load.done) // 2 for load in packed)
    return (done, rows) if rows >= _WORTH_TELLING else None


def find_vanishing(connection: Connection) -> int:
    """Rows that would go if somebody agreed; 0 if nobody is asked."""
    return connection.scalar(select(func.sum(Cursor.asked))) or 0


def list_waiting(connection: Connection, limit: int = 200) -> tuple[WaitingEvent, ...]:
    """What waits and what was refused, refusals first, the oldest first."""
    query = (
        select(
            Outbox.event_id, Outbox.kind, Outbox.row, Outbox.row_id, Outbox.at, Outbox.state, Outbox.code, Outbox.fix
        )
        .where(Outbox.state != "accepted", Outbox.acknowledged.is_(False))
        .order_by(Outbox.state.desc(), Outbox.ep, Outbox.n)
        .limit(limit)
    )
    return tuple(WaitingEvent(*row) for row in connection.execute(query))


def find_draft(connection: Connection, name: str) -> dict[str, object] | None:
    """What was being typed into a form when the app last ran."""
    body = connection.scalar(select(Draft.body).where(Draft.name == name))
    return msgspec.json.decode(body, type=dict[str, object]) if body else None
