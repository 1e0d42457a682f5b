"""A till whose database broke in the afternoon: from the start of the program until it answers and serves, beside
copying a whole file into the place of the broken one; and until till and hub are at rest, as is promised.
"""

import os
import shutil
import time
from contextlib import closing
from pathlib import Path

from sqlalchemy import Connection, func, select

from desktop.data.exchange import Outbox
from desktop.desk import Desk
from desktop.services.members import Application, enrol
from desktop.services.visits import finish_visit, serve
from desktop.views.lookup import MemberSeen, look_up
from sync.hub.embedded import EmbeddedHub
from sync.till import open_store, open_till
from tests.benchmarks.crowd import codes
from tests.benchmarks.drain import drain
from tests.benchmarks.first_load import crowded_hub
from tests.benchmarks.measure import Row
from tests.live_hub import STORE

_HEADER = 4096
_PROMISED = 300.0  # seconds: back in five minutes
_CLIENTS = 100  # of half a day


def measure_mending(folder: Path, count: int) -> list[Row]:
    """A till of a brand with ``count`` members, and its hub."""
    home, shop = folder / "broken", folder / "broken-hub"
    for path in (home, shop):
        shutil.rmtree(path, ignore_errors=True)
    shutil.copytree(crowded_hub(folder, count), shop)
    hub = EmbeddedHub(shop).start()
    try:
        events = _live_a_day(home, hub)
        whole = (home / "till.db").read_bytes()
        (home / "till.db").write_bytes(os.urandom(_HEADER) + whole[_HEADER:])
        served, back = _come_back(home, hub, events, next(codes(count)))
    finally:
        hub.stop()
    reference = _write(folder / "copy", whole)
    for path in (home, shop):
        shutil.rmtree(path)
    name = f"a broken till of {count:,} members"
    return [
        Row(f"{name} serves again", "write the same file, fsync", served, reference, "s"),
        Row(f"{name} is back, all sent and read", "what is promised", back, _PROMISED, "s", goal=1),
    ]


def _live_a_day(home: Path, hub: EmbeddedHub) -> int:
    """A backup of last night, a morning that the hub has heard of, and an afternoon that the second copy alone will
    know; the number of its events.
    """
    with closing(open_till(home)) as desk:
        drain(desk, hub.url, hub.ticket(STORE))
        desk.store.back_up()
        _enrol(desk, range(_CLIENTS))
        drain(desk, hub.url)
        _enrol(desk, range(_CLIENTS, 2 * _CLIENTS))
        return desk.read(_count_events)


def _enrol(desk: Desk, clients: range) -> None:
    for number in clients:
        desk.do(enrol, Application(phone=f"15{number:09d}", name="新客", consents=("service",))).result()
        desk.do(finish_visit).result()


def _come_back(home: Path, hub: EmbeddedHub, events: int, code: str) -> tuple[float, float]:
    """Seconds until the till answers and serves, and until all is sent and read again."""
    began = time.perf_counter()
    store = open_store(home)
    assert isinstance(store.read(look_up, code), MemberSeen)
    store.write(serve, None)
    served = time.perf_counter() - began
    assert store.read(_count_events) == events + 1  # a visit was opened
    with closing(Desk(store)) as desk:
        drain(desk, hub.url)
        return served, time.perf_counter() - began


def _count_events(connection: Connection) -> int:
    return connection.execute(select(func.count(Outbox.n))).scalar_one()


def _write(path: Path, content: bytes) -> float:
    began = time.perf_counter()
    with path.open("wb") as file:
        file.write(content)
        os.fsync(file.fileno())
    took = time.perf_counter() - began
    path.unlink()
    return took
