"""What a handler is told of an event besides its data, and how it says no."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from typing import NamedTuple

from desktop.rules import hlc
from sync.hub.payloads import Sealed
from sync.protocol import PushRequest

HOME_ZONE = timezone(timedelta(hours=8))  # where headquarters' days begin and end


@dataclass(frozen=True, slots=True)
class Deed:
    """Who did it, where and when.

    at: the corrected time. now: the hub's when it heard of it.
    clock: sorts every deed of the brand, those of one till in the order they were done in.
    """

    device: str
    store_id: str
    guide_id: str | None
    at: datetime
    clock: str
    now: datetime


class Refused(Exception):
    """The event is turned down for good. ``fix`` tells the clerk what to do: edit, ask_online or call_hq."""

    def __init__(self, code: str, fix: str) -> None:
        super().__init__(code)
        self.code = code
        self.fix = fix


class Parked(Exception):
    """The event cannot be judged before the document named ``waits`` is known."""

    def __init__(self, code: str, waits: str) -> None:
        super().__init__(code)
        self.code = code
        self.waits = waits


class Times(NamedTuple):
    """Of an event, in ms: when the hub heard of it, by when it had happened at the latest, and when it really did."""

    received: int
    known_by: int
    true_at: int


def times_of(sealed: Sealed, request: PushRequest, received: int, ceiling: int | None) -> Times:
    """When it happened: by the till's monotonic clock if it still runs, else by how far its wall clock is off.

    Clamped to the moment by which it had happened and never refused: a wrong clock is not the clerk's fault.
    """
    known_by = received if ceiling is None else max(0, min(ceiling, received))
    if sealed.boot and sealed.boot == request.boot:
        moment = received - (request.mono_now - sealed.mono)
    else:
        moment = sealed.wall - (request.wall_now - received)
    return Times(received, known_by, max(0, min(moment, known_by)))


def deed_of(sealed: Sealed, store_id: str, times: Times) -> Deed:
    """The circumstances of an event, with its clocks clamped."""
    return Deed(
        device=sealed.dev,
        store_id=store_id,
        guide_id=sealed.clk,
        at=datetime.fromtimestamp(times.true_at / 1000, UTC),
        now=datetime.fromtimestamp(times.received / 1000, UTC),
        clock=clock_text(min(sealed.hlc, hlc.end_of(times.known_by)), sealed.dev, sealed.ep, sealed.n),
    )


def clock_text(stamp: str, device: str, ep: int = 0, n: int = 0) -> str:
    """A clock that no two deeds share: clamping makes stamps equal, ``n`` still tells which came later."""
    return f"{stamp} {device} {ep:014x} {n:014x}"


def in_ms(moment: datetime) -> int:
    """Milliseconds since 1970 UTC."""
    return round(moment.timestamp() * 1000)
