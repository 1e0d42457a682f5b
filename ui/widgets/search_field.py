"""A line to search by: pictures dropped on it are the window's, and so is Ctrl+Z while it is empty."""

from PySide6.QtCore import QEvent
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QLineEdit

_LONGEST = 600  # a code has at most 512 characters


class SearchField(QLineEdit):
    """``hint`` stands in it while it is empty."""

    def __init__(self, hint: str) -> None:
        super().__init__()
        self.setPlaceholderText(hint)
        self.setAccessibleName(hint)
        self.setAcceptDrops(False)
        self.setMaxLength(_LONGEST)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and self._lets_undo_pass(event):
            event.ignore()
            return True
        return super().event(event)

    def _lets_undo_pass(self, event: QEvent) -> bool:
        return not self.text() and isinstance(event, QKeyEvent) and event.matches(QKeySequence.StandardKey.Undo)
