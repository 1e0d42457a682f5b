"""A hand scanner and a slow clerk at the keyboard: key events as the system sends them, with its stamps."""

import itertools

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QWidget

SCANNER_MS, CLERK_MS = 8, 180
_NO = Qt.KeyboardModifier.NoModifier


class Keyboard:
    """Sends keys to a window. Its clock stands apart from the machine's, so that nothing depends on a busy one."""

    def __init__(self, window: QWidget) -> None:
        self._window = window
        self._now = itertools.count(1_000_000)

    def scan(self, text: str, end: Qt.Key | None = Qt.Key.Key_Return) -> None:
        """A burst; ``end`` None for a scanner that sends no end key."""
        self._pause(1000)
        for letter in text:
            self.key(letter, SCANNER_MS)
        if end is not None:
            self.key(end, SCANNER_MS)

    def type(self, text: str) -> None:
        """A clerk's typing."""
        self._pause(1000)
        for letter in text:
            self.key(letter, CLERK_MS)

    def key(self, key: str | Qt.Key, after: int = CLERK_MS) -> None:
        """One stroke."""
        self._pause(after)
        code, text = (Qt.Key.Key_unknown, key) if isinstance(key, str) else (key, _TEXTS.get(key, ""))
        if isinstance(key, str) and key.isascii() and key.isalnum():
            code = Qt.Key(ord(key.upper()))
        for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            event = QKeyEvent(kind, code, _NO, text)
            event.setTimestamp(next(self._now))
            QApplication.sendEvent(self._window.windowHandle(), event)

    def _pause(self, ms: int) -> None:
        self._now = itertools.count(next(self._now) + ms - 2)


_TEXTS = {Qt.Key.Key_Return: "\r", Qt.Key.Key_Tab: "\t", Qt.Key.Key_Space: " "}
