"""The form of an appointment: who, what for, with whom, how long, and at which half hour of the chosen day."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime, time, timedelta

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

import resources
from desktop.views.appointments import AppointmentView
from desktop.views.search import Found
from desktop.views.till import GuideView
from resources import Words
from ui.keys import KEYS
from ui.widgets.card import Card, label
from ui.widgets.chip_choice import ChipChoice
from ui.widgets.keyed_button import KeyedButton
from ui.widgets.member_pick import MemberPick
from ui.widgets.segmented import Segmented
from ui.widgets.side_column import SideColumn
from ui.widgets.time_grid import TimeGrid
from ui.widgets.typing_field import TypingField

_MINUTES = (15, 30, 45, 60, 90)
_USUAL = 30
ANYBODY = ""


class BookingCard(Card):
    """``wanted`` when it is filled in and to be saved; ``given_up`` when a move is not to be after all.

    appointment_id: of the one that is being moved, "" for a new one.
    """

    wanted = Signal()
    given_up = Signal()
    changed = Signal()

    def __init__(self, words: Words, find: Callable[[str, int], Sequence[Found]]) -> None:
        super().__init__()
        self._words = words
        self._day: date | None = None
        self.appointment_id = ""
        self.title = self.head(words("appointments.new"))
        self.who = MemberPick(words, find)
        self.service = TypingField(hint=words("appointments.service_hint"))
        self.services = ChipChoice([(each, each) for each in resources.choices()["services"]])
        self.minutes = Segmented([(str(each), f"{each}′") for each in _MINUTES])
        self.guides = ChipChoice(taken=ANYBODY)
        opens, closes = (time.fromisoformat(each) for each in resources.choices()["open"])
        self.times = TimeGrid(opens, closes)
        self.error = label(role="error", wrap=True)
        self.save = KeyedButton(words("appointments.save"), KEYS.finish, role="primary")
        self.leave = KeyedButton(words("appointments.give_up"), role="quiet")
        self._lay_out()
        self._connect()
        self.begin()

    def _lay_out(self) -> None:
        inside = SideColumn()
        inside.column.setSpacing(4)
        for name, part in (
            ("who", self.who), ("service", self.services), ("", self.service), ("minutes", self.minutes),
            ("guide", self.guides), ("time", self.times),
        ):  # fmt: skip
            self._add(inside.column, name, part)
        inside.column.addStretch(1)
        self.column.addWidget(inside, 1)
        self.column.addWidget(self.error)
        foot = QHBoxLayout()
        foot.addWidget(self.leave)
        foot.addWidget(self.save, 1)
        self.column.addLayout(foot)

    def _add(self, column: QVBoxLayout, name: str, part: QWidget) -> None:
        if name:
            heading: QLabel = label(self._words(f"appointments.{name}"), "h3")
            heading.setContentsMargins(0, 6, 0, 0)
            column.addWidget(heading)
        column.addWidget(part)

    def _connect(self) -> None:
        self.services.chosen.connect(self.service.setText)
        self.minutes.chosen.connect(self._take_minutes)
        self.guides.chosen.connect(self.changed)
        self.times.chosen.connect(lambda: self.complain(""))
        self.who.changed.connect(lambda: self.complain(""))
        self.save.clicked.connect(self.wanted)
        self.leave.clicked.connect(self.given_up)

    def begin(self, member_id: str = "", name: str = "") -> None:
        """A new appointment, of somebody who is known already or not."""
        self.appointment_id = ""
        self.title.setText(self._words("appointments.new"))
        self.who.show_picked(member_id, name)
        self.who.setEnabled(True)
        self.service.clear()
        self.services.take(None)
        self._enable_service(True)
        self.minutes.take(str(_USUAL))
        self.times.take(None)
        self.leave.setVisible(bool(member_id))
        self.complain("")

    def move_on(self, view: AppointmentView) -> None:
        """Another time for this one."""
        self.begin(view.member_id, view.name)
        self.appointment_id = view.id
        self.guides.take(view.guide_id or ANYBODY)
        self.title.setText(self._words("appointments.moving"))
        self.who.setEnabled(False)
        self.service.setText(view.service)
        self._enable_service(False)
        self.minutes.take(str(view.minutes))
        self.leave.show()

    def paint_guides(self, guides: Sequence[GuideView]) -> None:
        """Who may have time for them."""
        anybody = (ANYBODY, self._words("appointments.anybody"))
        self.guides.paint([anybody, *((each.id, each.name) for each in guides)])

    def paint_taken(self, day: date, appointments: Iterable[AppointmentView], now: datetime) -> None:
        """Close off the half hours of that day that are over, or that the guide has no time in."""
        self._day = day
        theirs = [each for each in appointments if self._takes_time(each)]
        length = timedelta(minutes=self.chosen_minutes)
        closed = []
        for at in self.times.buttons:
            begins = datetime.combine(day, at).astimezone()
            busy = any(each.starts_at < begins + length and begins < each.ends_at for each in theirs)
            if busy or begins + length <= now:
                closed.append(at)
        self.times.close_off(closed)

    def complain(self, text: str) -> None:
        """Say what is wrong, or that nothing is."""
        self.error.setText(text)

    @property
    def typed(self) -> object:
        """What stands in it of one appointment."""
        of = self.appointment_id, self._day
        return *of, self.who.member_id, self.service.text(), self.chosen_minutes, self.guide_id, self.times.time

    @property
    def guide_id(self) -> str:
        """Who is to have time for them; "" for anybody."""
        return self.guides.taken or ANYBODY

    @property
    def chosen_minutes(self) -> int:
        """How long it is to last."""
        return int(self.minutes.taken or _USUAL)

    def _takes_time(self, other: AppointmentView) -> bool:
        mine = other.id == self.appointment_id
        return other.state == "booked" and not mine and self.guide_id != ANYBODY and other.guide_id == self.guide_id

    def _take_minutes(self, minutes: str) -> None:
        self.minutes.take(minutes)
        self.changed.emit()

    def _enable_service(self, enabled: bool) -> None:
        self.service.setEnabled(enabled)
        self.services.setEnabled(enabled)
