"""The counter's three columns, and how they stand together at each width."""

from collections.abc import Sequence
from datetime import datetime

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.views.profile import Profile
from desktop.views.visit import VisitView
from resources import Words
from ui.keys import KEYS
from ui.widgets.facts_card import FactsCard
from ui.widgets.history_card import HistoryCard
from ui.widgets.invite_card import InviteCard
from ui.widgets.keyed_button import KeyedButton
from ui.widgets.parked_tabs import ParkedTabs
from ui.widgets.preferences_card import PreferencesCard
from ui.widgets.profile_card import ProfileCard
from ui.widgets.side_column import BAR, SideColumn
from ui.widgets.visit_panel import VisitPanel

_SIDE, _WIDE_SIDE = 316, 392
_NARROW, _WIDE = 1120, 1560


class CounterPage(QWidget):
    """Member at the left, visit in the middle, record at the right; a narrow page puts the record under the member."""

    def __init__(self, words: Words) -> None:
        super().__init__()
        self._words = words
        self.profile = ProfileCard(words)
        self.preferences = PreferencesCard(words)
        self.history = HistoryCard(words)
        self.facts = FactsCard(words)
        self.unknown = InviteCard(words, words("counter.anonymous"), words("counter.anonymous_hint"))
        self.nobody = InviteCard(words, words("counter.no_visit"), words("counter.no_visit_hint"))
        self.parked = ParkedTabs(words)
        self.visit = VisitPanel(words)
        self.hold = KeyedButton(words("counter.hold"), KEYS.hold)
        self.finish = KeyedButton(words("counter.finish_empty"), KEYS.finish, role="primary")
        self._left, self._right = SideColumn(), SideColumn()
        self._lay_out()
        self.show_member(False)
        self.show_visit(False)

    def _lay_out(self) -> None:
        for card in (self.profile, self.unknown):
            self._left.column.addWidget(card)
        self._left.column.addWidget(self.preferences, 1)
        self._right.column.addWidget(self.history, 1)
        self._right.column.addWidget(self.facts)
        buttons, middle = QHBoxLayout(), QVBoxLayout()
        buttons.setSpacing(10)
        buttons.addWidget(self.hold)
        buttons.addWidget(self.finish, 1)
        middle.setSpacing(12)
        middle.addWidget(self.parked)
        middle.addWidget(self.nobody, 1)
        middle.addWidget(self.visit, 1)
        middle.addLayout(buttons)
        row = QHBoxLayout(self)
        row.setContentsMargins(24, 16, 24 - BAR, 16)
        row.setSpacing(0)
        row.addWidget(self._left)
        row.addSpacing(16 - BAR)
        row.addLayout(middle, 1)
        row.addSpacing(16)
        row.addWidget(self._right)

    def show_member(self, known: bool) -> None:
        """Whether it is known who is served."""
        for card in (self.profile, self.preferences, self.history, self.facts):
            card.setVisible(known)
        self.unknown.setVisible(not known)
        self._right.setVisible(known and not self._is_narrow())

    def paint_member(self, profile: Profile, past: Sequence[VisitView], now: datetime) -> None:
        """Show a member as they were before this visit, with the visits before it."""
        self.profile.paint(profile, now)
        self.preferences.paint(profile, now)
        self.history.paint(past, now)
        self.facts.paint(profile)

    def count(self, lines: int) -> None:
        """Say on the button how many products the visit has."""
        self.finish.set_words(self._words("counter.finish" if lines else "counter.finish_empty", count=lines))

    def show_visit(self, running: bool) -> None:
        """Whether anybody is served at all."""
        for part in (self.visit, self.hold, self.finish, self._left):
            part.setVisible(running)
        self.nobody.setVisible(not running)
        if not running:
            self._right.hide()

    def _is_narrow(self) -> bool:
        return self.width() < _NARROW

    def _arrange(self) -> None:
        record = self._left.column if self._is_narrow() else self._right.column
        record.addWidget(self.history, 0 if self._is_narrow() else 1)
        record.addWidget(self.facts)
        record.setStretchFactor(self.history, 0 if self._is_narrow() else 1)
        side = _WIDE_SIDE if self.width() >= _WIDE else _SIDE
        for column in (self._left, self._right):
            column.set_card_width(side)
        self._right.setVisible(not self._is_narrow() and self.unknown.isHidden() and not self.visit.isHidden())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()
