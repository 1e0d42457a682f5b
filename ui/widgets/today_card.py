"""Who comes to the store today and who has left it, and how many leads are to be looked after."""

from collections.abc import Iterable, Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from desktop.views.appointments import AppointmentView
from desktop.views.leavers import Leaver
from resources import Words
from ui.figures import clock
from ui.widgets.card import Card, empty, label
from ui.widgets.growing_scroll import GrowingScroll
from ui.widgets.keyed_button import KeyedButton


class TodayCard(Card):
    """member_wanted gives the id of whoever is pressed; leads_wanted: the list of leads is to be shown."""

    member_wanted = Signal(str)
    leads_wanted = Signal()

    def __init__(self, words: Words) -> None:
        super().__init__()
        self._words = words
        self.rows: list[QPushButton] = []
        self.leads = KeyedButton("", role="small")
        self.leads.clicked.connect(self.leads_wanted)
        scroll = GrowingScroll(least=96)
        self._comers, self._leavers = QVBoxLayout(), QVBoxLayout()
        self._coming = self._section(scroll.column, "tasks.coming", self._comers)
        self._left = self._section(scroll.column, "tasks.left", self._leavers)
        self.column.addWidget(self.leads)
        self.column.addWidget(scroll)

    def paint(self, comers: Iterable[AppointmentView], leavers: Sequence[Leaver], leads: int) -> None:
        """Show both lists, and how many leads are due; what is empty says so."""
        self.rows = []
        self.leads.set_words(self._words("tasks.leads_due", count=leads))
        self.leads.setVisible(leads > 0)
        booked = [each for each in comers if each.state == "booked"]
        self._fill(self._comers, "tasks.coming_none", [
            self._row(each.member_id, clock(each.starts_at), each.name, each.service) for each in booked
        ])  # fmt: skip
        self._fill(self._leavers, "tasks.left_none", [
            self._row(each.member_id, clock(each.at), each.name, self._took(each)) for each in leavers
        ])  # fmt: skip

    def _section(self, column: QVBoxLayout, name: str, rows: QVBoxLayout) -> QWidget:
        heading = label(self._words(name), "h3")
        heading.setContentsMargins(0, 4, 0, 2)
        column.addWidget(heading)
        rows.setSpacing(0)
        column.addLayout(rows)
        return heading

    def _fill(self, rows: QVBoxLayout, nothing: str, parts: list[QPushButton]) -> None:
        empty(rows)
        for part in parts:
            rows.addWidget(part)
        self.rows += parts
        if not parts:
            rows.addWidget(label(self._words(nothing), "faint", wrap=True))

    def _row(self, member_id: str, at: str, name: str, what: str) -> QPushButton:
        button = QPushButton()
        button.setProperty("role", "line")
        row = QHBoxLayout(button)
        row.setContentsMargins(4, 0, 4, 0)
        row.setSpacing(8)
        name = name or self._words("profile.unnamed")
        for part in (label(at, "muted"), label(name)):
            row.addWidget(part)
        row.addStretch(1)
        row.addWidget(label(what, "small"))
        button.setAccessibleName(f"{at} {name} {what}")
        button.setAutoDefault(False)
        button.clicked.connect(lambda: self.member_wanted.emit(member_id))
        return button

    def _took(self, leaver: Leaver) -> str:
        if leaver.bought:
            return self._words("tasks.bought", count=leaver.bought)
        return self._words("tasks.tried", count=leaver.tried) if leaver.tried else self._words("tasks.looked")
