"""A few chips of which one is taken, for forms with little room."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from ui.widgets.chip import Chip
from ui.widgets.flow_layout import FlowLayout


class ChipChoice(QWidget):
    """``taken`` is the key that is taken, None for none; ``chosen(key)`` when one is pressed, which takes it."""

    chosen = Signal(str)

    def __init__(self, options: Sequence[tuple[str, str]] = (), taken: str | None = None) -> None:
        super().__init__()
        self.taken = taken
        self.chips: dict[str, Chip] = {}
        self._words: dict[str, str] = {}
        self._row = FlowLayout(self, gap=6, line_gap=2)
        self.paint(options)

    def paint(self, options: Sequence[tuple[str, str]]) -> None:
        """Offer these; what is taken stays so."""
        if self._words != dict(options):
            self._words = dict(options)
            self._row.clear()
            self.chips = {key: self._chip(key, words) for key, words in options}
        self.take(self.taken)

    def take(self, taken: str | None) -> None:
        """Show one as taken, or none."""
        self.taken = taken
        for key, chip in self.chips.items():
            chip.setChecked(key == taken)

    def _chip(self, key: str, words: str) -> Chip:
        chip = Chip(words)
        chip.clicked.connect(lambda: self._press(key))
        self._row.addWidget(chip)
        return chip

    def _press(self, key: str) -> None:
        self.take(key)
        self.chosen.emit(key)
