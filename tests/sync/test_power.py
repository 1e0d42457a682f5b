"""Promises for the moment the power goes: what was answered was on the disk, whole and under its name."""

import errno
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from nacl.signing import SigningKey
from sqlalchemy import select

from desktop.data.backups import Backups
from desktop.data.exchange import Till
from desktop.data.vault import Vault
from desktop.services.members import Application, enrol
from desktop.services.visits import finish_visit
from desktop.store import Store
from desktop.views.search import find_members
from desktop.work import Work
from sync.hub.keys import Keyring
from sync.hub.ledger import Ledger, Mark
from sync.journal import Journal
from sync.till import open_store
from tests.clock import SetClock
from tests.corruption import event_ids
from tests.forgetful import ForgetfulDisk

SHU = Application(phone="13916882045", name="许女士", consents=("service",))
CHEN = Application(phone="13800000001", name="陈女士", consents=("service",))


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[ForgetfulDisk]:
    (tmp_path / "disk").mkdir()
    with ForgetfulDisk(tmp_path / "disk") as disk:
        yield disk


@pytest.fixture
def store(disk: ForgetfulDisk, clock: SetClock) -> Iterator[Store]:
    """A till on its first day, in a folder that nobody has made yet."""
    with closing(open_store(disk.root / "shop" / "till", clock)) as store:
        yield store


@pytest.fixture
def cut(disk: ForgetfulDisk, tmp_path: Path) -> Callable[[], Path]:
    """Cuts the power; gives what is left of the disk."""
    return lambda: disk.after_cut(tmp_path / "left")


Cut = Callable[[], Path]


def left_of(store: Store, cut: Cut, clock: SetClock) -> closing[Store]:
    """The till when the power is back; its database is lost."""
    return closing(open_store(cut() / "shop" / "till", clock))


def is_shu(body: bytes) -> bool:
    return "许女士".encode() in body


def join_a_hub(work: Work) -> None:
    work.till.hub_id, work.till.token = "hub", "secret"


def test_an_answered_deed_outlasts_the_power_even_without_its_database(store: Store, cut: Cut, clock: SetClock) -> None:
    store.write(enrol, SHU)
    done = store.read(event_ids)
    with left_of(store, cut, clock) as again:
        assert again.read(event_ids) == done
        assert len(again.read(find_members, "2045")) == 1


@pytest.mark.parametrize("unheard", ["file", "folder"])
def test_a_till_that_does_not_wait_for_the_disk_loses_its_deeds(
    disk: ForgetfulDisk, store: Store, cut: Cut, clock: SetClock, unheard: str
) -> None:
    """The control: if nothing were lost here, nothing would be shown above."""
    disk.deaf_to = unheard
    store.write(enrol, SHU)
    with left_of(store, cut, clock) as again:
        assert again.read(event_ids) == set()


def test_a_day_that_a_full_disk_left_empty_is_found_again(store: Store, cut: Cut, clock: SetClock) -> None:
    (store.home / "journal" / "outbox-20261121.sgj").touch()
    store.write(enrol, SHU)
    done = store.read(event_ids)
    with left_of(store, cut, clock) as again:
        assert again.read(event_ids) == done


def test_a_disk_that_fails_to_sync_is_told_and_gets_all_of_it_later(
    disk: ForgetfulDisk, store: Store, cut: Cut, clock: SetClock
) -> None:
    disk.trouble = errno.EIO
    store.write(enrol, SHU)
    assert "second_copy_failed" in [trouble.code for trouble in store.troubles()]
    disk.trouble = 0
    store.write(finish_visit)
    assert store.second.trouble is None
    done = store.read(event_ids)
    with left_of(store, cut, clock) as again:
        assert again.read(event_ids) == done


def test_who_a_till_is_to_its_hub_outlasts_the_power(store: Store, cut: Cut, clock: SetClock) -> None:
    store.write(join_a_hub)
    with left_of(store, cut, clock) as again:
        assert again.read(lambda connection: connection.scalar(select(Till.token))) == "secret"


def test_what_was_forgotten_stays_so_and_takes_nobody_else_with_it(store: Store, cut: Cut, clock: SetClock) -> None:
    store.write(enrol, CHEN)
    store.write(enrol, SHU)
    store.write(finish_visit)
    others = {body for body in store.second.read() if not is_shu(body)}
    clock.forward(days=1)
    store.write(enrol, Application(phone="13916882046", name="许女士", consents=("service",)))
    journal = Journal(store.home, store.key.secret, clock)
    journal.forget(lambda body: is_shu(body) or body not in others)
    journal = Journal(cut() / "shop" / "till", store.key.secret, clock)
    assert set(journal.read()) == others


def test_a_day_that_was_dropped_does_not_come_back(store: Store, cut: Cut, clock: SetClock) -> None:
    store.write(enrol, SHU)
    journal = Journal(store.home, store.key.secret, clock)
    journal.drop(*journal.files(), lambda body: bool(body))
    assert not Journal(cut() / "shop" / "till", store.key.secret, clock).files()


def test_a_backup_that_was_made_is_there_and_whole(store: Store, cut: Cut) -> None:
    made = store.back_up()
    found = Backups(cut() / "shop" / "till", store.key.secret).good()
    assert found
    assert found.stat().st_size == made.stat().st_size


@pytest.fixture
def mishap(tmp_path: Path, clock: SetClock) -> Iterator[tuple[ForgetfulDisk, Vault]]:
    """The files of a till with a backup; the power is cut when they have long been on the disk."""
    store = open_store(tmp_path / "disk" / "till", clock)
    store.back_up()
    store.close()
    with ForgetfulDisk(tmp_path / "disk") as disk:
        yield disk, Vault(store.home, store.key.secret)


def test_a_damaged_file_put_aside_is_kept_and_stays_aside(
    mishap: tuple[ForgetfulDisk, Vault], tmp_path: Path, clock: SetClock
) -> None:
    disk, vault = mishap
    damaged = vault.path.read_bytes()
    vault.put_aside(clock.now())
    left = disk.after_cut(tmp_path / "left")
    assert [path.read_bytes() for path in left.glob("till/damaged/*/till.db")] == [damaged]
    assert not (left / "till" / "till.db").exists()


def test_a_backup_brought_back_stays_in_its_place(
    mishap: tuple[ForgetfulDisk, Vault], tmp_path: Path, clock: SetClock
) -> None:
    disk, vault = mishap
    vault.put_aside(clock.now())
    vault.bring_back()
    left = disk.after_cut(tmp_path / "left")
    assert (left / "till" / "till.db").read_bytes() == vault.path.read_bytes()


NOTED: dict[str, tuple[Callable[[Ledger], None], Callable[[Ledger], bool]]] = {
    "an erasure": (lambda book: book.erase(["m1"]), lambda book: book.erased == {"m1"}),
    "a till let in": (lambda book: book.admit({"t1": "west"}), lambda book: book.tills == {"t1": "west"}),
    "a void token": (lambda book: book.void([b"\x01"]), lambda book: book.voided == {"01"}),
    "how far it came": (lambda book: book.reach(Mark("h", 1, 7)), lambda book: book.mark == Mark("h", 1, 7)),
}


def is_noted(disk: ForgetfulDisk, what: str, left: Path) -> bool:
    """Whether the ledger says so when the power is back."""
    note, stands = NOTED[what]
    with closing(Ledger(disk.root / "hub.ledger")) as ledger:
        note(ledger)
        disk.after_cut(left)
    with closing(Ledger(left / "hub.ledger")) as again:
        return stands(again)


@pytest.mark.parametrize("what", NOTED)
def test_what_the_ledger_noted_outlasts_the_power(disk: ForgetfulDisk, tmp_path: Path, what: str) -> None:
    assert is_noted(disk, what, tmp_path / "left")


@pytest.mark.parametrize("unheard", ["file", "folder"])
def test_a_hub_that_does_not_wait_for_the_disk_forgets_whom_it_erased(
    disk: ForgetfulDisk, tmp_path: Path, unheard: str
) -> None:
    """The control of the ledger."""
    disk.deaf_to = unheard
    assert not is_noted(disk, "an erasure", tmp_path / "left")


def test_the_keys_that_a_hub_signs_with_outlast_the_power(disk: ForgetfulDisk, tmp_path: Path) -> None:
    Keyring(disk.root / "hub.issuers", bytes).save({1: SigningKey(bytes(32))})
    assert Keyring(disk.after_cut(tmp_path / "left") / "hub.issuers", bytes).load() == {1: SigningKey(bytes(32))}
