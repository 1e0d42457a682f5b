"""The screen between two visits: the invitation to scan, the day so far, who comes, who is due, who was here last."""

from datetime import date

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QHideEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from desktop.rules.measure import Customer
from desktop.status import Link
from desktop.views.products import has_products
from desktop.views.search import recent_members
from desktop.views.till import find_guides, find_till
from desktop.views.today import Today, find_today
from desktop.views.visit import ParkedVisit, parked_visits
from resources import Words
from ui.bridge import Bridge
from ui.figures import clock
from ui.newest import Newest
from ui.said import who_in
from ui.screen import Screen
from ui.widgets.bars import HourBars
from ui.widgets.card import Card, empty, label
from ui.widgets.chip import Chip
from ui.widgets.first_steps import FirstSteps
from ui.widgets.idle_page import IdlePage
from ui.widgets.near_card import Near, NearCard
from ui.widgets.people_list import PeopleList
from ui.widgets.task_row import day_of, title_of, tone_of

_RECENT = 12
_CHIPS_IN_A_ROW = 3
_MINUTE_MS = 60_000
_MOST_COMING, _MOST_DUE = 2, 3  # with both, a window of 768 pixels is full
_GAP, _MARGINS, _LEAST_RECENT = 12, 32, 104  # pixels: of the page; of the list with one row
_SORTS: tuple[Customer, ...] = ("new", "old", "unknown")


class Idle(Screen):
    """Takes over the page that the window has painted already. member_wanted and recall_wanted give ids.

    page_wanted: of whom something is to be done. guides_wanted: nobody is on duty yet, and somebody wants to be.
    """

    member_wanted = Signal(str)
    recall_wanted = Signal(str)
    page_wanted = Signal(str)
    guides_wanted = Signal()

    def __init__(self, bridge: Bridge, words: Words, page: IdlePage) -> None:
        super().__init__(bridge, words)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(page)
        page.show()  # another screen may have been up since
        self.today = _TodayCard(words)
        self.parked = _Parked(words)
        self.parked.wanted.connect(self.recall_wanted)
        page.prompt.below.addWidget(self.parked)
        self.recent = PeopleList(words, only_whole=True)
        self.recent.setAccessibleName(words("idle.recent"))
        self.recent.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.recent.chosen.connect(self.member_wanted)
        self._lists = NearCard(words("idle.coming"), words("idle.arrived")), NearCard(words("idle.care"))
        self.coming, self.care = self._lists
        self.coming.chosen.connect(self.member_wanted)
        self.care.chosen.connect(self.page_wanted)
        for card in (self.today, *self._lists):
            page.side.addWidget(card)
        self.first_steps, self._recent_box = FirstSteps(words), self._recent_card()
        self.first_steps.guide_wanted.connect(self.guides_wanted)
        page.side.addWidget(self.first_steps, 1)
        page.side.addWidget(self._recent_box, 1)
        page.side.addStretch(0)
        self._side = page.side
        self._newest = Newest(bridge)
        self._minute = QTimer(self, interval=_MINUTE_MS)  # midnight comes without a deed
        self._minute.timeout.connect(self.refresh)
        bridge.status_changed.connect(self._paint_first_steps)

    def retire(self) -> None:
        """As any screen, and the status too."""
        super().retire()
        self.bridge.status_changed.disconnect(self._paint_first_steps)

    def refresh(self) -> None:
        """The day, the visits on hold, the members seen last."""
        today = self.bridge.today()
        self._newest.ask(find_today, today, then=lambda found: self._paint_day(found, today))
        self.parked.paint(self.bridge.read(parked_visits))
        people = self.bridge.read(recent_members, _RECENT)
        self.recent.paint(people)
        self._nobody.setVisible(not people)
        self._paint_first_steps()
        self._fit()

    def _paint_day(self, found: Today, today: date) -> None:
        self.today.paint(found)
        words, due = self.words, found.due[:_MOST_DUE]
        self.coming.paint(words("idle.coming_count", count=len(found.comers)), [
            Near(each.member_id, clock(each.starts_at), each.name or words("profile.unnamed"), each.service)
            for each in found.comers[:_MOST_COMING]
        ])  # fmt: skip
        self.care.paint(words("idle.care_count", count=len(found.due)), [
            Near(each.member_id, day_of(each.due, today, words), each.name or words("profile.unnamed"),
                 title_of(each, words), tone_of(each.due, today))
            for each in due
        ])  # fmt: skip
        self._fit()

    def _fit(self) -> None:
        """Who was here last has the room that is left, and is not shown where that is none."""
        cards = [self.today, *(card for card in (*self._lists, self.first_steps) if not card.isHidden())]
        taken = sum(card.sizeHint().height() + _GAP for card in cards)
        room = self.height() - _MARGINS - taken > _LEAST_RECENT or len(cards) == 1
        shown = room and (bool(self.recent.count) or self.first_steps.isHidden())
        self._recent_box.setVisible(shown)
        for card in self._lists:
            self._side.setStretchFactor(card, int(card is cards[-1] and not shown))

    @Slot()
    def _paint_first_steps(self) -> None:
        guided = self.bridge.read(find_till).guide is not None or not self.bridge.read(find_guides)
        stocked, alone = self.bridge.read(has_products), self.bridge.status.link is Link.ALONE
        self.first_steps.paint(stocked=stocked, alone=alone, guided=guided)

    def _recent_card(self) -> Card:
        card = Card(padding=0)
        card.column.setContentsMargins(8, 16, 8, 8)
        title = QHBoxLayout()
        title.setContentsMargins(8, 0, 8, 0)
        title.addWidget(label(self.words("idle.recent"), "h2"))
        card.column.addLayout(title)
        self._nobody = label(self.words("idle.recent_none"), "muted", wrap=True)
        self._nobody.setContentsMargins(8, 0, 8, 8)
        card.column.addWidget(self._nobody, 0, Qt.AlignmentFlag.AlignTop)
        card.column.addWidget(self.recent, 1)
        return card

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._minute.start()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._minute.stop()


class _TodayCard(Card):
    """Three figures over the bars of the day."""

    def __init__(self, words: Words) -> None:
        super().__init__()
        self._none, self._words = words("idle.none_yet"), words
        self.head(words("idle.today"))
        self.figures: dict[str, QLabel] = {}
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(0)
        for column, name in enumerate(("visits", "new_members", "converted")):
            self.figures[name] = label(self._none, "figure")
            self.figures[name].setAccessibleName(words(f"idle.{name}"))
            grid.addWidget(label(words(f"idle.{name}"), "h3"), 0, column)
            grid.addWidget(self.figures[name], 1, column)
            grid.setColumnStretch(column, 1)
        self.bars, self.customers = HourBars(words), label("", "small")
        self.column.addLayout(grid)
        self.column.addWidget(self.customers)
        self.column.addWidget(self.bars)

    def paint(self, today: Today) -> None:
        """Show the day."""
        self.figures["visits"].setText(f"{today.visits:,}")
        self.figures["new_members"].setText(f"{today.new_members:,}")
        converted = self._none if today.converted is None else f"{today.converted:.0%}"
        self.figures["converted"].setText(converted)
        told = [self._words(f"idle.{sort}", count=today.customers[sort]) for sort in _SORTS if sort in today.customers]
        self.customers.setText(" · ".join(told))
        self.bars.paint(today.by_hour)


class _Parked(QWidget):
    """The visits on hold as chips; one press takes one up again."""

    wanted = Signal(str)

    def __init__(self, words: Words) -> None:
        super().__init__()
        self._words = words
        self._rows = QVBoxLayout(self)
        self._rows.setContentsMargins(8, 8, 8, 0)
        self._rows.setSpacing(2)
        self.hide()

    def paint(self, parked: tuple[ParkedVisit, ...]) -> None:
        """One chip a visit, a few in a row, in the middle."""
        empty(self._rows)
        if parked:
            self._rows.addWidget(label(self._words("idle.parked"), "small"), 0, Qt.AlignmentFlag.AlignHCenter)
        for start in range(0, len(parked), _CHIPS_IN_A_ROW):
            self._rows.addWidget(self._row(parked[start : start + _CHIPS_IN_A_ROW]))
        self.setVisible(bool(parked))

    def _row(self, parked: tuple[ParkedVisit, ...]) -> QWidget:
        row = QWidget()
        line = QHBoxLayout(row)
        line.setContentsMargins(0, 0, 0, 0)
        line.addStretch(1)
        for visit in parked:
            told = self._words(
                "idle.parked_chip", who=who_in(self._words, visit), time=clock(visit.started), count=visit.lines
            )
            chip = Chip(told, tall=True)
            chip.clicked.connect(lambda _checked=False, visit_id=visit.id: self.wanted.emit(visit_id))
            line.addWidget(chip)
        line.addStretch(1)
        return row
