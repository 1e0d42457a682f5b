"""Disk: a disk that remembers what was written but not yet synced, and can lose power."""

import random
from collections.abc import Iterator
from typing import Any

_SECTOR = 512


class File:
    """cache: what a read gives. platter: what a power cut leaves. pending: what was done since the last sync.

    A pending entry is an offset and the bytes written there; or a new size, and None.
    """

    def __init__(self, content: bytes = b"") -> None:
        self.cache, self.platter = bytearray(content), bytearray(content)
        self.pending: list[tuple[int, bytes | None]] = []

    def change(self, offset: int, data: bytes | None) -> None:
        """Write; or truncate, without data."""
        _apply(self.cache, offset, data)
        self.pending.append((offset, data))

    def sync(self) -> None:
        """All that is pending is on the platter."""
        for offset, data in self.pending:
            _apply(self.platter, offset, data)
        self.pending.clear()

    def copy(self) -> "File":
        """The same file on another disk."""
        twin = File()
        twin.cache, twin.platter, twin.pending = self.cache[:], self.platter[:], self.pending[:]
        return twin

    def survivor(self, chance: random.Random) -> bytearray:
        """What a power cut may leave: of what is pending any sectors, in any order, some of them garbage."""
        content = self.platter[:]
        kept = chance.choice((0.0, 0.5, 1.0, chance.random()))
        garbled = chance.choice((0.0, 0.0, 0.1))
        for offset, data in self.pending:
            for start, piece in _sectors(offset, data):
                luck = chance.random()
                if piece is not None and luck < garbled:
                    _apply(content, start, chance.randbytes(len(piece)))
                elif luck < garbled + kept:
                    _apply(content, start, piece)
        return content


class Disk:
    """One directory of files. ``do`` carries out any operation by its name, for those that count or hinder them.

    A name is durable as in SQLite's own unix VFS: with the first sync of a new journal, or a delete that asks for it.
    """

    def __init__(self) -> None:
        self.files: dict[str, File] = {}
        self._entries: dict[str, File] = {}
        self._new_journals: set[str] = set()

    def do(self, operation: str, *arguments: Any) -> Any:
        """Carry out one of the operations below."""
        return getattr(self, operation)(*arguments)

    def exists(self, name: str) -> bool:
        return name in self.files

    def create(self, name: str, journal: bool) -> None:
        self.files[name] = File()
        if journal:
            self._new_journals.add(name)

    def size(self, name: str) -> int:
        return len(self.files[name].cache)

    def read(self, name: str, amount: int, offset: int) -> bytes:
        return bytes(memoryview(self.files[name].cache)[offset : offset + amount])

    def write(self, name: str, offset: int, data: bytes) -> None:
        self.files[name].change(offset, data)

    def truncate(self, name: str, size: int) -> None:
        self.files[name].change(size, None)

    def sync(self, name: str) -> None:
        self.files[name].sync()
        if name in self._new_journals:
            self._new_journals.remove(name)
            self._entries = dict(self.files)

    def delete(self, name: str, durably: bool) -> None:
        del self.files[name]
        if durably:
            self._entries = dict(self.files)

    def lose(self, name: str, chance: random.Random) -> None:
        """A sync that fails: some of what was pending is gone, and no later sync will bring it to the platter."""
        file = self.files[name]
        file.platter = file.survivor(chance)
        file.pending.clear()

    def copy(self) -> "Disk":
        """The same disk again; what happens to one does not happen to the other."""
        twin = Disk()
        files = {file: file.copy() for file in {*self.files.values(), *self._entries.values()}}
        twin.files = {name: files[file] for name, file in self.files.items()}
        twin._entries = {name: files[file] for name, file in self._entries.items()}
        twin._new_journals = set(self._new_journals)
        return twin

    def after_cut(self, chance: random.Random) -> "Disk":
        """The disk when the power is back: of each name that was not durable yet either the old or the new holds."""
        left = Disk()
        for name in sorted({*self.files, *self._entries}):
            file = chance.choice((self.files, self._entries)).get(name)
            if file is not None:
                left.files[name] = File(file.survivor(chance))
        left._entries = dict(left.files)
        return left


class Tracer:
    """Hands operations on to a disk, and keeps those that change it: ``trace``."""

    def __init__(self, disk: Disk) -> None:
        self.disk = disk
        self.trace: list[tuple[Any, ...]] = []

    def do(self, operation: str, *arguments: Any) -> Any:
        """Carry it out; what only looks is not kept."""
        if operation not in ("exists", "size", "read"):
            self.trace.append((operation, *arguments))
        return self.disk.do(operation, *arguments)


def _apply(content: bytearray, offset: int, data: bytes | None) -> None:
    """Write or truncate; a gap before the written bytes reads as zeros."""
    if data is None:
        del content[offset:]
    if len(content) < offset:
        content.extend(bytes(offset - len(content)))
    if data is not None:
        content[offset : offset + len(data)] = data


def _sectors(offset: int, data: bytes | None) -> Iterator[tuple[int, bytes | None]]:
    """A write in pieces that do not cross the border of a sector; a truncation is one piece."""
    if data is None:
        yield offset, None
        return
    start = offset
    while start < offset + len(data):
        end = min(offset + len(data), start - start % _SECTOR + _SECTOR)
        yield start, data[start - offset : end - offset]
        start = end
