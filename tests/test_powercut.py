"""Power cuts and disk errors, a few of each; ``make powercut`` makes thousands."""

import contextlib
import random
from collections.abc import Iterator
from pathlib import Path

import apsw
import msgspec
import pytest
from sqlcipher3 import dbapi2

from desktop.data.engine import WRITER_PRAGMAS, connect
from desktop.data.theirs import tables_with
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


def states(days: Days, bench: Bench) -> Iterator[apsw.Connection]:
    """The database as each of the transactions leaves it: what a power cut can leave, and nothing else."""
    with contextlib.closing(bench.shim.connect(Disk())) as connection:
        for transaction in days.transactions:
            carry_out(connection, transaction)
            if connection.table_exists(None, "outbox"):
                yield connection


def test_a_half_load_is_never_shown_as_whole(days: Days, bench: Bench) -> None:
    """And what of its file is here is all there, so that it goes on where it was."""
    half = """SELECT seq < as_of, got = coalesce((SELECT sum(length(body)) FROM load_part WHERE scope = load.scope), 0),
        done = (SELECT count(*) FROM feed_row WHERE scope = load.scope AND reading = cursor.reading), done
        FROM load JOIN cursor USING (scope)"""
    found = [row for state in states(days, bench) for row in state.execute(half)]
    assert {row[:3] for row in found} == {(1, 1, 1)}
    assert len({done for *_, done in found}) > 3, "it was laid in steps"


def test_an_erasure_is_there_whole_or_not_at_all(days: Days, bench: Bench) -> None:
    """No table has anything of theirs, and no event names them: their own are stubs."""
    told = """SELECT CAST(body AS TEXT) FROM outbox
        WHERE kind <> 'ErasureCarriedOut' AND CAST(body AS TEXT) <> '{"id":"' || event_id || '"}'"""
    found = 0
    for state in states(days, bench):
        for member_id, names in state.execute("SELECT id, names FROM erasure").fetchall():
            found += 1
            for table in tables_with("member_id"):
                assert not state.execute(f"SELECT 1 FROM {table} WHERE member_id = ?", (member_id,)).fetchall()
            quoted = [f'"{name}"' for name in msgspec.json.decode(names)]
            assert not [body for (body,) in state.execute(told) for name in quoted if name in body]
    assert found > 1


def test_a_tidied_outbox_has_all_that_was_not_sent(days: Days, bench: Bench) -> None:
    before: dict[str, str] = {}
    gone: set[str] = set()
    for state in states(days, bench):
        here = dict(state.execute("SELECT event_id, state || acknowledged FROM outbox").fetchall())
        gone |= {before[event_id] for event_id in before.keys() - here.keys()}
        before = here
    assert gone == {"accepted0", "rejected1"}
    assert "pending0" in before.values()


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
