"""Promises of the journal: what was answered is on disk twice, and either copy alone is enough."""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import msgspec
import pytest
from sqlalchemy import Connection, delete, select

from desktop.data.exchange import Outbox, Till
from desktop.desk import Desk
from desktop.services.members import Application, enrol
from desktop.services.visits import add_line
from desktop.views.search import find_members
from desktop.work import Work
from sync.journal import Journal
from sync.passport import Passport
from sync.sealed import Sealer
from sync.till import open_till
from tests.clock import SetClock

SERUM = "06901230010019"
SHU = Application(phone="13916882045", name="许女士", consents=("service",))


@pytest.fixture
def journal(desk: Desk, clock: SetClock) -> Journal:
    """The files of the desk's journal."""
    return Journal(desk.home, desk.key.secret, clock)


def events(connection: Connection) -> list[bytes]:
    return list(connection.scalars(select(Outbox.body).order_by(Outbox.ep, Outbox.n)))


def ids(bodies: list[bytes]) -> set[str]:
    return {msgspec.json.decode(body)["id"] for body in bodies}


def incarnation(connection: Connection) -> tuple[int, int]:
    return tuple(connection.execute(select(Till.ep, Till.next_n)).one())


def reopened(desk: Desk, clock: SetClock) -> Desk:
    desk.close()
    return open_till(desk.home, clock)


def test_every_deed_is_in_the_journal_when_it_is_answered(stocked: Desk, journal: Journal) -> None:
    stocked.do(add_line, SERUM).result()
    assert list(journal.read()) == stocked.read(events)


def test_nothing_in_it_can_be_read_without_the_key(desk: Desk, journal: Journal) -> None:
    desk.do(enrol, SHU).result()
    raw = b"".join(path.read_bytes() for path in (desk.home / "journal").iterdir())
    assert b"1391688" not in raw
    assert "许女士".encode() not in raw
    assert not list(Sealer(bytes(32)).open_all(raw))


def test_what_the_database_lost_comes_back_at_the_next_start(stocked: Desk, clock: SetClock) -> None:
    """As a database would be that an image brought back: whole, and of yesterday."""
    stocked.close()
    yesterday = (stocked.home / "till.db").read_bytes()
    today = open_till(stocked.home, clock)
    new = today.do(enrol, SHU).result()
    done, before = today.read(events), today.read(incarnation)
    today.close()
    (stocked.home / "till.db").write_bytes(yesterday)
    again = open_till(stocked.home, clock)
    assert again.read(events) == done
    assert [hit.member_id for hit in again.read(find_members, "2045")] == [new.member_id]
    assert again.read(incarnation) == (before[0] + 1, 1)
    again.close()


def test_a_till_that_lost_its_database_is_still_the_same_till(stocked: Desk, clock: SetClock) -> None:
    stocked.do(add_line, SERUM).result()
    device, done = stocked.read(lambda connection: connection.scalar(select(Till.device_id))), stocked.read(events)
    stocked.close()
    (stocked.home / "till.db").unlink()
    again = open_till(stocked.home, clock)
    assert again.read(lambda connection: connection.scalar(select(Till.device_id))) == device
    assert again.read(events) == done
    again.close()


def test_a_good_close_costs_the_next_start_nothing(stocked: Desk, clock: SetClock) -> None:
    stocked.do(add_line, SERUM).result()
    before = stocked.read(incarnation)
    again = reopened(stocked, clock)
    assert again.read(incarnation) == before
    again.close()


def test_a_torn_end_is_passed_over(stocked: Desk, journal: Journal, clock: SetClock) -> None:
    stocked.do(add_line, SERUM).result()
    whole = list(journal.read())
    path = journal.files()[-1]
    os.truncate(path, path.stat().st_size - 3)
    assert list(journal.read()) == whole
    os.truncate(path, path.stat().st_size - 40)
    assert list(journal.read()) == whole[:-1]
    again = reopened(stocked, clock)
    assert ids(list(journal.read())) == ids(again.read(events))
    again.do(add_line, SERUM).result()
    assert ids(list(journal.read())) == ids(again.read(events))
    again.close()


@pytest.mark.parametrize("place", [0, 4, 8, 20, 200])
def test_a_damaged_record_takes_no_other_with_it(place: int) -> None:
    sealer = Sealer(bytes(32))
    data = bytearray(b"".join(sealer.seal(bytes([number]) * 300) for number in range(5)))
    record = len(data) // 5
    data[2 * record + place] ^= 0x40
    assert [body[0] for body in sealer.open_all(bytes(data))] == [0, 1, 3, 4]


def test_a_full_disk_under_the_journal_loses_nothing(stocked: Desk, journal: Journal) -> None:
    stocked.do(add_line, SERUM).result()
    path = journal.files()[-1]
    path.rename(path.with_suffix(".kept"))
    path.symlink_to("/dev/full")
    stocked.do(add_line, SERUM).result()
    path.unlink()
    path.with_suffix(".kept").rename(path)
    assert ids(list(journal.read())) < ids(stocked.read(events))
    stocked.do(add_line, SERUM).result()
    assert list(journal.read()) == stocked.read(events)


def test_what_the_journal_owes_outlives_the_program(stocked: Desk, journal: Journal, clock: SetClock) -> None:
    stocked.do(add_line, SERUM).result()
    path = journal.files()[-1]
    path.unlink()
    path.symlink_to("/dev/full")
    stocked.do(add_line, SERUM).result()
    stocked.close()
    path.unlink()
    again = open_till(stocked.home, clock)
    assert ids(list(journal.read())) == ids(again.read(events))
    again.close()


def test_two_programs_may_write_it_at_a_time(stocked: Desk, journal: Journal, clock: SetClock) -> None:
    other = open_till(stocked.home, SetClock(seed=1))
    for future in [desk.do(add_line, SERUM) for _ in range(20) for desk in (stocked, other)]:
        future.result()
    assert ids(list(journal.read())) == ids(stocked.read(events))
    other.close()


def test_a_day_has_its_own_file(stocked: Desk, journal: Journal, clock: SetClock) -> None:
    stocked.do(add_line, SERUM).result()
    clock.forward(days=1)
    stocked.do(add_line, SERUM).result()
    assert [path.name for path in journal.files()] == ["outbox-20261121.sgj", "outbox-20261122.sgj"]


def test_what_is_forgotten_is_in_no_file(desk: Desk, journal: Journal) -> None:
    desk.do(enrol, SHU).result()
    is_shu: Callable[[bytes], bool] = lambda body: "许女士".encode() in body  # noqa: E731
    journal.forget(is_shu)
    left = list(journal.read())
    assert left
    assert not any(map(is_shu, left))


def test_a_day_that_the_disk_does_not_give_just_now_is_not_forgotten(stocked: Desk, journal: Journal) -> None:
    stocked.do(add_line, SERUM).result()
    (day,) = journal.files()
    kept = day.rename(day.with_suffix(".kept"))
    day.mkdir()  # what cannot be read as a file
    assert not journal.forget(lambda body: False)
    day.rmdir()
    kept.rename(day)
    assert journal.forget(lambda body: False)
    assert list(journal.read()) == stocked.read(events)


def test_an_event_whose_number_was_taken_meanwhile_comes_back_too(stocked: Desk, clock: SetClock) -> None:
    stocked.do(add_line, SERUM).result()

    def lose_the_last(work: Work) -> None:
        work.session.execute(delete(Outbox).where(Outbox.n == work.till.next_n - 1))
        work.till.next_n -= 1

    stocked.write(lose_the_last)
    stocked.do(add_line, SERUM).result()
    done = stocked.read(events)
    stocked.close()
    (stocked.home / "till.db-wal").touch()  # as a crash leaves it
    again = open_till(stocked.home, clock)
    assert len(again.read(events)) == len(done) + 1
    assert ids(done) < ids(again.read(events))
    again.close()


def test_a_file_that_cannot_be_read_stops_no_start(stocked: Desk, clock: SetClock) -> None:
    stocked.do(add_line, SERUM).result()
    done = stocked.read(events)
    stocked.close()
    (stocked.home / "journal" / "outbox-20991231.sgj").mkdir()  # the disk gives nothing of it
    again = open_till(stocked.home, clock)
    assert again.read(events) == done
    assert [trouble.code for trouble in again.store.troubles()] == ["second_copy_failed"]
    again.close()


def test_two_programs_may_sign_at_once(tmp_path: Path) -> None:
    passports = [Passport(tmp_path / "till.sgp", Sealer(bytes(32))) for _ in range(2)]

    def sign(passport: Passport) -> None:
        for number in range(100):
            passport.keep(b"%d" % number)

    with ThreadPoolExecutor() as threads:
        assert list(threads.map(sign, passports)) == [None, None]
