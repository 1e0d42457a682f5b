"""The first load of a till that joins a large brand, beside fetching and unpacking the same snapshot to a file."""

import contextlib
import os
import shutil
import threading
import time
import uuid
from pathlib import Path

import zstandard

from sync.client import HubClient
from sync.hub.embedded import EmbeddedHub
from sync.loads import Manifest, SnapshotRequest, SnapshotsRequest
from sync.protocol import EnrolRequest
from tests.benchmarks.crowd import write_file
from tests.benchmarks.exchange import run_module
from tests.benchmarks.measure import Row
from tests.live_hub import STORE, stock

_PART = 1024 * 1024
_LATER = threading.Event()  # never set


def measure_first_load(folder: Path, count: int) -> list[Row]:
    """A hub with ``count`` members of other stores, kept between runs, and a till that was never there."""
    hub = EmbeddedHub(crowded_hub(folder, count)).start()
    home = folder / "joining"
    shutil.rmtree(home, ignore_errors=True)
    try:
        with contextlib.closing(HubClient(hub.url)) as client:
            client.ask(EnrolRequest(ticket=hub.ticket(STORE), device=str(uuid.uuid4())))
            manifest = _packed(client)
            reference = _fetch(client, manifest, folder / "snapshot")
        told = run_module("tests.benchmarks.drain", str(home), hub.url, hub.ticket(STORE))
    finally:
        hub.stop()
    ours, peak = told["whole"], told["peak"]
    note = f"{count / ours:,.0f} members/s, {manifest.bytes / count:.0f} bytes a member, peak {peak:.0f} MiB"
    return [Row(f"first load of {count:,} members", "unpack the same snapshot, fsync", ours, reference, "s", 2, note)]


def crowded_hub(folder: Path, count: int) -> Path:
    """The data of a hub with ``count`` members, made when it is not there."""
    home = folder / f"hub-{count}"
    whole = home.with_suffix(".whole")
    if not whole.exists():
        shutil.rmtree(home, ignore_errors=True)
        stock(home)
        EmbeddedHub(home).stock({"members": write_file(home / "members.csv", count)})
        whole.touch()
    return home


def _packed(client: HubClient) -> Manifest:
    """The directory's snapshot, once the hub has made it."""
    while True:
        for manifest in client.ask(SnapshotsRequest()).snapshots:
            if manifest.scope == "dir":
                return manifest
        _LATER.wait(1)


def _fetch(client: HubClient, manifest: Manifest, path: Path) -> float:
    began = time.perf_counter()
    unpacker = zstandard.ZstdDecompressor().decompressobj()
    with path.open("wb") as file:
        for start in range(0, manifest.bytes, _PART):
            length = min(_PART, manifest.bytes - start)
            wanted = SnapshotRequest(scope="dir", sha256=manifest.sha256, start=start, length=length)
            file.write(unpacker.decompress(client.ask(wanted).body))
        file.flush()
        os.fsync(file.fileno())
    took = time.perf_counter() - began
    path.unlink()
    return took
