"""Backups: encrypted copies of the whole database, made while it is in use; the newest eight are kept."""

import contextlib
import itertools
import os
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from sqlcipher3 import dbapi2  # type: ignore[import-untyped]

from desktop.data.amiss import is_damage, storage_trouble
from desktop.data.durable import sync_folder
from desktop.data.engine import connect
from desktop.errors import StorageTrouble

KEPT = 8
_STEP, _PAUSE = 64, 0.01  # pages at a time, and seconds between: whoever serves meanwhile must not feel it
_DISK_STEP = 8  # steps between writing through: one large write would hold up a deed's small one


class Backups:
    """The folder ``home``/backups. Each copy opens with the same key as the database."""

    def __init__(self, home: Path, secret: bytes) -> None:
        self._source = home / "till.db"
        self._folder = home / "backups"
        self._secret = secret

    def make(self, now: datetime) -> Path:
        """Copy one moment of the data. Making it reads every page: raises ``storage_damaged`` if one is not whole."""
        self._folder.mkdir(exist_ok=True)
        fresh = self._folder / "fresh.part"
        fresh.unlink(missing_ok=True)
        try:
            self._copy(fresh)
            if not is_sound(fresh, self._secret):
                raise StorageTrouble("storage_damaged", path=str(self._source))
            path = self._folder / f"till-{now:%Y%m%dT%H%M%S%f}.db"
            os.replace(fresh, path)
        except dbapi2.DatabaseError as error:
            raise _why(self._source, error) from error
        finally:
            fresh.unlink(missing_ok=True)
        sync_folder(self._folder)
        for old in self.files()[KEPT:]:
            old.unlink(missing_ok=True)
        return path

    def files(self) -> list[Path]:
        """The newest first."""
        return sorted(self._folder.glob("till-*.db"), reverse=True)

    def good(self) -> Path | None:
        """The newest that is whole."""
        return next((path for path in self.files() if is_sound(path, self._secret)), None)

    def made_at(self) -> datetime | None:
        """When the newest was made, by this machine's clock."""
        files = self.files()
        return datetime.fromtimestamp(files[0].stat().st_mtime, UTC) if files else None

    def drop(self, files: list[Path]) -> None:
        """Remove some: they hold what must not be held any more."""
        for path in files:
            path.unlink(missing_ok=True)
        if files:
            sync_folder(self._folder)

    def _copy(self, path: Path) -> None:
        with (
            contextlib.closing(connect(self._source, self._secret, ("query_only=ON", "busy_timeout=5000"))) as source,
            contextlib.closing(connect(path, self._secret, ("journal_mode=OFF", "synchronous=OFF"))) as target,
            path.open("rb+") as file,
        ):
            source.execute("BEGIN")  # one moment: or each commit meanwhile would begin the copy anew
            source.execute("SELECT count(*) FROM sqlite_master").fetchone()
            source.backup(target, pages=_STEP, progress=_gently(file.fileno()))
            os.fsync(file.fileno())


def is_sound(path: Path, secret: bytes, *, thorough: bool = False) -> bool:
    """Whether the database in ``path`` opens with the key, and every page of it is as it was written.

    thorough: whether the indexes agree with the tables, too.

    Raises StorageTrouble when that cannot be found out now.
    """
    try:
        with contextlib.closing(connect(path, secret, ("busy_timeout=5000",))) as connection:
            check = "integrity_check" if thorough else "quick_check"
            return bool(connection.execute(f"PRAGMA {check}(1)").fetchone() == ("ok",))
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
