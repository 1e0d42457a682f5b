"""Shim: the file system that SQLite sees, in Python, over a Disk."""

import itertools
from collections.abc import Iterable, Sequence
from typing import Any, Protocol
from weakref import WeakValueDictionary

import apsw

from desktop.data.engine import WRITER_PRAGMAS

_JOURNALS = apsw.SQLITE_OPEN_MAIN_JOURNAL | apsw.SQLITE_OPEN_WAL | apsw.SQLITE_OPEN_SUPER_JOURNAL
_WORDS = {"ON": "1", "OFF": "0", "NORMAL": "1", "FULL": "2"}

Statement = tuple[str, Any, bool]


class Operated(Protocol):
    """A disk, or something that stands before one."""

    def do(self, operation: str, *arguments: Any) -> Any:
        """Carry out one operation of Disk."""


class Shim(apsw.VFS):
    """Each connection is on a disk of its own, named in its path: one that died with the power reaches no other."""

    def __init__(self) -> None:
        super().__init__("shim", base="")
        self._disks: WeakValueDictionary[str, Operated] = WeakValueDictionary()
        self._numbers = itertools.count()

    def connect(self, disk: Operated, *, synchronous: str = "FULL", checkpoint: int = 1000) -> apsw.Connection:
        """Open the database as the till does. checkpoint: pages in the log before they are moved to the file.

        Python cannot offer SQLite shared memory; with the lock held for good, the log needs none.
        """
        number = str(next(self._numbers))
        self._disks[number] = disk
        connection = apsw.Connection(f"{number}/till.db", vfs="shim")
        pragmas = [*WRITER_PRAGMAS, f"synchronous={synchronous}", f"wal_autocheckpoint={checkpoint}"]
        try:
            _set(connection, ["locking_mode=EXCLUSIVE", *pragmas])
        except BaseException:
            connection.close(True)
            raise
        return connection

    def xOpen(self, name: Any, flags: list[int]) -> "_Open":
        flags[1] = flags[0]
        disk, path = self._place(name.filename() if isinstance(name, apsw.URIFilename) else name)
        if not disk.do("exists", path):
            if not flags[0] & apsw.SQLITE_OPEN_CREATE:
                raise apsw.CantOpenError(path)
            disk.do("create", path, bool(flags[0] & _JOURNALS))
        return _Open(disk, path)

    def xAccess(self, name: str, flags: int) -> bool:
        disk, path = self._place(name)
        return bool(disk.do("exists", path))

    def xDelete(self, name: str, durably: bool) -> None:
        disk, path = self._place(name)
        disk.do("delete", path, bool(durably))

    def xFullPathname(self, name: str) -> str:
        return name

    def _place(self, name: str) -> tuple[Operated, str]:
        number, path = name.split("/")
        return self._disks[number], path


class _Open:
    """One open file. Nobody else opens the database, so that its locks are granted without being kept."""

    def __init__(self, disk: Operated, name: str) -> None:
        self._disk, self._name = disk, name

    def xRead(self, amount: int, offset: int) -> bytes:
        return self._disk.do("read", self._name, amount, offset)  # type: ignore[no-any-return]

    def xWrite(self, data: bytes, offset: int) -> None:
        self._disk.do("write", self._name, offset, bytes(data))

    def xTruncate(self, size: int) -> None:
        self._disk.do("truncate", self._name, size)

    def xSync(self, flags: int) -> None:
        self._disk.do("sync", self._name)

    def xFileSize(self) -> int:
        return self._disk.do("size", self._name)  # type: ignore[no-any-return]

    def xSectorSize(self) -> int:
        return 4096  # as on Linux and Windows

    def xDeviceCharacteristics(self) -> int:
        return apsw.SQLITE_IOCAP_POWERSAFE_OVERWRITE  # as on Linux and Windows

    def xCheckReservedLock(self) -> bool:
        return False

    def xLock(self, level: int) -> None: ...

    def xUnlock(self, level: int) -> None: ...

    def xFileControl(self, op: int, ptr: int) -> bool:
        return False

    def xClose(self) -> None: ...


def carry_out(connection: apsw.Connection, statements: Iterable[Statement]) -> None:
    """One transaction, from its BEGIN to its COMMIT."""
    for sql, parameters, many in statements:
        (connection.executemany if many else connection.execute)(sql, parameters).fetchall()


def _set(connection: apsw.Connection, pragmas: Sequence[str]) -> None:
    """One at a time and read to the end: of several in one text, apsw carries out those before the first row."""
    for pragma in pragmas:
        connection.execute(f"PRAGMA {pragma}").fetchall()
    for name, value in dict(pragma.split("=") for pragma in pragmas).items():
        told = str(connection.pragma(name)).upper()
        assert told == _WORDS.get(value, value), f"{name} is {told}, not {value}"
