"""Promises of the caretaker: backups of what is new, ballast while there is room, and nothing kept for ever."""

import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, select, update

from desktop.data.ballast import release_ballast
from desktop.data.exchange import Cursor, Outbox
from desktop.data.samples import fill_shop
from desktop.desk import Desk
from desktop.errors import StorageTrouble
from desktop.services.visits import add_line
from desktop.work import Work
from sync.caretaker import Caretaker
from sync.journal import Journal
from sync.till import open_till

SERUM = "06901230010019"
MIB = 1024 * 1024
DAY = 86400


@pytest.fixture
def till(tmp_path: Path) -> Iterator[Desk]:
    """A till by this machine's clock, as the ages of files are."""
    desk = open_till(tmp_path / "home")
    desk.do(fill_shop).result()
    yield desk
    desk.close()


@pytest.fixture
def caretaker(till: Desk) -> Caretaker:
    return Caretaker(till, ballast=MIB)


def age(path: Path, seconds: float) -> None:
    then = time.time() - seconds
    os.utime(path, (then, then))


def states(connection: Connection) -> list[str]:
    return list(connection.scalars(select(Outbox.state).order_by(Outbox.ep, Outbox.n)))


def settle(work: Work, state: str) -> None:
    work.session.execute(update(Outbox).values(state=state, seen_at='{"dir":1}'))


def test_a_backup_is_made_when_half_an_hour_of_work_is_in_none(till: Desk, caretaker: Caretaker) -> None:
    caretaker.tour()
    till.do(add_line, SERUM).result()
    caretaker.tour()
    (first,) = till.store.vault.backups.files()
    age(first, 31 * 60)
    caretaker.tour()
    assert len(till.store.vault.backups.files()) == 2


def test_a_till_at_rest_makes_one_a_day(till: Desk, caretaker: Caretaker) -> None:
    caretaker.tour()
    (first,) = till.store.vault.backups.files()
    for path in till.home.glob("till.db*"):
        age(path, 3 * DAY)
    age(first, 31 * 60)
    caretaker.tour()
    assert till.store.vault.backups.files() == [first]
    age(first, 2 * DAY)
    caretaker.tour()
    assert len(till.store.vault.backups.files()) == 2


def test_ballast_is_kept_and_made_again(till: Desk, caretaker: Caretaker) -> None:
    caretaker.tour()
    assert (till.home / "ballast").stat().st_blocks * 512 >= MIB
    assert release_ballast(till.home)
    assert not release_ballast(till.home)
    caretaker.tour()
    assert (till.home / "ballast").exists()


def test_only_one_program_looks_after_the_files(till: Desk, tmp_path: Path) -> None:
    other = open_till(till.home)
    assert till.store.cares
    assert not other.store.cares
    Caretaker(other).tour()
    assert not other.store.vault.backups.files()
    till.close()
    assert other.store.cares
    other.close()


def test_what_is_amiss_is_told_once(till: Desk) -> None:
    told: list[tuple[StorageTrouble, ...]] = []
    caretaker = Caretaker(till, told.append, ballast=MIB)
    caretaker.tour()
    assert told == []
    till.store.vault.put_aside(till.clock.now())
    for _ in range(2):
        caretaker.tour()
    assert [[trouble.code for trouble in troubles] for troubles in told] == [["data_restored"]]


def test_answered_events_go_after_thirty_days(till: Desk, caretaker: Caretaker) -> None:
    till.do(add_line, SERUM).result()
    journal = Journal(till.home, till.key.secret, till.clock)
    (path,) = journal.files()
    till.write(settle, "accepted")
    caretaker.tour()
    age(path, 29 * DAY)
    caretaker.tour()
    assert path.exists()
    age(path, 31 * DAY)
    caretaker.tour()
    assert not path.exists()
    assert till.read(states) == []


@pytest.mark.parametrize("state", ["pending", "parked", "rejected"])
def test_what_waits_or_was_refused_and_seen_by_nobody_never_goes(till: Desk, caretaker: Caretaker, state: str) -> None:
    till.do(add_line, SERUM).result()
    till.write(settle, state)
    done = till.read(states)
    (path,) = Journal(till.home, till.key.secret, till.clock).files()
    age(path, 400 * DAY)
    caretaker.tour()
    assert till.read(states) == done
    assert path.exists() == (state != "rejected")


def test_an_event_whose_place_was_not_read_stays(till: Desk, caretaker: Caretaker) -> None:
    till.do(add_line, SERUM).result()
    till.write(settle, "accepted")
    till.write(lambda work: work.session.add(Cursor(scope="dir")))
    (path,) = Journal(till.home, till.key.secret, till.clock).files()
    age(path, 31 * DAY)
    caretaker.tour()
    assert set(till.read(states)) == {"accepted"}
    assert path.exists()


def test_a_till_whose_old_days_are_gone_starts_as_ever(till: Desk, caretaker: Caretaker) -> None:
    till.do(add_line, SERUM).result()
    till.write(settle, "accepted")
    (path,) = Journal(till.home, till.key.secret, till.clock).files()
    age(path, 31 * DAY)
    caretaker.tour()
    till.do(add_line, SERUM).result()
    done = till.read(states)
    till.close()
    again = open_till(till.home)
    assert again.read(states) == done
    again.close()


def test_a_clock_that_was_once_ahead_stops_no_backup(till: Desk, caretaker: Caretaker) -> None:
    caretaker.tour()
    (ahead,) = till.store.vault.backups.files()
    age(ahead, -3650 * DAY)
    caretaker.tour()
    made = till.store.vault.backups.files()
    assert len(made) == 2
    assert made[1] == ahead


def test_ballast_that_a_crash_left_without_weight_is_made_again(till: Desk, caretaker: Caretaker) -> None:
    (till.home / "ballast").touch()
    caretaker.tour()
    assert (till.home / "ballast").stat().st_blocks * 512 >= MIB
