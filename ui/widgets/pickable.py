"""A row of a list that is looked at beside the list."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QFrame

from ui.widgets.card import set_look


class Pickable(QFrame):
    """``picked(id)`` on a press, Space, Enter or when the keyboard comes; ``pick(True)`` shows it as the one beside."""

    picked = Signal(str)

    def __init__(self, row_id: str) -> None:
        super().__init__()
        self.setProperty("role", "row")
        self.row_id = row_id
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def pick(self, picked: bool) -> None:
        """Show whether this is the one that is looked at."""
        set_look(self, picked=picked)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        if self.rect().contains(event.position().toPoint()):
            self.picked.emit(self.row_id)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.picked.emit(self.row_id)
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.picked.emit(self.row_id)
