"""The greeting that opens a connection: who calls, and how much waits."""

from sqlalchemy import Connection, func, select

from desktop.clock import Clock, milliseconds
from desktop.data.direct import Direct
from desktop.data.exchange import Outbox, Till
from desktop.release import RELEASE
from sync.protocol import SPOKEN, HelloRequest

_PENDING = Direct(select(func.count()).select_from(Outbox).where(Outbox.state == "pending"))
_CALLER = Direct(select(Till.device_id, Till.ep, Till.epoch, Till.broken))
_OLDEST = Direct(select(Outbox.at).where(Outbox.state == "pending").order_by(Outbox.ep, Outbox.n).limit(1))


def greeting(connection: Connection, clock: Clock) -> HelloRequest:
    """What the hub is told first."""
    till = _CALLER.first(connection)
    waiting, oldest = backlog(connection)
    return HelloRequest(
        nonce=clock.new_id(),
        device=till.device_id,
        app=RELEASE,
        proto=SPOKEN,
        wall_now=milliseconds(clock.now()),
        ep=till.ep,
        waiting=waiting,
        oldest=oldest,
        epoch=till.epoch,
        broken=till.broken,
    )


def backlog(connection: Connection) -> tuple[int, int | None]:
    """How many events wait, and since when the first of them does (ms)."""
    oldest = _OLDEST.scalar(connection)
    return int(_PENDING.scalar(connection)), milliseconds(oldest) if oldest else None
