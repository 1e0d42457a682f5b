"""Homes: what a power cut leaves of a till's directory, whenever a chore asks something of the operating system.

SQLite's own files are as they lie there: cuts between its own operations are in ``cuts``.
"""

import hashlib
import itertools
import os
import shutil
import stat
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import pytest
from sqlalchemy import Engine, event

_CALLS = ((os, "fsync"), (os, "replace"), (os, "unlink"), (time, "sleep"))
_SQLITES = (".db", ".part", "-wal")
_RENEWED = "-shm"  # at every start


class Homes:
    """Two of each moment: one has all that was written by then, the other only what was waited for."""

    def __init__(self, home: Path, left: Path) -> None:
        self._home, self._folder = home, left
        self._opened: dict[int, IO[bytes]] = {}  # by inode: held open, no other file gets its number
        self._platter: dict[int, bytes] = {}
        self._names = {folder: self._names_in(folder) for folder in (home, *home.rglob("*/"))}
        self._platter = {number: self._read(number) for number in self._opened}
        self._numbers = itertools.count()
        self._left: dict[bytes, Path] = {}  # by what is in it: much of what is cut away leaves the same

    @property
    def left(self) -> list[Path]:
        """All that differ, in their order."""
        return list(self._left.values())

    @contextmanager
    def watch(self) -> Iterator[None]:
        """Cut before each call and each commit, and once when all is over."""
        cut = self._cut
        event.listen(Engine, "commit", cut)
        try:
            with pytest.MonkeyPatch.context() as system:
                for module, name in _CALLS:
                    system.setattr(module, name, self._cutting(getattr(module, name)))
                yield
        finally:
            event.remove(Engine, "commit", cut)
        self._cut()
        for file in self._opened.values():
            file.close()

    def _cutting(self, call: Callable[..., Any]) -> Callable[..., Any]:
        def cut_and_call(*arguments: Any, **named: Any) -> Any:
            self._cut()
            result = call(*arguments, **named)
            if call.__name__ == "fsync":
                self._sync(arguments[0])
            return result

        return cut_and_call

    def _sync(self, descriptor: int) -> None:
        """A folder's names are durable now, or a file's bytes."""
        path = Path(os.readlink(f"/proc/self/fd/{descriptor}"))
        if stat.S_ISDIR(os.fstat(descriptor).st_mode):
            self._names[path] = self._names_in(path)
        else:
            self._hold(path)
            self._platter[path.stat().st_ino] = path.read_bytes()

    def _cut(self, *_: object) -> None:
        number = next(self._numbers)
        kept, lost = self._folder / f"{number}-kept", self._folder / f"{number}-lost"
        shutil.copytree(self._home, kept, ignore=shutil.ignore_patterns(f"*{_RENEWED}"))
        for folder, names in self._names.items():
            place = lost / folder.relative_to(self._home)
            place.mkdir(parents=True, exist_ok=True)
            for name, file in names.items():
                (place / name).write_bytes(
                    self._read(file) if name.endswith(_SQLITES) else self._platter.get(file, b"")
                )
        for log in self._home.glob("*-wal"):
            shutil.copy(log, lost)
        for left in (kept, lost):
            self._left.setdefault(_digest(left), left)

    def _names_in(self, folder: Path) -> dict[str, int]:
        files = [path for path in folder.iterdir() if path.is_file() and not path.name.endswith(("-wal", _RENEWED))]
        return {path.name: self._hold(path) for path in files}

    def _hold(self, path: Path) -> int:
        number = path.stat().st_ino
        if number not in self._opened:
            self._opened[number] = path.open("rb")
        return number

    def _read(self, number: int) -> bytes:
        self._opened[number].seek(0)
        return self._opened[number].read()


def _digest(home: Path) -> bytes:
    digest = hashlib.sha256()
    for path in sorted(home.rglob("*")):
        digest.update(str(path.relative_to(home)).encode())
        digest.update(path.read_bytes() if path.is_file() else b"")
    return digest.digest()
