"""One task in the list: for whom, why, and by when."""

from datetime import date

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout

from desktop.views.tasks import TaskView
from resources import Words
from ui.figures import short_day
from ui.widgets.avatar import Avatar
from ui.widgets.card import label, set_look
from ui.widgets.elided_label import ElidedLabel


class TaskRow(QFrame):
    """``picked`` on a press, Space or Enter; ``pick(True)`` shows it as the one at the right."""

    picked = Signal(str)

    def __init__(self, view: TaskView, words: Words, today: date) -> None:
        super().__init__()
        self.setProperty("role", "row")
        self.view = view
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        avatar = Avatar(36)
        avatar.paint(view.name)
        who, row = QVBoxLayout(), QHBoxLayout(self)
        row.setContentsMargins(8, 8, 12, 8)
        row.setSpacing(12)
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(label(view.name or words("profile.unnamed"), "strong"))
        head.addWidget(label(view.phone, "muted"))
        head.addStretch(1)
        who.setSpacing(2)
        who.addLayout(head)
        reason = reason_of(view, words)
        who.addWidget(ElidedLabel(f"{title_of(view, words)} · {reason}" if reason else title_of(view, words), "small"))
        due = label(day_of(view.due, today, words), "strong")
        due.setProperty("tone", "danger" if view.due < today else "accent" if view.due == today else "")
        row.addWidget(avatar)
        row.addLayout(who, 1)
        row.addWidget(due)
        self.setAccessibleName(f"{view.name} {title_of(view, words)} {due.text()}")

    def pick(self, picked: bool) -> None:
        """Show whether this is the one that is looked at."""
        set_look(self, picked=picked)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        if self.rect().contains(event.position().toPoint()):
            self.picked.emit(self.view.id)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.picked.emit(self.view.id)
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.picked.emit(self.view.id)


def title_of(view: TaskView, words: Words) -> str:
    """What it is about: in the clerk's words if a rule made it, else in those of whoever wrote it."""
    return words(f"care.{view.title}") if view.rule else view.title


def reason_of(view: TaskView, words: Words) -> str:
    """Why a rule made it; "" if a guide wrote it."""
    return words(f"why.{view.rule}", **view.figures) if view.rule else ""


def day_of(day: date, today: date, words: Words) -> str:
    """A day near today as people say it."""
    near = {-1: "tasks.yesterday", 0: "tasks.today", 1: "tasks.tomorrow"}
    far = (day - today).days
    return words(near[far]) if far in near else short_day(day, today)
