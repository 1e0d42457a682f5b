"""Damage a till's files at random and see that it opens, works, and has lost nothing: ``python -m tests.corruption``.

Each round takes a till that was closed well or cut off, overwrites 1 to 4,096 bytes somewhere in one of its files (the
database, its log, the journal, a backup), opens it, reads, serves, and opens it once more.
"""

import argparse
import random
import shutil
import sys
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path

import msgspec
from sqlalchemy import Connection, select

from desktop.data.exchange import Outbox
from desktop.data.samples import fill_shop
from desktop.services.members import Application, enrol
from desktop.services.visits import add_line, finish_visit
from desktop.store import Store
from desktop.views.search import find_members
from desktop.views.visit import find_running_visit
from sync.till import open_store

OpenStore = Callable[[Path], Store]

SERUM = "06901230010019"
KINDS = ("till.db", "till.db-wal", "journal/outbox-*.sgj", "journal/till.sgp", "backups/till-*.db")


def main() -> int:
    """So many rounds; 1 if any lost an event or did not open."""
    parser = argparse.ArgumentParser(prog="python -m tests.corruption", description=__doc__)
    parser.add_argument("--rounds", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        homes = make_homes(Path(folder))
        failed = [seed for seed in range(options.seed, options.seed + options.rounds) if not told(homes, seed)]
    sys.stdout.write(f"{options.rounds} rounds, {len(failed)} failed{': ' if failed else ''}{failed or ''}\n")
    return 1 if failed else 0


def told(homes: list[Path], seed: int) -> bool:
    """Whether a round went well; what went wrong is printed."""
    try:
        one_round(homes, seed)
    except Exception as error:  # noqa: BLE001 - the other rounds are worth their while
        sys.stdout.write(f"seed {seed}: {type(error).__name__}: {error}\n")
        return False
    return True


def make_homes(folder: Path) -> list[Path]:
    """A till that was closed well, and the same cut off in the middle of the day."""
    (folder / "live").mkdir()
    (folder / "live" / "till.key").write_text("0" * 64)
    store = open_store(folder / "live")
    store.write(fill_shop)
    _serve(store, "13916882045")
    store.back_up()
    _serve(store, "13800000001")
    shutil.copytree(folder / "live", folder / "cut")
    store.close()
    shutil.move(folder / "live", folder / "closed")
    return [folder / "closed", folder / "cut"]


def one_round(homes: list[Path], seed: int, opened: OpenStore = open_store) -> str:
    """Damage one file and go on; what was damaged, in words. Raises AssertionError if anything was lost.

    opened: how the till is opened afterwards.
    """
    chance = random.Random(seed)
    origin = chance.choice(homes)
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        shutil.copytree(origin, home)
        before = _peek(origin)
        what = damage(home, chance)
        for phone in ("13800000002", "13800000003"):
            store = opened(home)
            try:
                before |= _work(store, phone, before, what)
            finally:
                store.close()
    return what


def damage(home: Path, chance: random.Random) -> str:
    """Overwrite some bytes of one file."""
    files = sorted(path for kind in KINDS for path in home.glob(kind) if path.stat().st_size)
    path = chance.choice(files)
    data = bytearray(path.read_bytes())
    count = min(len(data), chance.choice((1, 2, 16, 512, 4096)))
    start = chance.randrange(len(data) - count + 1)
    data[start : start + count] = bytes(count) if chance.random() < 0.3 else chance.randbytes(count)
    path.write_bytes(data)
    return f"{count} bytes of {path.name} of {home.name} at {start}"


def _work(store: Store, phone: str, before: frozenset[str], what: str) -> set[str]:
    """Read and serve; what was done stays, and nothing of before is gone."""
    store.write(fill_shop)  # a catalogue that is gone comes from the hub again
    store.read(find_members, "2045")
    store.read(find_running_visit)
    new = _serve(store, phone)
    assert [hit.member_id for hit in store.read(find_members, phone[-4:])] == [new], what
    now = store.read(event_ids)
    assert before <= now, f"{len(before - now)} events lost by {what}"
    return now


def _serve(store: Store, phone: str) -> str:
    member_id = store.write(enrol, Application(phone=phone, name="许女士", consents=("service",))).member_id
    for _ in range(10):
        store.write(add_line, SERUM)
    store.write(finish_visit)
    return member_id


@cache
def _peek(home: Path) -> frozenset[str]:
    """The events of a till, looked up in a copy of it."""
    with tempfile.TemporaryDirectory() as folder:
        store = open_store(Path(shutil.copytree(home, Path(folder) / "home")))
        try:
            return frozenset(store.read(event_ids))
        finally:
            store.close()


def event_ids(connection: Connection) -> set[str]:
    """All events that the till knows, by the ids in their own bytes."""
    return {msgspec.json.decode(body)["id"] for body in connection.scalars(select(Outbox.body))}


if __name__ == "__main__":
    sys.exit(main())
