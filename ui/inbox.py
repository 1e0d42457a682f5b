"""Holds what comes in before there is anybody to take it: scans and keys of the first second are not lost."""

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal


class Inbox(QObject):
    """scanned: the text of a code. pressed: the name of a key's deed. Both wait, in order, until ``open``."""

    scanned = Signal(str)
    pressed = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._waiting: list[Callable[[], None]] | None = []

    def scan(self, text: str) -> None:
        """A code was scanned."""
        self._take(lambda: self.scanned.emit(text))

    def press(self, name: str) -> None:
        """A key was pressed, or what does the same."""
        self._take(lambda: self.pressed.emit(name))

    def open(self) -> None:
        """Everybody is there: hand over what waits, and from now on everything at once."""
        waiting, self._waiting = self._waiting or [], None
        for tell in waiting:
            tell()

    def _take(self, tell: Callable[[], None]) -> None:
        if self._waiting is None:
            tell()
        else:
            self._waiting.append(tell)
