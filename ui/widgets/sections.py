"""The pieces that the sections of a member's page are made of."""

from collections.abc import Iterable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from ui.widgets.card import empty, label
from ui.widgets.elided_label import ElidedLabel


class Section(QWidget):
    """A column of things, with headings; ``clear`` empties it before it is painted anew."""

    def __init__(self) -> None:
        super().__init__()
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(16, 4, 16, 16)
        self.column.setSpacing(4)

    def clear(self) -> None:
        """Begin anew."""
        empty(self.column)

    def heading(self, text: str) -> None:
        """What comes below."""
        head = label(text, "h3")
        head.setContentsMargins(0, 12, 0, 2)
        self.column.addWidget(head)

    def nothing(self, text: str) -> None:
        """There is none of it."""
        self.column.addWidget(label(text, "faint", wrap=True))

    def rows(self, told: Iterable[tuple[str, str]], *, width: int = 84) -> None:
        """Names and values side by side."""
        box = QWidget()
        grid = QGridLayout(box)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(6)
        grid.setColumnStretch(1, 1)
        grid.setColumnMinimumWidth(0, width)
        for row, (name, value) in enumerate(told):
            grid.addWidget(label(name, "small"), row, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(label(value, "line", wrap=True), row, 1)
        self.column.addWidget(box)

    def line(self, left: str, middle: str, right: str = "", *, width: int = 84) -> QWidget:
        """A day, what there was, and something small at the right."""
        box = QWidget()
        row = QHBoxLayout(box)
        row.setContentsMargins(0, 2, 0, 2)
        row.setSpacing(12)
        day = label(left, "small")
        day.setFixedWidth(width)
        row.addWidget(day)
        row.addWidget(ElidedLabel(middle, "line"), 1)
        if right:
            row.addWidget(label(right, "faint"))
        self.column.addWidget(box)
        return box

    def buttons(self, *widgets: QWidget) -> None:
        """Side by side, at the left."""
        row = QHBoxLayout()
        row.setSpacing(8)
        for widget in widgets:
            row.addWidget(widget)
        row.addStretch(1)
        self.column.addLayout(row)
