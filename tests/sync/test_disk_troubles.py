"""Promises about bad disks: nothing answered is lost, the clerk is told, and work resumes when the cause is gone."""

import contextlib
import json
import os
import resource
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

import resources
from desktop.data.ballast import release_ballast, take_ballast
from desktop.data.samples import fill_shop
from desktop.errors import StorageTrouble
from desktop.services.drafts import keep_draft
from desktop.services.visits import add_line
from desktop.store import Store
from desktop.views.till import find_draft
from desktop.work import Work
from sync.till import open_store
from tests import nursery
from tests.clock import SetClock
from tests.corruption import event_ids

ROOT = Path(__file__).resolve().parents[2]
SERUM = "06901230010019"
KIB, MIB = 1024, 1024 * 1024


@contextlib.contextmanager
def small_disk(folder: Path, size: int) -> Iterator[Path]:
    """A disk of its own, of so many bytes. Where mounting is not allowed, a quota of the file size must do."""
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)]
    if subprocess.run(mount, capture_output=True, check=False).returncode == 0:
        try:
            yield folder
        finally:
            subprocess.run(["umount", "-l", str(folder)], check=True)
    else:
        before = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (size // 4, before[1]))
        try:
            yield folder
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, before)


@contextlib.contextmanager
def read_only(disk: Path) -> Iterator[str]:
    """Gives what a till says of that. Where mounting is not allowed, files that may not be written must do."""
    remount = ["mount", "-o", "remount,ro", str(disk)]
    if subprocess.run(remount, capture_output=True, check=False).returncode == 0:
        try:
            yield "error.disk_read_only"
        finally:
            subprocess.run(["mount", "-o", "remount,rw", str(disk)], check=True)
    else:
        files = [path for path in disk.rglob("*") if path.is_file()]
        for path in files:
            path.chmod(0o400)
        yield "error.file_forbidden"
        for path in files:
            path.chmod(0o600)


@pytest.fixture
def store(shop: Store) -> Store:
    return shop


def fill_up(folder: Path) -> Path:
    """Leave no byte free."""
    path = folder / "filler"
    with path.open("ab", buffering=0) as file, contextlib.suppress(OSError):
        for piece in (MIB, KIB, 1):
            with contextlib.suppress(OSError):
                while file.write(bytes(piece)) == piece:
                    continue
    return path


def serve_until_it_fails(store: Store) -> StorageTrouble:
    """Deeds, until one is refused."""
    while True:
        try:
            store.write(add_line, SERUM)
        except StorageTrouble as trouble:
            return trouble


def test_a_full_disk_loses_nothing_and_work_resumes(tmp_path: Path, clock: SetClock) -> None:
    with small_disk(tmp_path / "disk", 4 * MIB) as disk:
        store = open_store(disk / "home", clock)
        store.write(fill_shop)
        store.write(add_line, SERUM)
        filler = fill_up(disk)
        trouble = serve_until_it_fails(store)
        assert trouble.code in ("disk_full", "storage_failed")
        assert trouble.code in [each.code for each in store.troubles()]
        answered = store.read(event_ids)
        filler.unlink(missing_ok=True)
        (disk / "home" / "ballast").unlink(missing_ok=True)
        if os.path.ismount(disk):
            store.write(add_line, SERUM)
            assert answered < store.read(event_ids)
            assert not {"disk_full", "second_copy_failed"} & {each.code for each in store.troubles()}
        store.close()
        again = open_store(disk / "home", clock)
        assert answered <= again.read(event_ids)
        again.close()


def test_the_deed_that_finds_the_disk_full_is_done_with_the_ballast(store: Store) -> None:
    """The database may not grow while the ballast is there, as on a disk that it fills."""
    take_ballast(store.home, MIB)
    ballast = store.home / "ballast"

    def large(work: Work) -> str:
        work.session.execute(text(f"PRAGMA max_page_count = {1 if ballast.exists() else 1 << 30}"))
        work.session.execute(text("CREATE TABLE filler (bytes)"))
        work.session.execute(text("INSERT INTO filler VALUES (zeroblob(1000000))"))
        return add_line(work, SERUM)

    assert store.write(large)
    assert not ballast.exists()
    assert "disk_full" not in [each.code for each in store.troubles()]


def test_a_till_with_ballast_opens_on_a_full_disk(tmp_path: Path, clock: SetClock) -> None:
    with small_disk(tmp_path / "disk", 8 * MIB) as disk:
        store = open_store(disk / "home", clock)
        store.write(fill_shop)
        done = store.read(event_ids)
        store.close()
        (disk / "home" / "ballast").write_bytes(bytes(MIB))
        filler = fill_up(disk)
        again = open_store(disk / "home", clock)
        again.write(add_line, SERUM)
        assert done < again.read(event_ids)
        filler.unlink()
        again.close()


def test_drafts_are_the_first_to_be_refused(store: Store) -> None:
    def on_the_last_space(work: Work) -> None:
        work.tight = True
        keep_draft(work, "enrol", {"phone": "139"})
        add_line(work, SERUM)

    before = store.read(event_ids)
    store.write(on_the_last_space)
    assert store.read(find_draft, "enrol") is None
    assert before < store.read(event_ids)


def test_a_database_that_may_not_grow_is_told_as_full(store: Store) -> None:
    store.write(add_line, SERUM)
    done = store.read(event_ids)

    def to_the_brim(work: Work) -> None:
        work.session.execute(text("PRAGMA max_page_count = 1"))
        work.session.execute(text("CREATE TABLE filler (bytes)"))
        work.session.execute(text("INSERT INTO filler VALUES (zeroblob(1000000))"))

    with pytest.raises(StorageTrouble, match="disk_full"):
        store.write(to_the_brim)
    assert store.read(event_ids) == done
    assert store.write(add_line, SERUM)
    assert store.troubles() == () or [each.code for each in store.troubles()] == ["little_space"]


def test_the_journal_on_a_full_disk_is_told_and_written_later(store: Store) -> None:
    store.write(add_line, SERUM)
    (path,) = store.home.glob("journal/outbox-*.sgj")
    kept = path.rename(path.with_suffix(".kept"))
    path.symlink_to("/dev/full")
    assert store.write(add_line, SERUM)
    assert "second_copy_failed" in [each.code for each in store.troubles()]
    path.unlink()
    kept.rename(path)
    assert store.write(add_line, SERUM)
    assert "second_copy_failed" not in [each.code for each in store.troubles()]


def test_a_journal_that_may_not_be_written_is_told_and_written_later(store: Store) -> None:
    """A folder in the place of the day's file: even root cannot write that."""
    (store.home / "journal" / "outbox-20261121.sgj").mkdir()
    assert store.write(add_line, SERUM)
    assert "second_copy_failed" in [each.code for each in store.troubles()]
    (store.home / "journal" / "outbox-20261121.sgj").rmdir()
    assert store.write(add_line, SERUM)
    assert store.second.trouble is None


def test_a_backup_that_does_not_fit_leaves_no_trace(store: Store) -> None:
    store.write(add_line, SERUM)
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (64 * KIB, before[1]))
    try:
        with pytest.raises(StorageTrouble):
            store.back_up()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert list((store.home / "backups").iterdir()) == []
    assert store.back_up().exists()
    assert not (store.home / "damaged").exists()


LIMITED = """
import json, resource, sys
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[1]), resource.RLIM_INFINITY))
sys.argv[1:2] = []
import main
sys.exit(main.main(sys.argv[1:]))
"""


def test_drive_tells_a_disk_that_takes_no_more_and_lives_on(tmp_path: Path) -> None:
    """A limit on the size of files, in a program of its own: its log cannot grow past it."""
    home = tmp_path / "home"
    home.mkdir()
    (home / "till.key").write_text("0" * 64)
    store = open_store(home)
    store.write(fill_shop)
    store.close()
    limit = str((home / "till.db").stat().st_size + 64 * KIB)
    lines = [{"do": "scan", "text": SERUM}] * 40 + [{"do": "status"}]
    command = [sys.executable, "-c", LIMITED, limit, "drive", "--home", str(home)]
    fed = "".join(json.dumps(line) + "\n" for line in lines)
    done = subprocess.run(command, cwd=ROOT, input=fed, capture_output=True, text=True, check=True)
    *answers, status = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(answers) == 40
    refused = {answer["error"]["code"] for answer in answers if not answer["ok"]}
    assert refused <= {"disk_full", "storage_failed"}
    assert refused
    assert refused & {each["code"] for each in status["storage"]}
    again = open_store(home)
    assert again.write(add_line, SERUM)
    taken = sum(answer["ok"] for answer in answers)
    assert again.read(lambda connection: connection.scalar(text("SELECT count(*) FROM line"))) == taken + 1
    again.close()


def test_a_database_that_may_not_be_written_is_told_and_work_resumes(store: Store) -> None:
    done = store.read(event_ids)
    store.write(lambda work: work.session.execute(text("PRAGMA query_only = ON")))
    with pytest.raises(StorageTrouble, match="disk_read_only"):
        store.write(add_line, SERUM)
    assert "disk_read_only" in [each.code for each in store.troubles()]
    assert store.write(add_line, SERUM)
    assert done < store.read(event_ids)
    assert "disk_read_only" not in [each.code for each in store.troubles()]


def test_a_till_on_a_read_only_disk_says_so_and_opens_when_it_is_not(
    tmp_path: Path, clock: SetClock, words: resources.Words
) -> None:
    with small_disk(tmp_path / "disk", 16 * MIB) as disk:
        store = open_store(disk / "home", clock)
        store.write(fill_shop)
        store.write(add_line, SERUM)
        done = store.read(event_ids)
        store.close()
        with read_only(disk) as told:
            command = nursery.run(nursery.TILL, "drive", "--home", str(store.home), lines=b'{"do": "status"}\n')
            assert (command.returncode, command.stdout) == (1, b"")
            assert command.stderr.decode() == words(told, path=store.home / "till.lock") + "\n"
        again = open_store(disk / "home", clock)
        assert again.read(event_ids) == done
        assert again.write(add_line, SERUM)
        assert again.troubles() == () or [each.code for each in again.troubles()] == ["little_space"]
        again.close()


def test_a_released_ballast_is_there_no_more(tmp_path: Path) -> None:
    take_ballast(tmp_path, MIB)
    assert release_ballast(tmp_path)
    assert not release_ballast(tmp_path)
