"""Emptying a full outbox, near and far, beside the same bytes sent to the least of hubs over the same line."""

import contextlib
import json
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

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
_LINES = {
    "loopback": Line(),
    "50 ms": Line(delay_ms=25),
    "200 ms": Line(delay_ms=100),
    "200 ms, 2 % lost": Line(delay_ms=100, loss=0.02),
}


def measure_exchange(folder: Path, counts: tuple[int, ...] = (10_000, 100_000)) -> list[Row]:
    """Every line for the smallest count, loopback alone for the others."""
    rows = []
    for count in counts:
        full = _full_till(folder / f"full-{count}", count)
        lines = _LINES if count == min(counts) else {"loopback": _LINES["loopback"]}
        rows += [_drain(full, folder, count, name, line) for name, line in lines.items()]
    return rows


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


def _drain(full: Path, folder: Path, count: int, name: str, line: Line) -> Row:
    home, store = folder / "draining", folder / "drained"
    for path in (home, store):
        shutil.rmtree(path, ignore_errors=True)
    shutil.copytree(full, home)
    bodies = _batches(home)
    with _bare(folder / "bare.db") as bare, Network(bare, line=line) as network:
        reference = _send(network.url, bodies)
    stock(store)
    hub = EmbeddedHub(store).start()
    with Network(hub.url, line=line) as network:
        told = run_module("tests.benchmarks.drain", str(home), network.url, hub.ticket(STORE))
    hub.stop()
    note = (
        f"{count / told['empty']:,.0f} events/s, {sum(map(len, bodies)) / count:.0f} bytes an event, "
        f"{told['whole']:.3g} s with all read back, peak {told['peak']:.0f} MiB"
    )
    what = f"{count:,} events, {name}"
    return Row(what, "same bytes to a bare receiver", told["empty"], reference, "s", note=note)


def _batches(home: Path) -> list[bytes]:
    """The bodies of the pushes, cut as the exchange cuts them."""
    with contextlib.closing(open_till(home)) as desk:
        waiting = [each.body for each in desk.read(outbox.pending, 10**9)]
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
