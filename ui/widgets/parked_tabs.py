"""The visits that are on hold, one tab each."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.views.visit import ParkedVisit
from resources import Words
from ui import figures
from ui.keys import KEYS, shown
from ui.said import who_in
from ui.widgets.card import label
from ui.widgets.chip import Chip
from ui.widgets.flow_layout import FlowLayout


class ParkedTabs(QWidget):
    """``paint(parked)``; nothing parked, nothing shown. ``recalled(visit_id)``."""

    recalled = Signal(str)

    def __init__(self, words: Words) -> None:
        super().__init__()
        self._words = words
        self._shown: tuple[ParkedVisit, ...] = ()
        self._tabs = FlowLayout()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(10)
        title = label(words("counter.parked"), "h3")
        title.setFixedHeight(44)  # as high as the first line of tabs
        row.addWidget(title, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(self._tabs, 1)
        hint = QVBoxLayout()
        hint.setContentsMargins(0, 10, 0, 0)  # in the middle of the first line
        hint.addWidget(label(shown(KEYS.recall), "key"), 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(hint)
        self.hide()

    def paint(self, parked: Sequence[ParkedVisit]) -> None:
        """Show them, the latest first."""
        self.setVisible(bool(parked))
        if tuple(parked) == self._shown:
            return
        self._shown = tuple(parked)
        self._tabs.clear()
        for visit in parked:
            self._tabs.addWidget(self._tab(visit))

    @property
    def ids(self) -> tuple[str, ...]:
        """The visits that are shown."""
        return tuple(visit.id for visit in self._shown)

    def _tab(self, visit: ParkedVisit) -> Chip:
        told = self._words(
            "counter.tab", who=who_in(self._words, visit), time=figures.clock(visit.started), count=visit.lines
        )
        tab = Chip(told, tall=True)
        tab.clicked.connect(lambda: self.recalled.emit(visit.id))
        return tab
