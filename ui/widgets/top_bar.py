"""The bar above every screen: the search box, how the till stands to headquarters, where it is."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QWidget

from resources import Words
from ui.widgets.elided_label import ElidedLabel
from ui.widgets.pill import StatusPill
from ui.widgets.search_box import SearchBox

HEIGHT = 68


class TopBar(QFrame):
    """``search``, ``pill`` and the name of the place."""

    def __init__(self, words: Words, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "top")
        self.setFixedHeight(HEIGHT)
        self.search = SearchBox(words)
        self.pill = StatusPill(words)
        self._place = ElidedLabel("", "small")
        self._place.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._place.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        row = QHBoxLayout(self)
        row.setContentsMargins(21, 0, 24, 0)
        row.setSpacing(10)
        row.addWidget(self.search, 3)
        row.addStretch(1)
        row.addWidget(self.pill)
        row.addWidget(self._place)

    def paint_place(self, text: str) -> None:
        """Store and till."""
        self._place.setText(text)
