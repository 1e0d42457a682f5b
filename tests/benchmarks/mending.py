"""A till whose database broke over night: from the start of the program until it answers and serves, beside copying a
whole file into the place of the broken one.
"""

import os
import shutil
import time
from pathlib import Path

from sqlalchemy import Connection, func, select

from desktop.data.exchange import Outbox
from desktop.services.members import Application, enrol
from desktop.services.visits import finish_visit, serve
from desktop.views.lookup import look_up
from sync.till import open_store
from tests.benchmarks.crowd import codes, crowded_till
from tests.benchmarks.measure import Row

_HEADER = 4096


def measure_mending(folder: Path, count: int) -> list[Row]:
    """A till with ``count`` members, a backup of last night and a day's work in the second copy alone."""
    crowded_till(folder / f"till-{count}", count)[0].close()
    home = folder / "broken"
    shutil.rmtree(home, ignore_errors=True)
    shutil.copytree(folder / f"till-{count}", home)
    events = _live_a_day(home)
    whole = (home / "till.db").read_bytes()
    (home / "till.db").write_bytes(os.urandom(_HEADER) + whole[_HEADER:])
    began = time.perf_counter()
    store = open_store(home)
    store.read(look_up, next(codes(count)))
    store.write(serve, None)
    ours = time.perf_counter() - began
    assert store.read(_count_events) == events + 1  # a visit was opened
    store.close()
    shutil.rmtree(home)
    name = f"a broken till of {count:,} members serves again"
    return [Row(name, "write the same file, fsync", ours, _write(folder / "copy", whole), "s", note="at most 300 s")]


def _live_a_day(home: Path) -> int:
    store = open_store(home)
    store.back_up()
    for number in range(100):
        store.write(enrol, Application(phone=f"15{number:09d}", name="新客", consents=("service",)))
        store.write(finish_visit)
    events: int = store.read(_count_events)
    store.close()
    return events


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
