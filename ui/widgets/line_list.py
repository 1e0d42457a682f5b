"""The products of the visit, one of them picked."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal

from desktop.views.visit import LineView
from resources import Words
from ui.trade_names import TradeNames
from ui.widgets.card import label
from ui.widgets.growing_scroll import GrowingScroll
from ui.widgets.line_row import LineRow


class LineList(GrowingScroll):
    """``paint(lines)`` keeps the picked one, or picks the newest when there is a new one."""

    changed = Signal(str, str, str)
    removed = Signal(str)

    def __init__(self, words: Words) -> None:
        super().__init__(least=150)
        self._words = words
        self._names: TradeNames | None = None
        self.rows: dict[str, LineRow] = {}
        self.picked: str | None = None
        self._empty = label(words("counter.no_lines"), "empty", wrap=True)
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._empty.setContentsMargins(24, 32, 24, 32)
        self.column.addWidget(self._empty)
        # A new row has its place only after the layout had its turn, and then the range of the bar is another.
        self.verticalScrollBar().rangeChanged.connect(lambda _least, _most: self._show_picked())

    def speak(self, names: TradeNames) -> None:
        """Say what the shop says: reasons to decline."""
        self._names = names
        for row in self.rows.values():
            row.names = names

    def paint(self, lines: Sequence[LineView]) -> None:
        """Show the lines as they are saved."""
        here = {line.id for line in lines}
        for gone in self.rows.keys() - here:
            row = self.rows.pop(gone)
            row.hide()
            row.deleteLater()
        fresh = [line.id for line in lines if line.id not in self.rows]
        for line in lines:
            self._row(line.id).paint(line)
        self._empty.setVisible(not lines)
        if fresh or self.picked not in here:
            self.pick(fresh[-1] if fresh else lines[-1].id if lines else None)

    def pick(self, line_id: str | None) -> None:
        """Let one line be the one that keys act on."""
        self.picked = line_id
        for row in self.rows.values():
            row.pick(row.line_id == line_id)
        self._show_picked()

    def step(self, by: int) -> None:
        """Pick the line above (-1) or below (+1)."""
        ids = list(self.rows)
        if self.picked in ids:
            self.pick(ids[min(max(ids.index(self.picked) + by, 0), len(ids) - 1)])

    def _show_picked(self) -> None:
        if self.picked in self.rows:
            self.ensureWidgetVisible(self.rows[self.picked], 0, 0)

    def _row(self, line_id: str) -> LineRow:
        if line_id not in self.rows:
            row = self.rows[line_id] = LineRow(line_id, self._words, self._names)
            row.changed.connect(self.changed)
            row.removed.connect(self.removed)
            row.picked.connect(self.pick)
            self.column.addWidget(row)
        return self.rows[line_id]
