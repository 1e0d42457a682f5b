"""Promises of the caretaker: backups of what is new, ballast while there is room, and nothing kept for ever."""

import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, func, select

from desktop.data.ballast import release_ballast
from desktop.data.exchange import Outbox
from desktop.data.samples import fill_shop
from desktop.desk import Desk
from desktop.errors import StorageTrouble
from desktop.services.visits import add_line
from desktop.work import Work
from sync.apply import apply_verdicts, note_contact
from sync.caretaker import Caretaker
from sync.protocol import Answer, PushReply
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


def count(connection: Connection) -> int:
    return connection.scalar(select(func.count()).select_from(Outbox)) or 0


def hear(work: Work, hub_now: int) -> None:
    note_contact(work, 1, hub_now)


def accept(work: Work) -> None:
    answers = [Answer(id=event_id, v="accepted") for event_id in work.session.scalars(select(Outbox.event_id))]
    apply_verdicts(work, PushReply(epoch=1, hub_now=0, verdicts=answers))


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


@pytest.mark.noisy
def test_a_backup_that_fails_keeps_nothing_else_from_being_done(till: Desk) -> None:
    done: list[str] = []
    (till.home / "backups").write_text("")  # where no folder can be made
    till.do(add_line, SERUM).result()
    Caretaker(till, lambda troubles: done.append("told"), chores=(lambda: done.append("chore"),), ballast=MIB).tour()
    assert done[0] == "chore"


def test_what_is_amiss_is_told_once(till: Desk) -> None:
    told: list[tuple[StorageTrouble, ...]] = []
    caretaker = Caretaker(till, told.append, ballast=MIB)
    caretaker.tour()
    assert told == []
    till.store.vault.put_aside(till.clock.now())
    for _ in range(2):
        caretaker.tour()
    assert [[trouble.code for trouble in troubles] for troubles in told] == [["data_restored"]]


def test_a_tour_drops_what_has_had_its_time(till: Desk, caretaker: Caretaker) -> None:
    till.do(add_line, SERUM).result()
    (path,) = (till.home / "journal").glob("outbox-*.sgj")
    till.write(hear, 0)
    till.write(accept)
    caretaker.tour()
    assert path.exists()
    till.write(hear, 31 * DAY * 1000)
    caretaker.tour()
    assert not path.exists()
    assert till.read(count) == 0


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
