"""The half hours of a shop's day to choose from; those that are taken cannot be pressed."""

from collections.abc import Iterable
from datetime import time

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QPushButton, QWidget

_COLUMNS = 4
_STEP = 30  # minutes


class TimeGrid(QWidget):
    """``time`` is the one that is taken, None for none yet; ``chosen`` when one is pressed."""

    chosen = Signal()

    def __init__(self, opens: time, closes: time) -> None:
        super().__init__()
        self.time: time | None = None
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(6)
        self.buttons: dict[time, QPushButton] = {}
        first, last = opens.hour * 60 + opens.minute, closes.hour * 60 + closes.minute
        for place, minute in enumerate(range(first, last, _STEP)):
            at = time(minute // 60, minute % 60)
            button = QPushButton(f"{at:%H:%M}")
            button.setProperty("role", "slot")
            button.setCheckable(True)
            button.setAutoDefault(False)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.clicked.connect(lambda _checked=False, at=at: self._press(at))
            grid.addWidget(button, place // _COLUMNS, place % _COLUMNS)
            self.buttons[at] = button

    def take(self, at: time | None) -> None:
        """Show one as taken, or none."""
        self.time = at
        for each, button in self.buttons.items():
            button.setChecked(each == at)

    def close_off(self, taken: Iterable[time]) -> None:
        """These cannot be chosen now."""
        closed = set(taken)
        for each, button in self.buttons.items():
            button.setEnabled(each not in closed)

    def _press(self, at: time) -> None:
        self.take(at)
        self.chosen.emit()
