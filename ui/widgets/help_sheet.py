"""The sheet that lists every key, over whatever is on the screen."""

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from resources import Words
from ui.keys import KEYS, shown
from ui.widgets.card import Card, label, rule
from ui.widgets.keyed_button import KeyedButton


class HelpSheet(QWidget):
    """F1 opens and closes it; so does a press outside, Esc, or a scan."""

    def __init__(self, words: Words, window: QWidget) -> None:
        super().__init__(window)
        self._over = window
        self._words = words
        self._centre = QVBoxLayout(self)
        self.hide()

    @Slot()
    def toggle(self) -> None:
        """Open over the whole window, or close."""
        if not self._centre.count():  # not before the first paint of the window
            self._centre.addWidget(self._sheet(), 0, Qt.AlignmentFlag.AlignCenter)
        self.setGeometry(self._over.rect())
        self.setVisible(not self.isVisible())
        self.raise_()

    def _sheet(self) -> Card:
        words = self._words
        card = Card(padding=28)
        card.setFixedWidth(680)
        close = KeyedButton(words("help.close"), KEYS.back, role="small", hint_only=True)
        close.clicked.connect(self.hide)
        card.head(words("help.title"), close)
        card.column.addSpacing(4)
        card.column.addLayout(self._keys())
        card.column.addWidget(rule())
        card.column.addWidget(label(words("help.scan_title"), "h3"))
        card.column.addWidget(label(words("help.scan"), wrap=True))
        return card

    def _keys(self) -> QGridLayout:
        told = [(shown(key), self._words(f"key.{name}")) for name, key in KEYS.items()]
        told += [("1–9", self._words("help.quick")), ("↑ ↓ Enter", self._words("help.open_hit"))]
        grid = QGridLayout()
        grid.setVerticalSpacing(8)
        grid.setHorizontalSpacing(24)
        half = (len(told) + 1) // 2
        for place, (key, deed) in enumerate(told):
            line = QHBoxLayout()
            line.setSpacing(12)
            hint = label(key, "key")
            hint.setMinimumWidth(84)
            hint.setAlignment(Qt.AlignmentFlag.AlignCenter)
            line.addWidget(hint)
            line.addWidget(label(deed, wrap=True), 1)
            grid.addLayout(line, place % half, place // half)
        return grid

    def paintEvent(self, _event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), QColor(0, 0, 0, 110))

    def mousePressEvent(self, _event: QMouseEvent) -> None:
        self.hide()
