"""What a figure of a guide is made of, one event a row."""

from collections.abc import Sequence
from datetime import datetime

from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout

from desktop.reasons import explain
from desktop.views.credit import CreditEvent
from resources import Words
from ui.figures import clock, day, duration, money
from ui.widgets.card import Card, empty, label
from ui.widgets.elided_label import ElidedLabel
from ui.widgets.growing_scroll import GrowingScroll

_MOST = 100


class CreditEvents(Card):
    """``paint`` shows some events under a title; ``rows`` are their sentences."""

    def __init__(self, words: Words) -> None:
        super().__init__()
        self._words = words
        self.rows: list[str] = []
        self._title = self.head("")
        self._told = label(role="small", wrap=True)
        self._list = GrowingScroll(least=200)
        self.column.addWidget(self._told)
        self.column.addWidget(self._list, 1)
        self.column.addStretch(0)

    def paint(self, title: str, why: str, events: Sequence[CreditEvent], now: datetime) -> None:
        """The latest first; of many only the latest. why: how the figure comes about."""
        self._title.setText(title)
        some = self._words("credit.latest", count=_MOST) if len(events) > _MOST else ""
        self._told.setText(" ".join(part for part in (why, some) if part))
        self._told.setVisible(bool(self._told.text()))
        empty(self._list.column)
        self.rows = []
        for event in events[:_MOST]:
            self._list.column.addWidget(self._row(event, now))

    @property
    def told(self) -> str:
        """What is said above them."""
        return self._told.text()

    def _place(self, event: CreditEvent) -> str:
        """The channel of an order."""
        name = f"channel.{event.channel}"
        return "" if event.channel == "store" else self._words(name) if name in self._words else event.channel

    def _sort(self, event: CreditEvent) -> str:
        if event.joined:
            return self._words("credit.joined")
        return self._words(f"credit.customer_{event.customer}") if event.customer in ("new", "old") else ""

    def _row(self, event: CreditEvent, now: datetime) -> QFrame:
        row, column, head = QFrame(), QVBoxLayout(), QHBoxLayout()
        row.setProperty("role", "row")
        row.setLayout(column)
        column.setContentsMargins(0, 8, 4, 8)
        column.setSpacing(2)
        at = f"{day(event.at, now)} {clock(event.at)}"
        who = event.member or self._words("credit.anonymous")
        amount = money(event.amount, event.currency) if event.amount is not None and event.currency else ""
        what = " · ".join(part for part in (who, self._sort(event), event.what) if part)
        if event.seconds is not None:
            amount = duration(event.seconds, self._words)
        head.setSpacing(8)
        head.addWidget(label(at, "muted"))
        head.addWidget(ElidedLabel(what), 1)
        head.addWidget(label(amount, "strong"))
        column.addLayout(head)
        why = explain(event.why, self._words, lambda minor: money(minor, event.currency)) if event.why else ""
        below = " · ".join(part for part in (self._place(event), why) if part)
        if below:
            column.addWidget(label(below, "small", wrap=True))
        self.rows.append(" ".join(part for part in (at, what, amount, below) if part))
        row.setAccessibleName(self.rows[-1])
        return row
