"""Vault: the place of the database file, its backups, and those that were found damaged."""

import os
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

from desktop.data.backups import Backups, is_sound
from desktop.data.durable import make_folder, sync_folder

_STAMP = "%Y%m%dT%H%M%S"
_FOLDERS = "[0-9]" * 8 + "T" + "[0-9]" * 6  # named by that; whatever else lies there is somebody's own
_PUT_ASIDE_FOR = timedelta(days=30)


class Vault:
    """``home``/till.db with what SQLite keeps beside it; ``home``/damaged, one folder for each file put aside."""

    def __init__(self, home: Path, secret: bytes) -> None:
        self.path = home / "till.db"
        self.backups = Backups(home, secret)
        self._aside = home / "damaged"
        self._secret = secret

    @property
    def was_left_open(self) -> bool:
        """Whether nobody has closed it: SQLite removes its log on a good close."""
        return self._beside("-wal").exists()

    @property
    def identity(self) -> tuple[int, int]:
        """Which file lies there; another after it was put aside and replaced."""
        try:
            found = self.path.stat()
        except FileNotFoundError:
            return (0, 0)
        return (found.st_dev, found.st_ino)

    def is_sound(self, *, thorough: bool = False) -> bool:
        """Whether every page is as it was written."""
        return is_sound(self.path, self._secret, thorough=thorough)

    def changed_at(self) -> datetime | None:
        """When something was last written, by this machine's clock."""
        times = [each.stat().st_mtime for each in (self.path, self._beside("-wal")) if each.exists()]
        return datetime.fromtimestamp(max(times), UTC) if times else None

    def put_aside(self, now: datetime) -> None:
        """Take a damaged file out of the way, with all that belongs to it. Nothing of it is thrown away yet."""
        while (folder := self._aside / f"{now:{_STAMP}}").exists():  # that of another mishap in the same second
            now -= timedelta(seconds=1)
        make_folder(folder)
        for path in (self.path, self._beside("-wal"), self._beside("-shm")):
            if path.exists():
                os.replace(path, folder / path.name)
        sync_folder(folder)  # first: what left the one folder must be in the other
        sync_folder(self.path.parent)

    def bring_back(self) -> None:
        """Put the newest good backup where there is no file, or one that holds nothing."""
        holds_something = self.path.exists() and self.path.stat().st_size
        good = None if holds_something else self.backups.good()
        if good is None:
            return
        for stray in (self._beside("-wal"), self._beside("-shm")):
            stray.unlink(missing_ok=True)
        os.replace(good, self.path)  # moved, not copied: the disk may be full
        sync_folder(self.path.parent)

    def last_mishap(self) -> datetime | None:
        """When a file was last put aside."""
        stamps = sorted(folder.name for folder in self._aside.glob(_FOLDERS))
        return datetime.strptime(stamps[-1], _STAMP).replace(tzinfo=UTC) if stamps else None

    def forget_damaged(self, before: datetime | None = None) -> None:
        """Throw away what was put aside before; all of it if no time is given."""
        for folder in self._aside.glob(_FOLDERS):
            if before is None or folder.name < f"{before:{_STAMP}}":
                shutil.rmtree(folder)

    def tidy(self, now: datetime) -> None:
        """Throw away what was put aside a month ago."""
        self.forget_damaged(now - _PUT_ASIDE_FOR)

    def _beside(self, ending: str) -> Path:
        return self.path.with_name(self.path.name + ending)
