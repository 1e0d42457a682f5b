"""Backups: encrypted copies of the whole database, made while it is in use; the newest eight are kept.

They are numbered: a clock that was once ahead would make its backups the newest for years.
"""

import contextlib
import itertools
import os
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from pathlib import Path

from sqlcipher3 import dbapi2  # type: ignore[import-untyped]

from desktop.data.amiss import is_damage, storage_trouble
from desktop.data.durable import make_folder, sync_folder
from desktop.data.engine import connect
from desktop.data.lock import locked
from desktop.errors import StorageTrouble

KEPT = 8
BACKUP = 1  # the ``user_version`` of a copy, until a till has taken it as its own
_NAME = "till-" + "[0-9]" * 8 + ".db"
_STEP, _PAUSE = 64, 0.01  # pages at a time, and seconds between: whoever serves meanwhile must not feel it
_DISK_STEP = 8  # steps between writing through: one large write would hold up a deed's small one


class Backups:
    """The folder ``home``/backups. Each copy opens with the same key as the database.

    Several programs, and several threads, may want one at a time: they are made one after the other.
    """

    def __init__(self, home: Path, secret: bytes) -> None:
        self._source = home / "till.db"
        self._folder = home / "backups"
        self._lock = home / "backup.lock"
        self._secret = secret

    def make(self) -> Path:
        """Copy one moment of the data. Making it reads every page: raises ``storage_damaged`` if one is not whole."""
        make_folder(self._folder)
        with self._alone():
            self._drop(self._unfinished())
            try:
                path = self._make()
            except dbapi2.DatabaseError as error:
                raise _why(self._source, error) from error
            finally:
                self._drop([*self._unfinished(), *self.files()[KEPT:]])
        return path

    def files(self) -> list[Path]:
        """The newest first."""
        return sorted(self._folder.glob(_NAME), reverse=True)

    def good(self) -> Path | None:
        """The newest that is whole."""
        return next((path for path in self.files() if is_sound(path, self._secret)), None)

    def made_at(self) -> datetime | None:
        """When the newest was made, by this machine's clock."""
        files = self.files()
        return datetime.fromtimestamp(files[0].stat().st_mtime, UTC) if files else None

    def drop_all_but(self, kept: Path | None) -> None:
        """Remove the others, finished or not, and those being made: they hold what must not be held any more."""
        if self._folder.exists():
            with self._alone():
                self._drop([*self._unfinished(), *(path for path in self.files() if path != kept)])

    def _make(self) -> Path:
        fresh, path = self._folder / "fresh.part", self._next()
        self._copy(fresh)
        if not is_sound(fresh, self._secret):
            raise StorageTrouble("storage_damaged", path=str(self._source))
        os.replace(fresh, path)
        return path

    def _unfinished(self) -> list[Path]:
        """What a crash has left, with what SQLite keeps beside it."""
        return list(self._folder.glob("fresh.part*"))

    def _alone(self) -> AbstractContextManager[None]:
        return locked(self._lock)

    def _next(self) -> Path:
        newest = next(iter(self.files()), None)
        number = int(newest.stem.removeprefix("till-")) + 1 if newest else 1
        return self._folder / f"till-{number:08d}.db"

    def _drop(self, files: list[Path]) -> None:
        for path in files:
            path.unlink(missing_ok=True)
        sync_folder(self._folder)

    def _copy(self, path: Path) -> None:
        reading = ("query_only=ON", "busy_timeout=5000")
        with (
            contextlib.closing(connect(self._source, self._secret, reading, mode="rw")) as source,
            contextlib.closing(connect(path, self._secret, ("journal_mode=OFF", "synchronous=OFF"))) as target,
            path.open("rb+") as file,
        ):
            source.execute("BEGIN")  # one moment: or each commit meanwhile would begin the copy anew
            source.execute("SELECT count(*) FROM sqlite_master").fetchone()
            source.backup(target, pages=_STEP, progress=_gently(file.fileno()))
            os.fsync(file.fileno())
        with contextlib.closing(connect(path, self._secret, ("synchronous=FULL",))) as copy:
            copy.execute(f"PRAGMA user_version = {BACKUP}")


def is_sound(path: Path, secret: bytes, *, thorough: bool = False) -> bool:
    """Whether the database in ``path`` opens with the key, and every page of it is as it was written.

    thorough: whether the indexes agree with the tables, too.

    Raises StorageTrouble when that cannot be found out now.
    """
    try:
        with contextlib.closing(connect(path, secret, ("busy_timeout=5000",))) as connection:
            check = "integrity_check" if thorough else "quick_check"
            whole = connection.execute(f"PRAGMA {check}(1)").fetchone() == ("ok",)
            return whole and path.stat().st_size > 0  # to SQLite a file of no length is a database without tables
    except StorageTrouble as trouble:
        if trouble.code == "storage_damaged":
            return False
        raise
    except dbapi2.DatabaseError as error:
        if is_damage(error):
            return False
        raise storage_trouble(error) from error


def _why(path: Path, error: Exception) -> StorageTrouble:
    return StorageTrouble("storage_damaged", path=str(path)) if is_damage(error) else storage_trouble(error)


def _gently(descriptor: int) -> Callable[[int, int, int], None]:
    steps = itertools.count(1)

    def progress(_status: int, _remaining: int, _total: int) -> None:
        if next(steps) % _DISK_STEP == 0:
            os.fsync(descriptor)
        time.sleep(_PAUSE)

    return progress
