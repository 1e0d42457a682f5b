"""The files of snapshots: each store's own, and none of them holds anybody who was erased."""

import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import pytest
from msgspec.structs import replace
from sqlalchemy import select

from sync.hub.hub import Hub
from sync.hub.problems import HubProblem
from sync.hub.snapshots import LARGE, Kept
from sync.hub.tables import meta
from sync.protocol import ROW_FORM
from tests.sync.hub.builders import START, Sender, SteadyClock

ATill = Callable[..., Sender]


def fill(till: Sender) -> None:
    """So much that the till's store has a snapshot, with m1 in it."""
    till.send(till.enrolled("m1"))
    for first in range(0, LARGE, 1000):
        till.send(*(till.did("VisitOpened", visit_id=f"v{first + each}", member_id=None) for each in range(1000)))


def files(folder: Path) -> list[Path]:
    return sorted(folder.glob("*"))


@pytest.fixture
def folder(hub: Hub) -> Path:
    """Where the hub packs."""
    return Path(f"{hub.ledger.path.with_suffix('')}.snapshots")


@pytest.fixture
def packed(hub: Hub, a_till: ATill) -> Sender:
    """A till of a store that has a snapshot."""
    till = a_till("west-1")
    fill(till)
    hub.list_snapshots(till.till)
    hub.snapshots.wait()
    return till


@pytest.fixture
def neighbour(hub_url: str, hub: Hub, tmp_path: Path) -> Iterator[Hub]:
    """Another process on the same database, on a machine of its own."""
    other = Hub.open(hub_url, hub.clock, ledger=tmp_path / "other.ledger")
    yield other
    other.close()


def test_a_store_is_not_served_the_snapshot_of_one_whose_name_begins_like_its_own(
    hub: Hub, packed: Sender, a_till: ATill
) -> None:
    (theirs,) = hub.list_snapshots(packed.till).snapshots
    west = a_till("west")
    for named in (None, theirs.sha256):
        with pytest.raises(HubProblem):
            hub.find_snapshot(west.till, "st:west", named)
    fill(west)
    assert hub.list_snapshots(west.till).snapshots == []


def test_what_a_dying_process_left_unpacked_does_not_stay(
    hub: Hub, folder: Path, packed: Sender, hub_clock: SteadyClock
) -> None:
    served = files(folder)
    torn = folder / "0123.new"
    torn.write_bytes(b"somebody")
    os.utime(torn, (START / 1000, START / 1000))
    hub.settle()
    assert torn.exists(), "it may be growing"
    hub_clock.forward(hours=2)
    for path in served:
        os.utime(path, (START / 1000, START / 1000))
    hub.settle()
    assert files(folder) == served


def test_who_was_erased_by_another_process_stays_in_no_file(
    hub: Hub, neighbour: Hub, folder: Path, packed: Sender
) -> None:
    assert files(folder)
    neighbour.erase("m1")
    hub.settle()
    assert files(folder) == []


def test_what_was_packed_before_an_upgrade_is_not_served_after_it(hub: Hub, folder: Path, packed: Sender) -> None:
    """Who reads again because rows have gained a field would never get it."""
    (beside,) = folder.glob("*.json")
    kept = msgspec.json.decode(beside.read_bytes(), type=Kept)
    old = replace(kept, bound=kept.bound._replace(form=ROW_FORM - 1))
    beside.write_bytes(msgspec.json.encode(old))
    assert hub.list_snapshots(packed.till).snapshots == []


def test_what_was_packed_by_a_clock_years_ahead_is_packed_anew(
    hub: Hub, folder: Path, a_till: ATill, hub_clock: SteadyClock
) -> None:
    till = a_till("west-1")
    fill(till)
    hub_clock.forward(hours=3 * 365 * 24)
    hub.list_snapshots(till.till)
    hub.snapshots.wait()
    hub_clock.now = START
    till.send(till.enrolled("m2"))
    hub.settle()
    hub.list_snapshots(till.till)
    hub.snapshots.wait()
    (newest,) = hub.list_snapshots(till.till).snapshots
    assert newest.as_of == len(till.own())


def test_a_hub_that_ends_while_it_packs_leaves_nothing_half_done(hub: Hub, folder: Path, a_till: ATill) -> None:
    till = a_till("west-1")
    fill(till)
    hub.list_snapshots(till.till)
    hub.snapshots.close()
    assert not list(folder.glob("*.new"))


def test_a_reader_in_the_way_of_scrubbing_holds_up_no_push(hub: Hub, till: Sender) -> None:
    log = Path(f"{hub.database.engine.url.database}-wal")
    till.send(till.enrolled("m1"))
    with hub.database.read() as reading:
        reading.execute(select(meta)).all()
        till.send(till.did("ErasureRequested", member_id="m1"))
        before = time.monotonic()
        till.send(till.enrolled("m2"))
        assert time.monotonic() - before < 0.9, "SQLite waits a second for a reader"
    hub.settle()
    assert not log.exists() or log.stat().st_size == 0
