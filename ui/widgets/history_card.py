"""A member's past visits, with what was met and written down in them."""

from collections.abc import Sequence
from datetime import datetime

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.views.visit import LineView, VisitView
from resources import Words
from ui import figures
from ui.widgets.card import Card, empty, label, rule
from ui.widgets.elided_label import ElidedLabel
from ui.widgets.growing_scroll import GrowingScroll


class HistoryCard(Card):
    """``paint(past, now)``: the latest first."""

    def __init__(self, words: Words) -> None:
        super().__init__(padding=0)
        self._words = words
        self._shown: tuple[VisitView, ...] | None = None
        self._count = label(role="small")
        self._empty = label(words("profile.first_visit"), "small", wrap=True)
        self._empty.setContentsMargins(16, 0, 16, 0)
        self._list = GrowingScroll(least=96)
        self._list.column.setContentsMargins(16, 0, 16, 0)
        head = QHBoxLayout()
        head.setContentsMargins(16, 14, 16, 6)
        head.addWidget(label(words("profile.history"), "h2"), 1)
        head.addWidget(self._count)
        self.column.setContentsMargins(0, 0, 0, 12)
        self.column.setSpacing(0)
        self.column.addLayout(head)
        self.column.addWidget(self._empty)
        self.column.addWidget(self._list, 1)
        self.column.addStretch()

    def paint(self, past: Sequence[VisitView], now: datetime) -> None:
        """Show the visits before this one."""
        if tuple(past) == self._shown:
            return
        self._shown = tuple(past)
        self._empty.setVisible(not past)
        self._list.setVisible(bool(past))
        self._count.setText(self._words("profile.times", count=len(past)) if past else "")
        empty(self._list.column)
        for place, visit in enumerate(past):
            if place:
                self._list.column.addWidget(rule())
            self._list.column.addWidget(self._entry(visit, now))

    def _entry(self, visit: VisitView, now: datetime) -> QWidget:
        entry = QWidget()
        column = QVBoxLayout(entry)
        column.setContentsMargins(0, 10, 0, 10)
        column.setSpacing(2)
        head = QHBoxLayout()
        head.setSpacing(10)
        head.addWidget(label(figures.day(visit.started, now), "strong"))
        head.addWidget(ElidedLabel(" · ".join(part for part in (visit.store, visit.guide) if part), "small"), 1)
        column.addLayout(head)
        for line in visit.lines:
            column.addWidget(ElidedLabel(self._said(line), "line"))
        if visit.learned:
            column.addWidget(label(" · ".join(each.value for each in visit.learned), "small", wrap=True))
        for note in visit.notes:
            column.addWidget(label(self._words("profile.quoted", text=note.text), "small", wrap=True))
        if not (visit.lines or visit.learned or visit.notes):
            column.addWidget(label(self._words("profile.nothing_noted"), "faint"))
        return entry

    def _said(self, line: LineView) -> str:
        price = line.action == "bought" and line.price is not None and line.currency
        paid = f" · {figures.money(line.price, line.currency)}" if price and line.price and line.currency else ""
        return f"{self._words(f'action.{line.action}')} · {line.name}{paid}"
