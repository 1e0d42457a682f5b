"""Power cuts between a till's files: whatever a chore had done by then, the next start goes on from there."""

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, select

from desktop.data.backups import is_sound
from desktop.data.catalogue import Product
from desktop.data.engine import connect
from desktop.data.exchange import Cursor, Erasure, LoadPart, Outbox, Till
from desktop.data.members import Member
from desktop.data.samples import fill_shop
from desktop.services.members import Application, enrol
from desktop.services.visits import finish_visit, serve, write_note
from desktop.store import Store
from sync.till import open_store
from tests.clock import SetClock
from tests.powercut.chores import LOADED, end_erasures, erase, load, take_all, waiting
from tests.powercut.homes import Homes
from tests.sync.near_hub import count
from tests.sync.test_forgetting import everything_in

NAME, PHONE = "许文君", "13916882045"


@pytest.fixture
def store(tmp_path: Path, clock: SetClock) -> Iterator[Store]:
    """A till with a backup, and deeds that were not sent: two about a member, and one more."""
    store = open_store(tmp_path / "home", clock)
    store.write(fill_shop)
    store.write(enrol, Application(phone=PHONE, name=NAME, consents=("service",)))
    store.write(finish_visit)
    store.back_up()
    store.write(serve, None)
    yield store
    store.close()


def cuts(store: Store, chore: Callable[[Store], object]) -> Iterator[Store]:
    """The till at its next start, after a cut at each moment of the chore."""
    homes = Homes(store.home, store.home.parent / "left")
    with homes.watch():
        chore(store)
    for home in homes.left:
        with contextlib.closing(open_store(home, store.clock)) as left:
            yield left


def events(connection: Connection) -> list[str]:
    return list(connection.scalars(select(Outbox.event_id).order_by(Outbox.n)))


def kept_in(backup: Path, store: Store) -> list[str]:
    with contextlib.closing(connect(backup, store.key.secret, ())) as connection:
        return [event_id for (event_id,) in connection.execute("SELECT event_id FROM outbox ORDER BY n")]


def read_to(connection: Connection) -> int | None:
    return connection.scalar(select(Cursor.seq).where(Cursor.scope == "cat"))


def test_a_backup_is_whole_or_not_there(store: Store) -> None:
    unsent = store.read(waiting)
    found = set()
    for left in cuts(store, Store.back_up):
        backups = left.vault.backups.files()
        found.add(len(backups))
        assert all(is_sound(path, left.key.secret) for path in backups)
        assert kept_in(backups[0], left) == (unsent if len(backups) > 1 else unsent[:-1])
        assert left.read(waiting) == unsent
        left.back_up()
        assert not list(left.home.glob("backups/fresh*"))
    assert found == {1, 2}


def test_an_erasure_stays_laid_and_is_ended(store: Store, clock: SetClock) -> None:
    member_id = str(store.read(lambda connection: connection.scalar(select(Member.id))))
    *_, other = store.read(waiting)
    found = set()
    for left in cuts(store, lambda store: erase(store, member_id)):
        laid, told = count(left, Erasure), count(left, Erasure, Erasure.done)
        found.add((laid, told))
        assert count(left, Member) == 1 - laid
        end_erasures(left) if laid else erase(left, member_id)
        assert not [word for word in (NAME, PHONE) if word in everything_in(left, clock)]
        assert other in left.read(waiting)
    assert found == {(0, 0), (1, 0), (1, 1)}


def test_a_half_load_goes_on_and_loses_nothing_that_waits(store: Store) -> None:
    unsent = store.read(waiting)
    before = count(store, Product)
    for left in cuts(store, load):
        assert left.read(read_to) in (None, 0) or count(left, Product) == before + LOADED
        load(left)
        assert (left.read(read_to), count(left, Product), count(left, LoadPart)) == (99, before + LOADED, 0)
        assert left.read(waiting) == unsent


def test_what_is_over_goes_once_and_what_was_not_sent_stays(store: Store, clock: SetClock) -> None:
    def tidy(store: Store) -> None:
        while store.write(store.second.tidy):
            continue

    take_all(store, 1, 1_800_000_000_000)
    clock.forward(days=31)
    store.write(write_note, "要小样")
    unsent = store.read(waiting)
    found = set()
    for left in cuts(store, tidy):
        found.add((len(list(left.home.glob("journal/*.sgj"))), len(left.read(events)) > len(unsent)))
        assert left.read(waiting) == unsent
        assert left.read(lambda connection: connection.scalar(select(Till.ep))) == 1, "nothing was taken for lost"
        tidy(left)
        assert left.read(events) == unsent
    assert found == {(2, True), (1, True), (1, False)}
