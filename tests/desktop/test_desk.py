"""One writer, read-only readers, nothing half done, and a file that nobody else can read."""

import contextlib
import sqlite3
import stat
import threading
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from desktop.data.keys import load_key
from desktop.data.samples import fill_shop
from desktop.desk import Desk
from desktop.errors import NotNow, StorageTrouble
from desktop.events import Changes
from desktop.services.visits import add_line, finish_visit
from desktop.views.visit import find_running_visit
from desktop.work import Work
from sync.till import open_till

SERUM = "06901230010019"


def test_a_read_cannot_write(desk: Desk) -> None:
    with pytest.raises(DBAPIError, match="readonly"):
        desk.read(lambda connection: connection.execute(text("DELETE FROM member")))


def test_what_was_answered_is_there_after_a_restart(stocked: Desk) -> None:
    stocked.do(add_line, SERUM).result()
    stocked.close()
    again = open_till(stocked.home)
    visit = again.read(find_running_visit)
    again.close()
    assert visit is not None
    assert len(visit.lines) == 1


def test_the_file_cannot_be_read_without_the_key(stocked: Desk) -> None:
    stocked.close()
    with pytest.raises(sqlite3.DatabaseError), sqlite3.connect(stocked.home / "till.db") as connection:
        connection.execute("SELECT * FROM product")
    assert "精华".encode() not in (stocked.home / "till.db").read_bytes()


def test_the_key_file_is_private(desk: Desk) -> None:
    assert stat.S_IMODE((desk.home / "till.key").stat().st_mode) == 0o600


def test_a_lost_key_is_told_and_nothing_is_made_in_its_place(stocked: Desk) -> None:
    stocked.close()
    (stocked.home / "till.key").unlink()
    with pytest.raises(StorageTrouble, match="key_lost"):
        load_key(stocked.home)


@pytest.mark.parametrize("damaged", ["", "ab", "not hexadecimal", "锁", "0" * 63])
def test_a_damaged_key_opens_nothing_and_makes_nothing(tmp_path: Path, damaged: str) -> None:
    (tmp_path / "till.key").write_text(damaged, encoding="utf-8")
    with pytest.raises(StorageTrouble, match="key_lost"):
        open_till(tmp_path)
    assert not (tmp_path / "till.db").exists()


def test_a_file_that_is_no_database_is_put_aside(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    load_key(tmp_path)
    nonsense = b"this is not a database, and it is long enough to be looked at" * 100
    (tmp_path / "till.db").write_bytes(nonsense)
    open_till(tmp_path).close()
    assert [path.read_bytes() for path in tmp_path.glob("damaged/*/till.db")] == [nonsense]
    assert capfd.readouterr().err == ""


def test_a_long_reading_keeps_nobody_waiting_and_a_closing_desk_waits_for_it(stocked: Desk) -> None:
    gate = threading.Event()
    long = stocked.read_behind(lambda _connection: gate.wait())
    assert stocked.read(find_running_visit) is None
    assert not long.done()
    gate.set()
    stocked.close()
    assert long.result(0)
    with pytest.raises(NotNow, match="desk_closed"):
        stocked.read_behind(find_running_visit)


def test_close_lets_the_queue_run_dry_and_may_be_called_twice(stocked: Desk) -> None:
    waiting = [stocked.do(add_line, SERUM) for _ in range(20)]
    stocked.close()
    stocked.close()
    assert all(future.result() for future in waiting)
    with pytest.raises(NotNow, match="desk_closed"):
        stocked.do(finish_visit)


def test_the_clerk_goes_before_the_background(desk: Desk) -> None:
    order: list[str] = []
    gate = threading.Event()
    desk.do(lambda work: gate.wait())
    pull = desk.do_behind(lambda work: order.append("pull"))
    deed = desk.do(lambda work: order.append("deed"))
    gate.set()
    pull.result()
    deed.result()
    assert order == ["deed", "pull"]


def test_changes_are_told_once_after_the_commit(stocked: Desk) -> None:
    told: list[Changes] = []
    done = threading.Event()
    stocked.subscribe(lambda changes: (told.append(changes), done.set()))
    stocked.do(add_line, SERUM).result()
    assert done.wait(5)
    assert len(told) == 1
    assert len(told[0].of("visit")) == 1


@pytest.mark.noisy
def test_a_listener_that_fails_does_not_stop_the_writer(stocked: Desk) -> None:
    def stumble(_: Changes) -> None:
        raise ZeroDivisionError

    stocked.subscribe(stumble)
    stocked.do(add_line, SERUM).result()
    assert stocked.do(add_line, SERUM).result(5)


def test_whoever_knocks_at_a_closing_desk_is_answered(stocked: Desk) -> None:
    answered: list[object] = []

    def knock() -> None:
        with contextlib.suppress(NotNow):
            while True:
                answered.append(stocked.do_behind(lambda work: work.till.device_id).result(5))

    visitors = [threading.Thread(target=knock) for _ in range(8)]
    for visitor in visitors:
        visitor.start()
    while not answered:
        stocked.do(lambda work: None).result()
    stocked.close()
    for visitor in visitors:
        visitor.join()
    assert len(set(answered)) == 1


def test_an_error_does_not_stop_the_writer(stocked: Desk) -> None:
    def stumble(work: Work) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        stocked.do(stumble).result()
    assert stocked.do(add_line, SERUM).result()


def test_a_disk_that_cannot_be_written_is_told_and_nothing_is_lost(stocked: Desk) -> None:
    stocked.do(add_line, SERUM).result()

    def fill_up(work: Work) -> None:
        work.session.execute(text("PRAGMA max_page_count = 1"))
        work.session.execute(text("CREATE TABLE filler (bytes)"))
        work.session.execute(text("INSERT INTO filler VALUES (zeroblob(1000000))"))

    with pytest.raises(StorageTrouble, match="disk_full"):
        stocked.do(fill_up).result()
    stocked.do(lambda work: work.session.execute(text("PRAGMA max_page_count = 1073741823")).all()).result()
    assert stocked.do(add_line, SERUM).result()
    visit = stocked.read(find_running_visit)
    assert visit is not None
    assert len(visit.lines) == 2


def test_two_programs_on_one_till_do_not_get_in_each_others_way(stocked: Desk) -> None:
    other = open_till(stocked.home)
    futures = [desk.do(add_line, SERUM) for _ in range(20) for desk in (stocked, other)]
    assert len({future.result() for future in futures}) == 40
    other.close()


def test_a_refilled_shop_is_the_same_shop(stocked: Desk) -> None:
    stocked.do(fill_shop).result()
