"""Appointments: a week of days, who comes on the chosen one, and the form for a new one."""

from collections.abc import Callable
from datetime import datetime, time, timedelta

from PySide6.QtCore import QTimer, Signal

from desktop.services.appointments import book, cancel, miss, move
from desktop.services.occasions import invite
from desktop.views.appointments import AppointmentView, count_days, find_day
from desktop.views.occasions import OccasionView, find_occasions
from desktop.views.search import find_members
from desktop.views.till import find_guides, find_till
from desktop.work import Work
from resources import Words
from ui.bridge import Bridge
from ui.figures import clock
from ui.said import Said
from ui.screen import Screen
from ui.sending import Sending
from ui.widgets.appointment_row import AppointmentRow
from ui.widgets.booking_card import ANYBODY, BookingCard
from ui.widgets.card import label
from ui.widgets.day_strip import DayStrip
from ui.widgets.list_page import ListPage
from ui.widgets.occasion_row import OccasionRow

_FORM = 348
_MINUTE_MS = 60_000


class Appointments(Screen):
    """member_wanted gives the id of whoever has come; said is a Said for the message bar."""

    member_wanted = Signal(str)
    page_wanted = Signal(str)
    said = Signal(object)

    def __init__(self, bridge: Bridge, words: Words) -> None:
        super().__init__(bridge, words)
        self.days = DayStrip(words, self.bridge.today())
        self.days.chosen.connect(self.refresh)
        self.form = BookingCard(words, lambda text, limit: bridge.read(find_members, text, limit))
        self.form.setFixedWidth(_FORM)
        self._sending = Sending(bridge, words, self.form)
        self.form.wanted.connect(self._save)
        self.form.given_up.connect(self._give_up)
        self.form.changed.connect(self.refresh)
        self.rows: dict[str, AppointmentRow] = {}
        self.occasions: dict[str, OccasionRow] = {}
        self.told = label(role="small")
        self._minute = QTimer(self, interval=_MINUTE_MS)  # what was to come is over without a deed
        self._minute.timeout.connect(self.refresh)
        self.page = ListPage(self, self.form)
        self.page.head(words("appointments.title"), self.told)
        self.page.over.addWidget(self.days)
        self.page.empty.setText(words("appointments.none"))

    def begin(self, member_id: str, name: str) -> None:
        """A new appointment for whoever is served."""
        self.form.begin(member_id, name)
        self.refresh()

    def enter(self) -> None:
        """The guides of the store may be others by now, and the day too."""
        self.mark_stale()
        super().enter()
        self._minute.start()
        if not self.form.who.member_id:
            self.form.who.field.setFocus()

    def leave(self) -> None:
        self._minute.stop()

    def refresh(self) -> None:
        """The days, the list of the chosen one, and the times that are free."""
        store, now = self.bridge.read(find_till).store_id, self.bridge.desk.clock.now()
        self.days.paint(self.bridge.read(count_days, self.days.days, store), self.bridge.today())
        views = self.bridge.read(find_day, self.days.day, store)
        self._paint_list(views, store, now)
        self.form.paint_guides(self.bridge.read(find_guides))
        self.form.paint_taken(self.days.day, views, now)

    def _paint_list(self, views: tuple[AppointmentView, ...], store: str | None, now: datetime) -> None:
        """Lectures and classes of the day stand above who comes."""
        start = datetime.combine(self.days.day, time.min).astimezone()
        held = self.bridge.read(find_occasions, start, start + timedelta(days=1, milliseconds=-1), store)
        self.occasions = {view.id: self._occasion(view, now) for view in held}
        self.rows = {view.id: self._row(view, now) for view in views}
        self.page.fill([*self.occasions.values(), *self.rows.values()])
        count = sum(view.state == "booked" for view in views)
        self.told.setText(self.words("appointments.to_come", count=count) if count else "")

    def _occasion(self, view: OccasionView, now: datetime) -> OccasionRow:
        row = OccasionRow(view, self.words, now)
        row.invite.clicked.connect(lambda: self._invite(view))
        return row

    def _invite(self, view: OccasionView) -> None:
        """Whoever is chosen in the form."""
        if not self.form.who.member_id:
            self.form.complain(self.words("appointments.pick_who"))
            return
        told = Said(self.words("occasions.invited", title=view.title))
        member_id = self.form.who.member_id
        self._sending.send(invite, view.id, member_id, then=lambda: self._saved(told))

    def _row(self, view: AppointmentView, now: datetime) -> AppointmentRow:
        row = AppointmentRow(view, self.words, now)
        row.name.clicked.connect(lambda: self.page_wanted.emit(view.member_id))
        row.here.clicked.connect(lambda: self.member_wanted.emit(view.member_id))
        row.move_it.clicked.connect(lambda: self._begin_move(view))
        row.cancel.clicked.connect(lambda: self._end(cancel, view, "appointments.cancelled_said"))
        row.missed.clicked.connect(lambda: self._end(miss, view, "appointments.missed_said"))
        return row

    def _begin_move(self, view: AppointmentView) -> None:
        self.form.move_on(view)
        self.refresh()

    def _give_up(self) -> None:
        self.form.begin()
        self.refresh()

    def _save(self) -> None:
        form = self.form
        if form.times.time is None or not form.who.member_id:
            form.complain(self.words("appointments.pick_who" if not form.who.member_id else "appointments.pick_time"))
            return
        at = datetime.combine(self.days.day, form.times.time).astimezone()
        guide = form.guide_id if form.guide_id != ANYBODY else None
        told = Said(self.words("appointments.saved", at=f"{at:%m-%d} {clock(at)}"))
        if form.appointment_id:
            self._sending.send(move, form.appointment_id, at, form.chosen_minutes, for_guide=guide,
                               then=lambda: self._saved(told))  # fmt: skip
        else:
            self._sending.send(book, form.who.member_id, form.service.text(), at, form.chosen_minutes, for_guide=guide,
                               then=lambda: self._saved(told))  # fmt: skip

    def _saved(self, told: Said) -> None:
        self.said.emit(told)
        self.refresh()

    def _end(self, deed: Callable[[Work, str], None], view: AppointmentView, told: str) -> None:
        name = view.name or self.words("profile.unnamed")
        said = Said(self.words(told, name=name))
        self.bridge.run(deed, view.id, once=True, then=lambda _: self.said.emit(said))
