"""Promises of the ladder: a damaged file stops nobody, and nothing that was answered is gone."""

import shutil
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import Connection, select, text

from desktop.data.backups import KEPT
from desktop.data.exchange import Till
from desktop.data.samples import fill_shop
from desktop.data.visits import Line
from desktop.errors import NotNow, StorageTrouble
from desktop.second_copy import Since
from desktop.services.members import Application, enrol
from desktop.services.undo import undo
from desktop.services.visits import add_line, finish_visit
from desktop.store import Store
from desktop.views.search import find_members
from desktop.work import Work
from sync.failures import HubUnreachable
from sync.hub.restore import back_up
from sync.journal import Journal
from sync.outbox import record
from sync.protocol import Message, PushRequest
from sync.till import open_store
from tests.clock import SetClock
from tests.corruption import event_ids, make_homes, one_round
from tests.sync.hub.rights import Office
from tests.sync.near_hub import Carrier
from tests.sync.quiet import PHONE, NewTill, SharedClock

SERUM = "06901230010019"
PAGE = 4096


@pytest.fixture
def store(tmp_path: Path, clock: SetClock) -> Store:
    """A till that has served somebody; whoever opens it again has closed it before."""
    store = open_store(tmp_path / "home", clock)
    store.write(fill_shop)
    store.write(enrol, Application(phone="13916882045", name="许女士", consents=("service",)))
    store.write(finish_visit)
    return store


class CutAfterHello(Carrier):
    """The network goes before anything is sent."""

    def __call__(self, message: Message) -> Message:
        if isinstance(message, PushRequest):
            raise HubUnreachable("cut")
        return super().__call__(message)


def spoil(path: Path, start: int = PAGE, count: int = 64 * PAGE) -> None:
    """Zeros where pages were."""
    data = bytearray(path.read_bytes())
    data[start : start + count] = bytes(len(data[start : start + count]))
    path.write_bytes(data)


def empty(path: Path) -> None:
    path.write_bytes(b"")


def codes(store: Store) -> list[str]:
    return [trouble.code for trouble in store.troubles()]


def who(connection: Connection) -> tuple[str, int]:
    row = connection.execute(select(Till.device_id, Till.ep)).one()
    return row.device_id, row.ep


@pytest.fixture(scope="session")
def homes(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    return make_homes(tmp_path_factory.mktemp("corruption"))


@pytest.mark.parametrize("seed", range(1000, 1012))
def test_damage_anywhere_loses_no_event_and_stops_no_start(homes: list[Path], seed: int) -> None:
    one_round(homes, seed)


class UnreadJournal(Journal):
    """Is written, and nobody ever looks into it."""

    def catch_up(self, work: Work, since: Since) -> bool:
        return False


@pytest.mark.parametrize("seed", [1003, 1005], ids=["in the log", "in the database"])
def test_without_the_journal_the_same_damage_does_lose_events(homes: list[Path], seed: int) -> None:
    """The control: rounds that find nothing lost here would find nothing above."""
    with pytest.raises(AssertionError, match="events lost by"):
        one_round(homes, seed, lambda home: Store(home, record, UnreadJournal))


@pytest.mark.parametrize("start", [0, PAGE], ids=["the first page", "all but the first page"])
def test_a_damaged_database_is_replaced_at_the_start(store: Store, clock: SetClock, start: int) -> None:
    done, (device, ep) = store.read(event_ids), store.read(who)
    store.close()
    spoil(store.home / "till.db", start)
    again = open_store(store.home, clock)
    assert again.read(event_ids) == done
    assert len(again.read(find_members, "2045")) == 1
    assert again.read(who) == (device, ep + 1)
    assert codes(again) == ["data_restored"]
    assert list((store.home / "damaged").rglob("till.db"))
    again.close()


@pytest.mark.parametrize("first", ["read", "write"])
def test_damage_found_while_running_is_mended_on_the_way(store: Store, clock: SetClock, first: str) -> None:
    store.close()
    running = open_store(store.home, clock)
    done = running.read(event_ids)
    running.vault.path.write_bytes(running.vault.path.read_bytes()[:PAGE] + bytes(99 * PAGE))
    if first == "read":
        assert len(running.read(find_members, "2045")) == 1
    running.write(enrol, Application(phone="13800000001", name="陈", consents=("service",)))
    assert done < running.read(event_ids)
    assert codes(running) == ["data_restored"]
    running.close()


@pytest.mark.parametrize("harm", [spoil, empty])
def test_the_newest_good_backup_is_taken(store: Store, clock: SetClock, harm: Callable[[Path], None]) -> None:
    store.back_up()
    clock.forward(minutes=30)
    store.back_up()
    products = store.read(lambda connection: connection.scalar(text("SELECT count(*) FROM product")))
    done = store.read(event_ids)
    store.close()
    newest, _ = store.vault.backups.files()
    harm(newest)
    harm(store.home / "till.db")
    again = open_store(store.home, clock)
    assert again.read(lambda connection: connection.scalar(text("SELECT count(*) FROM product"))) == products
    assert again.read(event_ids) == done
    again.close()


def test_the_newest_eight_backups_are_kept(store: Store, clock: SetClock) -> None:
    made = []
    for _ in range(KEPT + 2):
        clock.forward(minutes=30)
        store.back_up()
        made.append(store.vault.backups.files()[0].name)
    assert [path.name for path in store.vault.backups.files()] == made[: -KEPT - 1 : -1]
    store.close()


def test_a_clerk_does_not_wait_for_a_backup(store: Store, clock: SetClock) -> None:
    store.write(lambda work: work.session.execute(text("CREATE TABLE filler (bytes)")))
    store.write(lambda work: work.session.execute(text("INSERT INTO filler VALUES (zeroblob(8000000))")))
    backup = threading.Thread(target=store.back_up)
    backup.start()
    deeds = 0
    while backup.is_alive():
        store.write(add_line, SERUM)
        deeds += 1
    assert deeds > 5
    assert store.vault.backups.good()
    store.close()


def test_another_key_is_not_damage(store: Store, clock: SetClock) -> None:
    store.close()
    (store.home / "till.key").write_text("1" * 64)
    with pytest.raises(StorageTrouble, match="key_lost"):
        open_store(store.home, clock)
    assert not (store.home / "damaged").exists()


@pytest.mark.parametrize("lost", ["till.db", "journal", "backups"])
def test_a_lost_key_is_told_by_whatever_it_would_open(store: Store, clock: SetClock, lost: str) -> None:
    store.back_up()
    store.close()
    for name in {"till.db", "journal", "backups"} - {lost}:
        path = store.home / name
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    (store.home / "till.key").unlink()
    with pytest.raises(StorageTrouble, match="key_lost"):
        open_store(store.home, clock)


def test_a_program_follows_when_another_replaces_the_file(store: Store, clock: SetClock) -> None:
    other = open_store(store.home, SetClock(seed=1))
    done = store.read(event_ids)
    store.vault.put_aside(clock.now())
    again = open_store(store.home, SetClock(seed=2))
    other.write(enrol, Application(phone="13800000001", name="陈", consents=("service",)))
    assert done < again.read(event_ids)
    assert again.read(event_ids) == other.read(event_ids) == store.read(event_ids)
    for each in (store, other, again):
        each.close()


def test_a_break_between_the_steps_of_the_ladder_is_mended_by_the_next_start(store: Store, clock: SetClock) -> None:
    store.back_up()
    done = store.read(event_ids)
    store.close()
    store.vault.put_aside(clock.now())
    again = open_store(store.home, clock)
    assert again.read(event_ids) == done
    assert not again.vault.backups.files()
    again.close()


def test_what_is_written_while_another_program_replaces_the_file_is_not_lost(store: Store, clock: SetClock) -> None:
    other: list[Store] = []

    def deed(work: Work) -> None:
        enrol(work, Application(phone="13800000001", name="陈", consents=("service",)))
        store.vault.put_aside(clock.now())
        other.append(open_store(store.home, SetClock(seed=1)))

    store.write(deed)
    other[0].write(enrol, Application(phone="13800000002", name="李", consents=("service",)))
    for each in (store, *other):
        each.close()
    again = open_store(store.home, SetClock(seed=2))
    assert len(again.read(find_members, "0001")) == len(again.read(find_members, "0002")) == 1
    again.close()


def test_a_backup_brought_back_is_taken_for_one_whenever_it_is_opened(store: Store, clock: SetClock) -> None:
    store.back_up()
    store.write(_join_a_hub)
    store.close()
    store.vault.put_aside(clock.now())
    store.vault.bring_back()
    again = open_store(store.home, clock)  # the program was killed before it had opened it
    assert again.read(lambda connection: connection.scalar(select(Till.token))) == "secret"
    ep = again.read(who)[1]
    again.close()
    later = open_store(store.home, clock)
    assert later.read(who)[1] == ep
    later.close()


def _join_a_hub(work: Work) -> None:
    work.till.hub_id, work.till.token = "hub", "secret"


def test_a_backup_that_finds_the_file_put_aside_makes_no_empty_one(store: Store, clock: SetClock) -> None:
    store.back_up()
    before = store.read(event_ids)
    store.close()
    store.vault.put_aside(clock.now())
    with pytest.raises(StorageTrouble):
        store.vault.backups.make()
    store.vault.bring_back()
    again = open_store(store.home, clock)
    assert again.read(event_ids) == before
    again.close()


def test_two_backups_at_once_do_not_disturb_each_other(store: Store) -> None:
    store.write(lambda work: work.session.execute(text("CREATE TABLE filler (bytes)")))
    store.write(lambda work: work.session.execute(text("INSERT INTO filler VALUES (zeroblob(4000000))")))
    with ThreadPoolExecutor() as threads:
        made = list(threads.map(lambda _: store.back_up(), range(3)))
    assert sorted(made, reverse=True) == store.vault.backups.files()
    assert store.troubles() == ()
    store.close()


def test_two_mishaps_in_one_second_are_both_kept(store: Store, clock: SetClock) -> None:
    store.close()
    for _ in range(2):
        spoil(store.home / "till.db", 0)
        again = open_store(store.home, clock)
        assert codes(again) == ["data_restored"]
        again.close()
    assert len(list((store.home / "damaged").glob("*/till.db"))) == 2


def test_a_passport_that_the_disk_does_not_give_stops_no_start(store: Store, clock: SetClock) -> None:
    done = store.read(event_ids)
    store.close()
    spoil(store.home / "till.db", 0)
    passport = store.home / "journal" / "till.sgp"
    passport.unlink()
    passport.mkdir()
    again = open_store(store.home, clock)
    assert again.read(event_ids) == done
    assert "second_copy_failed" in codes(again)
    again.close()


def test_what_somebody_else_keeps_among_the_damaged_files_is_left_alone(store: Store) -> None:
    theirs = store.home / "damaged" / "Trash"
    theirs.mkdir(parents=True)
    assert store.troubles() == ()
    store.vault.forget_damaged()
    assert theirs.exists()
    store.close()


def test_a_mishap_of_a_clock_that_was_ahead_is_not_told_for_years(store: Store, clock: SetClock) -> None:
    now = clock.moment
    clock.forward(days=3650)
    store.vault.put_aside(clock.now())
    clock.moment = now
    assert codes(store) == []
    store.close()


def test_a_program_goes_on_where_another_was_killed_on_the_ladder(store: Store, clock: SetClock) -> None:
    store.back_up()
    done = store.read(event_ids)
    store.vault.put_aside(clock.now())
    store.write(add_line, SERUM)  # a product that only the backup knows
    assert done < store.read(event_ids)
    store.close()


def test_what_a_restored_hub_has_lost_is_sent_again_though_the_file_was_damaged_meanwhile(
    office: Office, quiet_till: NewTill, tmp_path: Path, clock: SetClock
) -> None:
    """The till has heard that the hub went back, and its own backup has not."""
    till = quiet_till("one")
    back_up(office.url, tmp_path / "hub-backup.db")
    till.do(enrol, Application(phone=PHONE, name="许女士", consents=("service",)))
    till.do(finish_visit)
    till.sync()
    till.store.back_up()
    hub = office.restore(tmp_path / "hub-backup.db", SharedClock(clock))
    till.restart()
    till.carrier = CutAfterHello(hub, till.store)
    with pytest.raises(HubUnreachable):
        till.sync()
    till.store.close()
    spoil(till.store.home / "till.db", start=0)
    till.store = open_store(till.store.home, clock)
    till.carrier = Carrier(hub, till.store)
    till.restart()
    till.sync()
    with hub.database.read() as connection:
        told = connection.exec_driver_sql("SELECT kind FROM event WHERE kind = 'MemberEnrolled'").scalars().all()
    assert told == ["MemberEnrolled"]


@pytest.mark.noisy
def test_what_the_journal_owes_survives_the_ladder(store: Store, clock: SetClock) -> None:
    store.back_up()
    (day,) = store.home.glob("journal/outbox-*.sgj")
    kept = day.rename(day.with_suffix(".kept"))
    day.mkdir()  # the journal takes nothing just now
    store.write(add_line, SERUM)
    done = store.read(event_ids)
    store._writer.close()  # what it has read already is damaged nowhere
    store._reader.close()
    spoil(store.home / "till.db")
    day.rmdir()
    kept.rename(day)
    store.write(add_line, SERUM)
    assert "data_restored" in codes(store)
    assert done < store.read(event_ids)
    store.close()
    again = open_store(store.home, clock)
    assert done < again.read(event_ids)
    again.close()


def test_nothing_that_came_back_is_undone_by_a_press(store: Store, clock: SetClock) -> None:
    """What the backup knows as the last deed was not the last."""
    first = store.write(remembered, SERUM)
    store.back_up()
    second = store.write(remembered, SERUM)
    store.close()
    spoil(store.home / "till.db", start=0)
    again = open_store(store.home, clock)
    with pytest.raises(NotNow):
        again.write(undo)
    assert again.read(lambda connection: set(connection.scalars(select(Line.id)))) == {first, second}
    again.close()


def remembered(work: Work, code: str) -> str:
    line_id = add_line(work, code)
    work.remember("add_line")
    return line_id
