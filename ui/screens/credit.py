"""Credit: who did what in a day, a week or a month, and what every figure is made of."""

from calendar import monthrange
from datetime import date, timedelta

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget

from desktop.services.recruiting import close_recruit_code, make_recruit_code
from desktop.views.credit import CreditLook, CreditPage, Figure, look_at_credit
from resources import Words
from ui.bridge import Bridge
from ui.figures import money
from ui.newest import Newest
from ui.recruit_posters import RecruitPosters
from ui.said import Said
from ui.screen import Screen
from ui.sending import Sending
from ui.widgets.card import label
from ui.widgets.credit_events import CreditEvents
from ui.widgets.credit_row import CreditRow
from ui.widgets.keyed_button import KeyedButton
from ui.widgets.list_page import ListPage
from ui.widgets.recruit_card import RecruitCard
from ui.widgets.segmented import Segmented

_SIDE = 348
_SPANS = ("day", "week", "month")
_SOON_MS = 300  # what comes within it needs no word that it is on its way


class Credit(Screen):
    """A span of time around ``day``; ``opened`` is the guide and the figure that are open, if any.

    said is a Said for the message bar. At the right the events, or the recruit codes. A month of a busy store takes
    longer to read than a clerk may wait: what stands here stays until the newer comes.
    """

    said = Signal(object)

    def __init__(self, bridge: Bridge, words: Words) -> None:
        super().__init__(bridge, words)
        self.day = self.bridge.today()
        self.opened: tuple[str | None, Figure] | None = None
        self._newest = Newest(bridge)
        self._seen: CreditLook | None = None
        self._soon = QTimer(self, singleShot=True, interval=_SOON_MS)
        self._soon.timeout.connect(self._say_reading)
        self.spans = Segmented([(each, words(f"credit.{each}")) for each in _SPANS], by_tab=True)
        self.spans.chosen.connect(self._span)
        self.spans.take("day")
        self.back, self.on = KeyedButton("‹", role="small"), KeyedButton("›", role="small")
        self.back.setAccessibleName(words("credit.before"))
        self.on.setAccessibleName(words("credit.after"))
        self.back.clicked.connect(lambda: self._step(-1))
        self.on.clicked.connect(lambda: self._step(1))
        self.when, self.total = label("", "strong"), label("", "muted")
        self.rows: dict[str | None, CreditRow] = {}  # None: everybody together
        self.events = CreditEvents(words)
        self.recruits = RecruitCard(words)
        self._sending = Sending(bridge, words, self.recruits)
        self.codes = KeyedButton(words("recruits.title"), role="small")
        self.posters = RecruitPosters(bridge, words, self)
        self.side = QStackedWidget()
        self.side.setFixedWidth(_SIDE)
        for card in (self.events, self.recruits):
            self.side.addWidget(card)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._lay_out()
        self._connect()

    def _lay_out(self) -> None:
        self.page = ListPage(self, self.side)
        self.page.head(self.words("credit.title"), self.codes, self.spans)
        self.page.empty.setText(self.words("credit.none"))
        when = QHBoxLayout()
        for part in (self.back, self.when, self.on):
            when.addWidget(part)
        when.addStretch(1)
        when.addWidget(self.total)
        self.page.over.addLayout(when)

    def _connect(self) -> None:
        self.codes.clicked.connect(lambda: self.side.setCurrentWidget(self.recruits))
        self.recruits.made.connect(self._make)
        self.recruits.closed.connect(lambda code: self.bridge.run(close_recruit_code, code))
        self.posters.said.connect(self.said)

    def enter(self) -> None:
        """Another day may have come. The keyboard is on the days, and on nothing that a key could press by mistake."""
        self.mark_stale()
        super().enter()
        self.setFocus()

    @property
    def days(self) -> tuple[date, date]:
        """The first and the last that are asked for."""
        return span_of(self.spans.taken or "day", self.day)

    def refresh(self) -> None:
        """Have the figures read, and what is open of them."""
        self.on.setEnabled(self.days[1] < self.bridge.today())
        self._newest.ask(look_at_credit, self.days, self.bridge.today(), self.opened, then=self._paint)
        if not self._soon.isActive():
            self._soon.start()

    def retire(self) -> None:
        """Say nothing any more."""
        self._soon.stop()
        super().retire()

    def _say_reading(self) -> None:
        """It takes its time; figures of other days are no answer meanwhile."""
        self.total.setText(self.words("credit.reading"))
        if self._seen is None or self._seen.days != self.days:
            self.when.setText(_told(self.days))
            self.page.empty.hide()
            for row in self.rows.values():
                row.hide()

    def _paint(self, seen: CreditLook) -> None:
        self._soon.stop()
        page, before = seen.page, self._seen
        self._seen = seen
        self.when.setText(_told(seen.days))
        self.total.setText(self.words("credit.total", amount=money(page.total, page.currency)))
        if before is None or before.page != page:
            self._paint_rows(page)
        self.page.empty.setVisible(not page.guides)
        for guide, row in self.rows.items():
            row.show()
            row.take(self.opened[1] if self.opened and self.opened[0] == guide else None)
        if before is None or before.recruits != seen.recruits:
            self._paint_codes(seen)
        self._paint_events(seen)

    def _paint_events(self, seen: CreditLook) -> None:
        guide, figure = self.opened or ("", "credit")
        now = self.bridge.desk.clock.now()
        if self.opened and guide in self.rows and figure in self.rows[guide].chips:
            row = self.rows[guide]
            title = f"{row.name} · {self.words(f'credit.{figure}')}"
            self.events.paint(title, row.why(figure, seen.page.longest), seen.events, now)
        else:
            self.opened = None
            self.events.paint(self.words("credit.made_of"), self.words("credit.none_open"), (), now)

    def _paint_rows(self, page: CreditPage) -> None:
        views = [page.everybody, *page.guides] if len(page.guides) > 1 else page.guides
        self.rows = {view.guide_id: CreditRow(view, page.currency, self.words) for view in views}
        for row in self.rows.values():
            row.opened.connect(self._open)
        self.page.fill(self.rows.values())

    def _paint_codes(self, seen: CreditLook) -> None:
        self.recruits.paint(seen.recruits, seen.page.currency)
        for code, row in self.recruits.rows.items():
            row.poster.clicked.connect(lambda _checked=False, code=code, row=row: self.posters.offer(code, row.poster))

    def _make(self, channel: str, name: str, partner: str) -> None:
        told = Said(self.words("recruits.made_said", label=name))
        self._sending.send(make_recruit_code, channel, name, partner or None, then=lambda: self.said.emit(told))

    def _open(self, guide_id: str | None, figure: Figure) -> None:
        self.opened = (guide_id, figure)
        self.side.setCurrentWidget(self.events)
        self.refresh()

    def _span(self, name: str) -> None:
        self.spans.take(name)
        self.refresh()

    def _step(self, way: int) -> None:
        first, last = self.days
        self.day = min(self.bridge.today(), last + timedelta(1) if way > 0 else first - timedelta(1))
        self.refresh()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Left and right go back and on."""
        if event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            (self.back if event.key() == Qt.Key.Key_Left else self.on).click()
        else:
            super().keyPressEvent(event)


def _told(days: tuple[date, date]) -> str:
    first, last = days
    return f"{first}" if first == last else f"{first} – {last}"


def span_of(span: str, day: date) -> tuple[date, date]:
    """First and last day of the day, week (from Monday) or month that ``day`` is in."""
    if span == "week":
        first = day - timedelta(day.weekday())
        return first, first + timedelta(6)
    if span == "month":
        return day.replace(day=1), day.replace(day=monthrange(day.year, day.month)[1])
    return day, day
