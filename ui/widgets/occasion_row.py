"""A lecture or a class in the list of a day: when, where, how many seats are free, and who waits for one."""

from datetime import datetime, timedelta

from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout

from desktop.views.occasions import OccasionView
from resources import Words
from ui.figures import clock
from ui.widgets.card import label
from ui.widgets.elided_label import ElidedLabel
from ui.widgets.keyed_button import KeyedButton


class OccasionRow(QFrame):
    """``invite`` is its button; shown until it begins."""

    def __init__(self, view: OccasionView, words: Words, now: datetime) -> None:
        super().__init__()
        self.setProperty("role", "row")
        self.view = view
        self.invite = KeyedButton(words("occasions.invite"), role="small")
        when, about, row = QFrame(), QVBoxLayout(), QHBoxLayout(self)
        when.setFixedWidth(64)
        times = QVBoxLayout(when)
        times.setContentsMargins(0, 0, 0, 0)
        times.setSpacing(0)
        times.addWidget(label(clock(view.starts_at), "number"))
        times.addWidget(label(clock(view.starts_at + timedelta(minutes=view.minutes)), "small"))
        about.setSpacing(2)
        about.addWidget(ElidedLabel(view.title, "strong"))
        told = [view.place, words("occasions.seats", free=view.free, seats=view.seats)]
        if arrived := sum(guest.arrived for guest in view.guests):
            told.append(words("occasions.arrived", count=arrived))
        if waits := [guest.name for guest in view.guests if guest.seat == "waits"]:
            told.append(words("occasions.waiting", names=", ".join(waits)))
        self.told = " · ".join(part for part in told if part)
        about.addWidget(ElidedLabel(self.told, "small"))
        row.setContentsMargins(8, 8, 8, 8)
        row.setSpacing(8)
        row.addWidget(when)
        row.addLayout(about, 1)
        row.addWidget(self.invite)
        self.invite.setVisible(view.starts_at > now)  # not before: it would be a window of its own
        self.setAccessibleName(f"{clock(view.starts_at)} {view.title} {self.told}")
