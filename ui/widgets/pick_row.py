"""One person in a list: who, in one line why, and at the right a day."""

from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout

from ui.widgets.avatar import Avatar
from ui.widgets.card import label, set_look
from ui.widgets.elided_label import ElidedLabel


@dataclass(frozen=True, slots=True)
class Line:
    """What stands in a row. beside: beside the name; tone: of the day: danger, accent, "" or None if it is no day."""

    name: str
    beside: str
    below: str
    day: str
    tone: str | None = ""


class PickRow(QFrame):
    """``picked(id)`` on a press, Space, Enter or when the keyboard comes; ``pick(True)`` shows it as the one beside."""

    picked = Signal(str)

    def __init__(self, row_id: str, line: Line) -> None:
        super().__init__()
        self.setProperty("role", "row")
        self.row_id = row_id
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        avatar = Avatar(36)
        avatar.paint(line.name)
        who, row = QVBoxLayout(), QHBoxLayout(self)
        row.setContentsMargins(8, 8, 12, 8)
        row.setSpacing(12)
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(label(line.name, "strong"))
        head.addWidget(label(line.beside, "muted"))
        head.addStretch(1)
        who.setSpacing(2)
        who.addLayout(head)
        who.addWidget(ElidedLabel(line.below, "small"))
        day = label(line.day, "muted" if line.tone is None else "strong")
        day.setProperty("tone", line.tone or "")
        row.addWidget(avatar)
        row.addLayout(who, 1)
        row.addWidget(day)
        self.setAccessibleName(f"{line.name} {line.below} {line.day}")

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
