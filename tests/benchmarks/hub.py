"""Events a second that a hub judges, saves and tells, from one till and from fifty, beside the bare rows alone."""

import os
import re
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec
import psycopg
import requests
import zstandard
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

from sync.hub.hub import Hub
from sync.protocol import PushRequest, canonical
from tests.benchmarks.measure import Row
from tests.benchmarks.memory import peak
from tests.postgres import VARIABLE
from tests.sync.hub.builders import Sender

_ROOT = Path(__file__).resolve().parents[2]
_TILLS = (1, 50)
_GOALS = {("postgresql", 1): 1 / 0.30, ("postgresql", 50): 1 / 0.45, ("sqlite", 1): 1 / 0.40, ("sqlite", 50): 1 / 0.40}
_LINES = 6  # of a visit; with its member, opening, preference and finish that is ten events
_CREATE = "CREATE TABLE bare (id text, device text, ep bigint, n bigint, kind text, hlc text, body text)"


def measure_hub(folder: Path, events: int) -> list[Row]:
    """On SQLite, and on PostgreSQL where the tests' server was started."""
    databases = ["sqlite", "postgresql"] if os.environ.get(VARIABLE) else ["sqlite"]
    return [_measure(folder, kind, tills, events) for kind in databases for tills in _TILLS]


def _measure(folder: Path, kind: str, tills: int, events: int) -> Row:
    ledger = (folder / "bench-hub.ledger").resolve()
    with _database(folder, kind) as url:
        hub = Hub.open(url, ledger=ledger)
        senders = [Sender(hub, f"store-{number % 10}") for number in range(tills)]
        told = [_visits(sender, events // tills) for sender in senders]
        hub.close()
        bodies = [list(_bodies(sender, some)) for sender, some in zip(senders, told, strict=True)]
        with _served(url, ledger) as (address, process):
            ours = _send(address, senders, bodies)
            most = peak(process)
        reference = _BARE[kind](url, [row for some in told for row in map(_row, some)])
    count = sum(map(len, told))
    note = f"{count / ours:,.0f} events/s, peak {most:.0f} MiB"
    what = f"hub on {kind}, {count:,} events from {tills} {'till' if tills == 1 else 'tills'}"
    name = "COPY of the same rows" if kind == "postgresql" else "executemany of the same rows"
    return Row(what, name, ours, reference, "s", goal=_GOALS[kind, tills], note=note)


def _visits(sender: Sender, count: int) -> list[msgspec.Raw]:
    """So many events of members who come in, look at things and go."""
    events: list[msgspec.Raw] = []
    while len(events) < count:
        member, visit, wish = (sender.hub.clock.new_id() for _ in range(3))
        events.append(sender.enrolled(member))
        events.append(sender.did("VisitOpened", visit_id=visit, member_id=member))
        events += [sender.line(visit, sender.hub.clock.new_id()) for _ in range(_LINES)]
        wished = {"facet": "skin", "value": "dry", "sentiment": "likes"}
        events.append(sender.did("PreferenceNoted", preference_id=wish, member_id=member, visit_id=visit, **wished))
        events.append(sender.did("VisitFinished", visit_id=visit))
    return events


def _bodies(sender: Sender, events: list[msgspec.Raw]) -> Iterator[bytes]:
    for first in range(0, len(events), 2000):
        request = PushRequest(
            device=sender.id, ep=1, wall_now=sender.hub.clock.now_ms(), boot="", mono_now=0,
            events=events[first : first + 2000],
        )  # fmt: skip
        yield zstandard.compress(canonical(request), level=1)


def _send(address: str, senders: list[Sender], bodies: list[list[bytes]]) -> float:
    """Seconds until the last answer; each till sends one body after the other."""

    def push_all(sender: Sender, mine: list[bytes]) -> None:
        with requests.Session() as session:
            session.headers.update({"Authorization": f"Bearer {sender.enrolment.token}", "Content-Encoding": "zstd"})
            for body in mine:
                session.post(f"{address}/v1/push", data=body, timeout=300).raise_for_status()

    with ThreadPoolExecutor(len(senders)) as pool:
        began = time.perf_counter()
        list(pool.map(push_all, senders, bodies))
        return time.perf_counter() - began


@contextmanager
def _served(url: str, ledger: Path) -> Iterator[tuple[str, int]]:
    """Its address and the id of its process."""
    command = [sys.executable, "-m", "sync.hub", "serve", "--database", url, "--ledger", str(ledger), "--port", "0"]
    with subprocess.Popen(command, cwd=_ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        found = re.search(r"http://\S+", process.stdout.readline())
        assert found is not None
        yield found[0], process.pid
        process.terminate()


@contextmanager
def _database(folder: Path, kind: str) -> Iterator[str]:
    """The URL of an empty database, gone afterwards, where no hub has left anything."""
    for file in folder.glob("bench-hub.*"):
        shutil.rmtree(file) if file.is_dir() else file.unlink()
    if kind == "sqlite":
        yield f"sqlite:///{folder / 'bench-hub.db'}"
        return
    server = create_engine(os.environ[VARIABLE], isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.execute(text("CREATE DATABASE bench_hub"))
    yield make_url(os.environ[VARIABLE]).set(database="bench_hub").render_as_string(hide_password=False)
    with server.connect() as connection:
        connection.execute(text("DROP DATABASE bench_hub WITH (FORCE)"))
    server.dispose()


def _row(event: msgspec.Raw) -> tuple[Any, ...]:
    told = msgspec.json.decode(event)
    return (*(told[name] for name in ("id", "dev", "ep", "n", "typ", "hlc")), bytes(event).decode())


def _copy(url: str, rows: list[tuple[Any, ...]]) -> float:
    with psycopg.connect(url.replace("postgresql+psycopg", "postgresql"), autocommit=True) as connection:
        connection.execute(_CREATE)
        began = time.perf_counter()
        with connection.cursor().copy("COPY bare FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
        return time.perf_counter() - began


def _executemany(url: str, rows: list[tuple[Any, ...]]) -> float:
    connection = sqlite3.connect(url.removeprefix("sqlite:///"))
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute(_CREATE)
    began = time.perf_counter()
    with connection:
        connection.executemany("INSERT INTO bare VALUES (?, ?, ?, ?, ?, ?, ?)", rows)
    took = time.perf_counter() - began
    connection.close()
    return took


_BARE: dict[str, Callable[[str, list[tuple[Any, ...]]], float]] = {"postgresql": _copy, "sqlite": _executemany}
