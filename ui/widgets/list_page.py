"""A page with a list: a card with a head and what is listed under it, and what stands beside."""

from collections.abc import Collection

from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from ui.widgets.card import Card, empty, label


class ListPage(QHBoxLayout):
    """``over`` takes what stands over the list, under its ``head``. ``fill`` lists anew; ``empty`` says why not."""

    def __init__(self, screen: QWidget, side: QWidget) -> None:
        super().__init__(screen)
        self.setContentsMargins(24, 16, 24, 8)
        self.setSpacing(16)
        self.over, self.list = QVBoxLayout(), QVBoxLayout()
        self.over.setSpacing(8)
        self.list.setSpacing(0)
        self.empty = label("", "empty", wrap=True)
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 8, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.empty)
        column.addLayout(self.list)
        column.addStretch(1)
        self.scroll = QScrollArea()
        self.scroll.setWidgetResizable(True)
        self.scroll.setWidget(inside)
        card = Card()
        card.column.addLayout(self.over)
        card.column.addWidget(self.scroll, 1)
        self.addWidget(card, 1)
        self.addWidget(side)

    def head(self, title: str, *parts: QWidget) -> None:
        """The title, and at its right what belongs to all of the list."""
        row = QHBoxLayout()
        row.addWidget(label(title, "h1"))
        row.addStretch(1)
        for part in parts:
            row.addWidget(part)
        self.over.insertLayout(0, row)

    def fill(self, rows: Collection[QWidget]) -> None:
        """These, in the place of those before."""
        empty(self.list)
        for row in rows:
            self.list.addWidget(row)
        self.empty.setVisible(not rows)
