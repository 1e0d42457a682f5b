"""Power cuts and disk errors, a few of each; ``make powercut`` makes thousands."""

import random
from pathlib import Path

import pytest
from sqlcipher3 import dbapi2

from desktop.data.engine import WRITER_PRAGMAS, connect
from desktop.errors import StorageTrouble
from tests.powercut.bench import Bench
from tests.powercut.cuts import cut
from tests.powercut.deeds import Days, all_rows, record
from tests.powercut.disk import Disk
from tests.powercut.faults import KINDS, LIE, fail
from tests.powercut.shim import carry_out


@pytest.fixture(scope="module")
def days(tmp_path_factory: pytest.TempPathFactory) -> Days:
    return record(tmp_path_factory.mktemp("till"), people=20)


@pytest.fixture(scope="module")
def bench(days: Days) -> Bench:
    return Bench(days.transactions)


def test_a_power_cut_loses_nothing_that_was_answered(bench: Bench) -> None:
    tally = cut(bench, 120, seed=1)
    assert (tally.total, tally.bad) == (120, 0), tally


def test_with_less_care_a_power_cut_does_lose(bench: Bench) -> None:
    """The control: if this passes, so would anything."""
    normal, off = cut(bench, 30, seed=1, synchronous="NORMAL"), cut(bench, 30, seed=1, synchronous="OFF")
    assert normal.verdicts["lost"] > 0, normal
    assert off.verdicts["corrupt"] > 0, off


def test_the_same_seed_finds_the_same(bench: Bench) -> None:
    assert cut(bench, 20, seed=2, synchronous="OFF") == cut(bench, 20, seed=2, synchronous="OFF")


@pytest.mark.parametrize("kind", KINDS)
def test_a_disk_error_is_told_and_loses_nothing(bench: Bench, kind: str) -> None:
    tally = fail(bench, 16, seed=1, kind=kind)
    assert (tally.total, tally.bad) == (16, 0), tally


def test_a_disk_that_lies_is_found_out(bench: Bench) -> None:
    """The control of the disk errors."""
    assert fail(bench, 20, seed=1, kind=LIE).bad > 0


def test_the_transactions_are_all_that_the_till_did(days: Days, bench: Bench) -> None:
    connection = bench.shim.connect(Disk())
    for transaction in days.transactions:
        carry_out(connection, transaction)
    assert all_rows(lambda sql: connection.execute(sql).fetchall()) == days.contents
    connection.close()


def test_the_cuts_are_under_the_settings_of_the_till(bench: Bench) -> None:
    connection = bench.shim.connect(Disk())
    settings = dict(pragma.split("=") for pragma in WRITER_PRAGMAS)
    assert settings["synchronous"] == "FULL"
    assert connection.pragma("synchronous") == 2
    assert connection.pragma("journal_mode").upper() == settings["journal_mode"]
    connection.close()


def test_a_program_that_died_with_the_power_writes_nothing_afterwards(bench: Bench) -> None:
    disk = Disk()
    dead = bench.shim.connect(disk)
    carry_out(dead, bench.transactions[0])
    left = disk.after_cut(random.Random(1))
    before = {name: bytes(file.cache) for name, file in left.files.items()}
    dead.close()
    assert {name: bytes(file.cache) for name, file in left.files.items()} == before
    assert bench.look(left) == 1


def test_half_a_page_is_refused_by_the_cipher(tmp_path: Path) -> None:
    """Plain SQLite would read zeros, which is why the disk errors above leave it out."""
    path, key = tmp_path / "till.db", bytes(32)
    connection = connect(path, key, ())
    connection.execute("CREATE TABLE word (text TEXT)")
    connection.executemany("INSERT INTO word VALUES (?)", [("seen" * 500,)] * 20)
    connection.close()
    whole = path.read_bytes()
    path.write_bytes(whole[: 5 * 4096 + 2048] + bytes(2048) + whole[6 * 4096 :])
    with pytest.raises((dbapi2.DatabaseError, StorageTrouble)):
        connect(path, key, ()).execute("SELECT max(text) FROM word").fetchall()
