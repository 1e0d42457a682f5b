"""What a handler is told of an event besides its data, and how it says no."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone

from desktop.rules import hlc
from sync.hub.payloads import Sealed
from sync.protocol import PushRequest

HOME_ZONE = timezone(timedelta(hours=8))  # where headquarters' days begin and end

_LAST_COUNT = 0xFFFF


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


def true_time(sealed: Sealed, request: PushRequest, received: int) -> int:
    """When it happened, in ms: by the till's monotonic clock if it still runs, else by how far its wall clock is off.

    Clamped to the moment of receipt and never refused: a wrong clock is not the clerk's fault.
    """
    if sealed.boot and sealed.boot == request.boot:
        moment = received - (request.mono_now - sealed.mono)
    else:
        moment = sealed.wall - (request.wall_now - received)
    return max(0, min(moment, received))


def deed_of(sealed: Sealed, store_id: str, *, received: int, true_at: int) -> Deed:
    """The circumstances of an event, with its clocks clamped."""
    return Deed(
        device=sealed.dev,
        store_id=store_id,
        guide_id=sealed.clk,
        at=datetime.fromtimestamp(true_at / 1000, UTC),
        now=datetime.fromtimestamp(received / 1000, UTC),
        clock=clock_text(min(sealed.hlc, hlc.stamp(received, _LAST_COUNT)), sealed.dev, sealed.ep, sealed.n),
    )


def clock_text(stamp: str, device: str, ep: int = 0, n: int = 0) -> str:
    """A clock that no two deeds share: clamping makes stamps equal, ``n`` still tells which came later."""
    return f"{stamp} {device} {ep:014x} {n:014x}"


def in_ms(moment: datetime) -> int:
    """Milliseconds since 1970 UTC."""
    return round(moment.timestamp() * 1000)
