"""The white rounded surface everything stands on."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QLayout, QVBoxLayout, QWidget

PADDING = 16


class Card(QFrame):
    """A card with a column of things in it: ``column`` is its layout. ``head`` adds a title row."""

    def __init__(self, parent: QWidget | None = None, *, padding: int = PADDING) -> None:
        super().__init__(parent)
        self.setProperty("role", "card")
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(padding, padding, padding, padding)
        self.column.setSpacing(8)

    def head(self, title: str, side: QWidget | None = None) -> QLabel:
        """A title, with something small at its right; gives the title's label."""
        row = QHBoxLayout()
        row.setSpacing(10)
        heading = label(title, "h2")
        row.addWidget(heading)
        row.addStretch(1)
        if side is not None:
            row.addWidget(side)
        self.column.addLayout(row)
        return heading


def label(text: str = "", role: str = "", *, wrap: bool = False) -> QLabel:
    """Plain text, always: what people typed is never read as markup. role: h1, h2, h3, muted, small, figure …"""
    made = QLabel(text)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setWordWrap(wrap)
    if role:
        made.setProperty("role", role)
    return made


def rule() -> QFrame:
    """A hair line."""
    line = QFrame()
    line.setProperty("role", "rule")
    return line


def empty(layout: QLayout) -> None:
    """Let go of everything in a layout."""
    while item := layout.takeAt(0):
        if old := item.widget():
            old.hide()
            old.deleteLater()
        elif inner := item.layout():
            empty(inner)


def set_look(widget: QWidget, **properties: object) -> None:
    """Change dynamic properties (role, tone …) of a widget already shown, and have it styled anew."""
    if all(widget.property(name) == value for name, value in properties.items()):
        return
    for name, value in properties.items():
        widget.setProperty(name, value)
    widget.style().unpolish(widget)
    widget.style().polish(widget)
