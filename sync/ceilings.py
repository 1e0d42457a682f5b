"""Ceilings: by which time of the hub's events had happened whose stamps say later.

They are kept in the till's own row, so that its passport tells them when the database is lost, or was put back.
"""

from bisect import bisect_left
from collections.abc import Sequence
from typing import NamedTuple

import msgspec
from sqlalchemy import Connection, select

from desktop.data.direct import Direct
from desktop.data.exchange import Outbox, Till
from desktop.data.installation import Installation


class Ceiling(NamedTuple):
    """By the hub's time ``at`` (ms) every event up to this number had happened."""

    ep: int
    n: int
    at: int


_READER = msgspec.json.Decoder(list[Ceiling])
_NOTED = Direct(select(Till.ceilings))
_FIRST_KEPT = Direct(
    select(Outbox.ep, Outbox.n).where(Outbox.state != "rejected").order_by(Outbox.ep, Outbox.n).limit(1)
)


def note_ceiling(till: Installation, newest: tuple[int, int], hub_now: int) -> None:
    """Every event up to this one had happened by now; what was noted of it earlier says more."""
    noted = _READER.decode(till.ceilings)
    latest = max([hub_now, *(each.at for each in noted)])  # a hub's clock that went back must not turn the order round
    if newest not in [(each.ep, each.n) for each in noted]:
        _keep(till, sorted([*noted, Ceiling(*newest, latest)]))


def add_ceilings(till: Installation, told: str) -> None:
    """What was noted of its events elsewhere holds too; of one event the earlier says more."""
    _keep(till, sorted({*_READER.decode(till.ceilings), *_READER.decode(told)}))


def ceilings_of(connection: Connection, events: Sequence[tuple[int, int]]) -> list[int | None]:
    """For each of these events the hub's time by which it had happened, if that was noted; empty if it was of none."""
    noted = _READER.decode(_NOTED.scalar(connection)) if events else []
    places = [bisect_left(noted, event, key=lambda each: (each.ep, each.n)) for event in events]
    told = [noted[place].at if place < len(noted) else None for place in places]
    return told if any(each is not None for each in told) else []


def drop_ceilings(till: Installation, connection: Connection) -> None:
    """Forget those under which no event is left that could be sent again."""
    first = _FIRST_KEPT.first(connection)
    noted = _READER.decode(till.ceilings)
    _keep(till, [each for each in noted if first is not None and (first.ep, first.n) <= (each.ep, each.n)])


def _keep(till: Installation, noted: Sequence[Ceiling]) -> None:
    till.ceilings = msgspec.json.encode(noted).decode()
