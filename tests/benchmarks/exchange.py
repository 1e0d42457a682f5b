"""Emptying a full outbox, near and far, beside the same bytes sent to the least of hubs over the same line."""

import contextlib
import json
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import msgspec
import requests
import zstandard

from desktop.services.imported_members import MEMBERS
from desktop.services.imports import import_file
from sync import outbox
from sync.exchange import cut_batch
from sync.hub.embedded import EmbeddedHub
from sync.protocol import FIRST_BATCH, MAX_EVENTS, PushRequest, canonical
from sync.till import open_till
from tests.benchmarks.crowd import write_file
from tests.benchmarks.measure import Row
from tests.live_hub import STORE, stock
from tests.proxy import Line, Network

_ROOT = Path(__file__).resolve().parents[2]
_BATCH_BYTES = 1024 * 1024
_BYTES_UP = 50.0  # an event, as promised


class Way(NamedTuple):
    """A line to the hub. promised: seconds in which ``_PROMISED_COUNT`` events are to be there, None for no promise."""

    name: str
    delay_ms: float = 0.0
    loss: float = 0.0
    promised: float | None = None

    def line(self) -> Line:
        """With the same luck every time."""
        return Line(self.delay_ms, self.loss)


_PROMISED_COUNT = 10_000
_NEAR = Way("loopback")
_FAR = (Way("50 ms", 25, promised=1.2), Way("200 ms", 100, promised=3.0))
_LOSS = 0.02


class Told(NamedTuple):
    """Of a till that emptied its outbox: see ``drain``. bare: seconds of the same bytes to a bare receiver. up, down:
    bytes an event.
    """

    empty: float
    whole: float
    peak: float
    bare: float
    up: float
    down: float


def measure_exchange(folder: Path, counts: Sequence[int], *, heavy: bool = False) -> list[Row]:
    """Every line for the smallest count and, if it may be heavy, for the others; else loopback alone for these."""
    rows = []
    for count in counts:
        full = _full_till(folder / f"full-{count}", count)
        near = _drain(full, folder, _NEAR)
        rows += [_beside_bare(count, _NEAR, near), _beside_promised_bytes(count, near)]
        if heavy or count == min(counts):
            rows += [row for way in _FAR for row in _far(full, folder, count, way)]
    return rows


def _far(full: Path, folder: Path, count: int, way: Way) -> list[Row]:
    """The line, and the same one with losses."""
    lossy = Way(f"{way.name}, {_LOSS * 100:g} % lost", way.delay_ms, _LOSS)
    whole, torn = (_drain(full, folder, each) for each in (way, lossy))
    rows = [_beside_bare(count, way, whole), _beside_bare(count, lossy, torn)]
    if count == _PROMISED_COUNT and way.promised:
        what = f"{count:,} events, {way.name}"
        rows.append(Row(what, "what is promised", whole.empty, way.promised, "s", goal=1))
    return [*rows, Row(f"{count:,} events, {lossy.name}", "nothing lost", torn.empty, whole.empty, "s", goal=1.5)]


def _beside_bare(count: int, way: Way, told: Told) -> Row:
    note = (
        f"{count / told.empty:,.0f} events/s, {told.up:.0f} bytes an event up and {told.down:.0f} down, "
        f"{told.whole:.3g} s with all read back, peak {told.peak:.0f} MiB"
    )
    what = f"{count:,} events, {way.name}"
    return Row(what, "same bytes to a bare receiver", told.empty, told.bare, "s", note=note)


def _beside_promised_bytes(count: int, told: Told) -> Row:
    note = "heads, hello, enrolment and the asking for pages are in it; what TCP adds is not"
    return Row(f"up for each of {count:,} events", "what is promised", told.up, _BYTES_UP, "bytes", 1, note)


def _full_till(home: Path, count: int) -> Path:
    """A till where so many events wait, made when it is not there."""
    whole = home.with_suffix(".whole")
    if not whole.exists():
        shutil.rmtree(home, ignore_errors=True)
        with contextlib.closing(open_till(home)) as desk:
            outcome = import_file(desk, MEMBERS, write_file(home / "members.csv", count), lambda *_: None)
        assert outcome.new == count
        whole.touch()
    return home


def _drain(full: Path, folder: Path, way: Way) -> Told:
    home, store = folder / "draining", folder / "drained"
    for path in (home, store):
        shutil.rmtree(path, ignore_errors=True)
    shutil.copytree(full, home)
    waiting = _waiting(home)
    with _bare(folder / "bare.db") as bare, Network(bare, line=way.line()) as network:
        reference = _send(network.url, _batches(waiting))
    stock(store)
    hub = EmbeddedHub(store).start()
    try:
        with Network(hub.url, line=way.line()) as network:
            told = run_module("tests.benchmarks.drain", str(home), network.url, hub.ticket(STORE))
    finally:
        hub.stop()
    return Told(**told, bare=reference, up=network.up / len(waiting), down=network.down / len(waiting))


def _waiting(home: Path) -> list[bytes]:
    with contextlib.closing(open_till(home)) as desk:
        return [each.body for each in desk.read(outbox.pending, 10**9)]


def _batches(waiting: list[bytes]) -> list[bytes]:
    """The bodies of the pushes, cut as the exchange cuts them."""
    bodies, size = [], FIRST_BATCH
    while some := cut_batch(waiting[:size], _BATCH_BYTES):
        request = PushRequest(
            device="x", ep=1, wall_now=0, boot="", mono_now=0, events=[msgspec.Raw(each) for each in some]
        )
        bodies.append(zstandard.compress(canonical(request), level=1))
        waiting, size = waiting[len(some) :], min(MAX_EVENTS, size * 2)
    return bodies


@contextlib.contextmanager
def _bare(database: Path) -> Iterator[str]:
    for file in database.parent.glob(f"{database.name}*"):
        file.unlink()
    command = [sys.executable, "-m", "tests.benchmarks.bare_hub", str(database)]
    with subprocess.Popen(command, cwd=_ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        yield f"http://127.0.0.1:{process.stdout.readline().strip()}"
        process.terminate()


def _send(url: str, bodies: list[bytes]) -> float:
    began = time.perf_counter()
    with requests.Session() as session:
        for body in bodies:
            session.post(f"{url}/v1/push", data=body, timeout=60).raise_for_status()
    return time.perf_counter() - began


def run_module(module: str, *arguments: str) -> dict[str, float]:
    """What a module of ours prints as JSON, run as a process."""
    command = [sys.executable, "-m", module, *arguments]
    answer: dict[str, float] = json.loads(subprocess.run(command, cwd=_ROOT, check=True, capture_output=True).stdout)
    return answer
