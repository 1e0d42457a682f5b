"""The notes of a visit, the latest last."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QWidget

from desktop.views.visit import NoteView
from resources import Words
from ui import figures
from ui.widgets.card import empty, label
from ui.widgets.growing_scroll import GrowingScroll
from ui.widgets.icon import icon


class NoteList(GrowingScroll):
    """``paint(notes)``. ``removed(note_id)``."""

    removed = Signal(str)

    def __init__(self, words: Words) -> None:
        super().__init__(least=44)
        self._words = words
        self._shown: tuple[NoteView, ...] = ()
        self.column.setContentsMargins(16, 0, 8, 0)
        bar = self.verticalScrollBar()
        bar.rangeChanged.connect(lambda _least, most: bar.setValue(most))  # a new note is in sight

    def paint(self, notes: Sequence[NoteView]) -> None:
        """Show them."""
        self.setVisible(bool(notes))
        if tuple(notes) == self._shown:
            return
        self._shown = tuple(notes)
        empty(self.column)
        for note in notes:
            self.column.addWidget(self._row(note))

    def _row(self, note: NoteView) -> QWidget:
        cross = QToolButton()
        cross.setProperty("role", "more")
        cross.setIcon(icon("close", "faint", 16))
        cross.setFixedSize(36, 36)
        cross.setAccessibleName(self._words("counter.remove_note", text=note.text))
        cross.clicked.connect(lambda: self.removed.emit(note.id))
        whole = QWidget()
        row = QHBoxLayout(whole)
        row.setContentsMargins(0, 4, 0, 4)
        row.setSpacing(12)
        when, text = label(figures.clock(note.at), "small"), label(note.text, wrap=True)
        for part, above in ((when, 9), (text, 7)):  # their first lines stand level with the cross, and with each other
            part.setContentsMargins(0, above, 0, 0)
        row.addWidget(when, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(text, 1, Qt.AlignmentFlag.AlignTop)
        row.addWidget(cross, 0, Qt.AlignmentFlag.AlignTop)
        return whole
