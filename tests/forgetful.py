"""A disk that forgets: when the power is cut, what was never fsynced is gone, and so is a name whose folder was not."""

import os
from pathlib import Path


class ForgetfulDisk:
    """The folder ``root``; what is there at the beginning is on the platter.

    A context manager, in which ``fsync`` takes the place of the system's. SQLite calls its own, unseen from here: a
    database that is made after the beginning is lost in every cut. deaf_to: "file" or "folder", whose fsync is as if
    nobody had asked for it. trouble: the number of the error that every fsync fails with, 0 for none.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self.deaf_to = ""
        self.trouble = 0
        self._system = os.fsync
        self._contents: dict[int, bytes] = {}
        self._folders: dict[int, dict[str, int]] = {}
        self._held: dict[int, int] = {}
        for path in (root, *root.rglob("*")):
            self._keep(path)

    def __enter__(self) -> "ForgetfulDisk":
        os.fsync = self.fsync
        return self

    def __exit__(self, *_: object) -> None:
        os.fsync = self._system
        while self._held:
            os.close(self._held.popitem()[1])

    def fsync(self, descriptor: int) -> None:
        """What this file, or folder, holds now will be there after a cut."""
        if self.trouble:
            raise OSError(self.trouble, os.strerror(self.trouble))
        path = Path(f"/proc/self/fd/{descriptor}")
        if self.deaf_to != ("folder" if path.is_dir() else "file"):
            self._keep(path)

    def after_cut(self, place: Path) -> Path:
        """What is left, laid down in ``place``: a program that died with the power writes nothing there."""
        self._lay(self._number_of(self.root), place)
        return place

    def _keep(self, path: Path) -> None:
        number = self._number_of(path)
        if path.is_dir():
            self._folders[number] = {each.name: self._number_of(each) for each in path.iterdir()}
        else:
            self._contents[number] = path.read_bytes()

    def _number_of(self, path: Path) -> int:
        """A file held open keeps its number for itself, whatever becomes of its names."""
        number = path.stat().st_ino
        if number not in self._held:
            self._held[number] = os.open(path, os.O_RDONLY)
            if path.is_dir():
                self._folders[number] = {}
        return number

    def _lay(self, number: int, place: Path) -> None:
        if number not in self._folders:
            place.write_bytes(self._contents.get(number, b""))
            return
        place.mkdir()
        for name, inner in self._folders[number].items():
            self._lay(inner, place / name)
