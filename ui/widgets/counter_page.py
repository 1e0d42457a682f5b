"""The counter's three columns, and how they stand together at each width."""

from collections.abc import Sequence
from datetime import datetime

from PySide6.QtCore import QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.views.profile import Profile
from desktop.views.visit import VisitView
from resources import Words
from ui.keys import KEYS
from ui.portrayed import Portrayed
from ui.trade_names import TradeNames
from ui.widgets.coupons_card import CouponsCard
from ui.widgets.entities_card import EntitiesCard
from ui.widgets.facts_card import FactsCard
from ui.widgets.history_card import HistoryCard
from ui.widgets.invite_card import InviteCard
from ui.widgets.keyed_button import KeyedButton
from ui.widgets.parked_tabs import ParkedTabs
from ui.widgets.preferences_card import PreferencesCard
from ui.widgets.profile_card import ProfileCard
from ui.widgets.side_column import BAR, SideColumn
from ui.widgets.suggestions_card import SuggestionsCard
from ui.widgets.talk_card import TalkCard
from ui.widgets.visit_panel import VisitPanel
from ui.widgets.worth_panel import WorthPanel

_SIDE, _WIDE_SIDE = 316, 392
_EDGE, _GAP = 24, 16
_NARROWEST, _NARROW, _WIDE = 680, 1200, 1560


class CounterPage(QWidget):
    """Member at the left, visit in the middle, record at the right; a narrow page puts the record under the member."""

    def __init__(self, words: Words) -> None:
        super().__init__()
        self._words = words
        self._member_id = ""
        self.profile = ProfileCard(words)
        self.preferences = PreferencesCard(words)
        self.suggestions = SuggestionsCard(words)
        self.coupons = CouponsCard(words)
        self.worth = WorthPanel(words)
        self.talk = TalkCard(words)
        self.entities = EntitiesCard(words)
        self.history = HistoryCard(words)
        self.facts = FactsCard(words)
        self.unknown = InviteCard(words, words("counter.anonymous"), words("counter.anonymous_hint"))
        self.nobody = InviteCard(words, words("counter.no_visit"), words("counter.no_visit_hint"))
        self.parked = ParkedTabs(words)
        self.visit = VisitPanel(words)
        self.hold = KeyedButton(words("counter.hold"), KEYS.hold)
        self.book = KeyedButton(words("counter.book"), KEYS.book)
        self.finish = KeyedButton(words("counter.finish_empty"), KEYS.finish, role="primary")
        self._left, self._right = SideColumn(), SideColumn()
        self._row = QHBoxLayout(self)
        self._known = self._judged = self._worth_open = False
        self.preferences.consents.opened.connect(self._left.bring_up)
        self._lay_out()
        self.show_who(known=False, running=False)

    @property
    def _record(self) -> tuple[QWidget, ...]:
        """The cards of the right column, from the top: under the member where there is no room for it."""
        return (self.suggestions, self.coupons, self.talk, self.history, self.entities, self.facts)

    def _lay_out(self) -> None:
        for card in (self.profile, self.unknown):
            self._left.column.addWidget(card)
        self._left.column.addWidget(self.preferences, 1)
        for record in self._record:
            self._right.column.addWidget(record)
        self._right.column.addStretch()
        buttons, middle = QHBoxLayout(), QVBoxLayout()
        buttons.setSpacing(10)
        buttons.addWidget(self.hold)
        buttons.addWidget(self.book)
        buttons.addWidget(self.finish, 1)
        middle.setSpacing(12)
        middle.addWidget(self.parked)
        middle.addWidget(self.nobody, 1)
        middle.addWidget(self.visit, 1)
        middle.addWidget(self.worth, 1)
        middle.addLayout(buttons)
        self._row.setSpacing(0)
        self._row.setSizeConstraint(QHBoxLayout.SizeConstraint.SetNoConstraint)
        self._row.addWidget(self._left)
        self._row.addSpacing(_GAP - BAR)
        self._row.addLayout(middle, 1)
        self._row.addSpacing(_GAP)
        self._row.addWidget(self._right)

    def show_who(self, *, known: bool, running: bool) -> None:
        """Whether it is known who is served, and whether anybody is served at all."""
        self._known = known and running
        for card in (self.profile, self.preferences):
            card.setVisible(known)
        for record in self._record:
            record.setVisible(known and self._judged)
        self.unknown.setVisible(not known)
        for part in (self.hold, self.finish, self._left):
            part.setVisible(running)
        worth = self._known and self._worth_open
        self.worth.setVisible(worth)
        self.visit.setVisible(running and not worth)
        self.nobody.setVisible(not running)
        self.book.setVisible(self._known)
        self._arrange()

    def open_worth(self, *, opened: bool) -> None:
        """Put coupons, points and rewards in the place of the visit, or the visit back."""
        self._worth_open = opened and self._known
        self.worth.setVisible(self._worth_open)
        self.visit.setVisible(not self._worth_open)

    def paint_unknown(self, code: str | None) -> None:
        """Say that nobody is known yet: no member at all, or one whose card was seen and whose profile is to come."""
        title, hint = (
            ("counter.coming", "counter.coming_hint") if code else ("counter.anonymous", "counter.anonymous_hint")
        )
        self.unknown.say(self._words(title), self._words(hint, code=code or ""))

    def speak(self, names: TradeNames) -> None:
        """Say what the shop says: quick preferences, reasons to decline, names of what is known."""
        self.visit.speak(names)

    def paint_member(self, profile: Profile, names: TradeNames, now: datetime) -> None:
        """Show a member as they were before this visit. Of another one nothing is shown beside until ``judge``."""
        if profile.member_id != self._member_id:
            self._judged = self._worth_open = False
            self.worth.begin()
            self._left.verticalScrollBar().setValue(0)
        self._member_id = profile.member_id
        self.profile.paint(profile)
        self.preferences.paint(profile, now, names)
        self.facts.paint(profile)

    def judge(self, past: Sequence[VisitView], portrayed: Portrayed, now: datetime) -> None:
        """Show the visits before this one, and what the rules say."""
        self._judged = True
        for card in (self.profile, self.preferences):
            card.portray(portrayed)
        self.suggestions.paint(portrayed)
        self.talk.paint(portrayed)
        self.history.paint(past, now)
        self.entities.paint(portrayed)

    def begin(self) -> None:
        """Nothing is in the next visit yet."""
        self.visit.begin()
        self.count(0)

    def count(self, lines: int) -> None:
        """Say on the button how many products the visit has."""
        self.finish.set_words(self._words("counter.finish" if lines else "counter.finish_empty", count=lines))

    def _arrange(self) -> None:
        narrow = self.width() < _NARROW
        column, place = (self._left.column, 3) if narrow else (self._right.column, 0)
        if column.indexOf(self.history) < 0:
            for card in reversed(self._record):
                column.insertWidget(place, card)
        for cards in (self._left, self._right):
            cards.set_card_width(_WIDE_SIDE if self.width() >= _WIDE else _SIDE)
        right = self._known and not narrow
        self._right.setVisible(right)
        self._row.setContentsMargins(_EDGE, _GAP, _EDGE - (BAR if right else _GAP), _GAP)

    def minimumSizeHint(self) -> QSize:
        return QSize(_NARROWEST, 0)  # the layout would ask for what it shows now, and never get narrow

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()
