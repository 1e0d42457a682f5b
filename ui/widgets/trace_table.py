"""The keys of a scan, one a line: when, which, what it typed."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableWidget, QTableWidgetItem

from desktop.scanning.wedge_keys import Stroke
from desktop.scanning.wedge_trace import worth_keeping
from resources import Words

_COLUMNS = ("gap", "key", "text", "held", "at")


class TraceTable(QTableWidget):
    """``paint`` shows a trace; control characters by name, never as they are."""

    def __init__(self, words: Words) -> None:
        super().__init__(0, len(_COLUMNS))
        self._words = words
        self.setHorizontalHeaderLabels([words(f"scan_test.{name}") for name in _COLUMNS])
        self.setAccessibleName(words("scan_test.trace"))
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setTabKeyNavigation(False)
        self.setShowGrid(False)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(28)
        header = self.horizontalHeader()
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setHighlightSections(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)

    def paint(self, strokes: Sequence[Stroke]) -> None:
        """Show these."""
        rows = worth_keeping(strokes)
        self.setRowCount(len(rows))
        before = rows[0].ms if rows else 0
        for place, stroke in enumerate(rows):
            for column, text in enumerate(self._cells(stroke, before)):
                self.setItem(place, column, QTableWidgetItem(text))
            before = stroke.ms

    def _cells(self, stroke: Stroke, before: int) -> tuple[str, ...]:
        kind = "" if stroke.kind == "press" else " " + self._words(f"scan_test.{stroke.kind}")
        held = " + ".join(name.capitalize() for name in stroke.held)
        return (
            str(stroke.ms - before),
            stroke.key + kind,
            visible(stroke.text),
            held,
            f"{stroke.at:X}" * bool(stroke.at),
        )


def visible(text: str) -> str:
    """Control characters by their number: <1D> is GS."""
    return "".join(letter if letter.isprintable() else f"<{ord(letter):02X}>" for letter in text)
