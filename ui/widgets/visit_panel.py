"""This visit: its products, what was learned, its notes, how content they leave."""

from datetime import datetime

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout

from desktop.views.visit import VisitView
from resources import Words
from ui import figures
from ui.trade_names import TradeNames
from ui.widgets.card import Card, label, rule
from ui.widgets.elided_label import ElidedLabel
from ui.widgets.growing_scroll import GrowingScroll
from ui.widgets.learned import Choice, Learned
from ui.widgets.line_list import LineList
from ui.widgets.mood_row import MoodRow
from ui.widgets.note_list import NoteList
from ui.widgets.typing_field import TypingField


class VisitPanel(Card):
    """``speak(names)``, then ``paint(visit, now)``. It holds ``lines``, ``learned``, ``notes``, ``mood`` and ``note``.

    ``note_entered(text)`` when Enter is pressed in the note field; whoever saves it empties the field.
    """

    note_entered = Signal(str)

    def __init__(self, words: Words) -> None:
        super().__init__(padding=0)
        self._words = words
        self._since = ElidedLabel(role="small")
        self.lines = LineList(words)
        self.learned = Learned(words)
        self.notes = NoteList(words)
        self.mood = MoodRow(words)
        self._between = rule()
        self.note = TypingField("note", hint=words("counter.note_hint"))
        self.note.returnPressed.connect(lambda: self.note_entered.emit(self.note.text()))
        self._lay_out()

    def _lay_out(self) -> None:
        head, learned = QHBoxLayout(), GrowingScroll(least=84)
        learned.column.addWidget(self.learned)
        head.setContentsMargins(16, 14, 16, 12)
        head.setSpacing(10)
        head.addWidget(label(self._words("counter.this_visit"), "h2"))
        head.addWidget(self._since, 1)
        head.addWidget(label(self._words("counter.scan_adds"), "small"))
        self.column.setSpacing(0)
        self.column.addLayout(head)
        self.column.addWidget(rule())
        self.column.addWidget(self.lines, 3)
        self.column.addWidget(learned, 2)
        self.column.addWidget(self._between)
        self.column.addWidget(self.notes, 1)
        self.column.addStretch()
        self.column.addWidget(rule())
        self.column.addWidget(self.mood)
        self.column.addWidget(rule())
        self.column.addWidget(self.note)

    def speak(self, names: TradeNames) -> None:
        """Say what the shop says: quick preferences, reasons to decline."""
        self.learned.offer([Choice(facet, value, name) for facet, value, name in names.quick()])
        self.lines.speak(names)

    def begin(self) -> None:
        """The next visit has nothing in it yet."""
        self._since.setText("")
        self.learned.close_field()
        for part in (self.lines, self.learned, self.notes):
            part.paint(())
        self.mood.paint(0)
        self._between.hide()

    def paint(self, visit: VisitView, now: datetime) -> None:
        """Show the running visit."""
        self.show_time(visit, now)
        self.lines.paint(visit.lines)
        self.learned.paint(visit.learned)
        self.notes.paint(visit.notes)
        self.mood.paint(visit.mood)
        self._between.setVisible(bool(visit.notes))

    def show_time(self, visit: VisitView, now: datetime) -> None:
        """When it began, and how long it has run."""
        minutes = max(0, int((now - visit.started).total_seconds() // 60))
        self._since.setText(self._words("counter.since", time=figures.clock(visit.started), minutes=minutes))
