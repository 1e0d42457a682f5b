"""A one-line field that keeps its own Escape and tells of each pause of typing."""

from PySide6.QtCore import QEvent, QTimer, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, Qt
from PySide6.QtWidgets import QLineEdit

from desktop.services.people import one_line

PAUSE_MS = 400


class TypingField(QLineEdit):
    """``paused(text)`` a moment after the last key; ``escaped`` for Esc, which goes no further."""

    paused = Signal(str)
    escaped = Signal()

    def __init__(self, role: str = "", *, hint: str = "") -> None:
        super().__init__()
        self.setPlaceholderText(hint)
        self.setAccessibleName(hint)
        if role:
            self.setProperty("role", role)
        self._pause = QTimer(self, singleShot=True, interval=PAUSE_MS)
        self._pause.timeout.connect(self.tell_now)
        self.textEdited.connect(lambda _text: self._pause.start())

    def tell_now(self) -> None:
        """Do not wait for the pause."""
        self._pause.stop()
        self.paused.emit(self.text())

    @property
    def line(self) -> str:
        """What is typed, as it would be saved."""
        return one_line(self.text(), longest=len(self.text()))

    @property
    def waiting(self) -> bool:
        """Whether something was typed that nobody was told of."""
        return self._pause.isActive()

    def put(self, text: str) -> None:
        """Replace what is typed, and tell nobody."""
        self._pause.stop()
        self.setText(text)

    def event(self, event: QEvent) -> bool:
        mine = isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape
        if mine and event.type() == QEvent.Type.ShortcutOverride:
            event.accept()
            return True
        if mine and event.type() == QEvent.Type.KeyPress:
            self.escaped.emit()
            return True
        return super().event(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        if self._pause.isActive():
            self.tell_now()
        super().focusOutEvent(event)
