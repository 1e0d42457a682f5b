"""One piece of content in the list: its kind, its title, and what came of it."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent, QMouseEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout

from desktop.views.contents import ContentView
from resources import Words
from ui.widgets.card import label, set_look
from ui.widgets.elided_label import ElidedLabel


class ContentRow(QFrame):
    """``picked`` on a press or when the keyboard comes to it; ``pick(True)`` shows it as the one at the right."""

    picked = Signal(str)

    def __init__(self, view: ContentView, words: Words) -> None:
        super().__init__()
        self.setProperty("role", "row")
        self.view = view
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        row, texts, head = QHBoxLayout(self), QVBoxLayout(), QHBoxLayout()
        row.setContentsMargins(8, 8, 12, 8)
        row.setSpacing(12)
        head.setSpacing(8)
        head.addWidget(label(view.title, "strong"))
        if view.fits:
            fits = label(words("content.fits"), "small")
            fits.setProperty("tone", "accent")
            head.addWidget(fits)
        head.addStretch(1)
        texts.setSpacing(2)
        texts.addLayout(head)
        texts.addWidget(ElidedLabel(" · ".join((words(f"content.{view.kind}"), *view.tags)), "small"))
        row.addLayout(texts, 1)
        row.addWidget(
            label(words("content.effect", used=view.used, arrived=view.arrived) if view.used else "", "small")
        )
        self.setAccessibleName(f"{words(f'content.{view.kind}')} {view.title}")

    def pick(self, picked: bool) -> None:
        """Show whether this is the one that is read."""
        set_look(self, picked=picked)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        if self.rect().contains(event.position().toPoint()):
            self.picked.emit(self.view.id)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.picked.emit(self.view.id)
