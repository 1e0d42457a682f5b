"""One appointment in the list of a day: when, who, what for, and what can be done about it."""

from datetime import datetime

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout

from desktop.views.appointments import AppointmentView
from resources import Words
from ui.figures import clock
from ui.widgets.card import label
from ui.widgets.elided_label import ElidedLabel
from ui.widgets.keyed_button import KeyedButton
from ui.widgets.name_link import NameLink

_TONES = {"arrived": "accent", "missed": "warn", "cancelled": ""}
_TOLD = {"arrived": "arrived", "missed": "missed_told", "cancelled": "cancelled"}


class AppointmentRow(QFrame):
    """``here``, ``move``, ``cancel`` and ``missed`` are its buttons; those that help now are shown."""

    def __init__(self, view: AppointmentView, words: Words, now: datetime) -> None:
        super().__init__()
        self.setProperty("role", "row")
        self.view = view
        self.name = NameLink(words("page.open"), "strong")
        self.here = KeyedButton(words("appointments.here"), role="small")
        self.move_it = KeyedButton(words("appointments.move"), role="small")
        self.cancel = KeyedButton(words("appointments.cancel"), role="small")
        self.missed = KeyedButton(words("appointments.missed"), role="small")
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 8, 8, 8)
        row.setSpacing(8)
        row.addWidget(self._time(view), 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(self._who(view, words), 1)
        if view.state == "booked":
            over = view.starts_at < now
            for button in (self.here, self.missed if over else self.move_it, self.cancel):
                row.addWidget(button)
        else:
            told = label(words(f"appointments.{_TOLD[view.state]}"), "strong")
            told.setProperty("tone", _TONES[view.state])
            row.addWidget(told)

    def _time(self, view: AppointmentView) -> QFrame:
        told = QFrame()
        told.setFixedWidth(64)
        column = QVBoxLayout(told)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(label(clock(view.starts_at), "number"))
        column.addWidget(label(clock(view.ends_at), "small"))
        return told

    def _who(self, view: AppointmentView, words: Words) -> QVBoxLayout:
        column, head = QVBoxLayout(), QHBoxLayout()
        column.setSpacing(2)
        head.setSpacing(8)
        self.name.setText(view.name or words("profile.unnamed"))
        head.addWidget(self.name)
        head.addWidget(label(view.phone, "muted"))
        head.addStretch(1)
        column.addLayout(head)
        guide = view.guide or words("appointments.anybody")
        column.addWidget(ElidedLabel(f"{view.service} · {guide}", "small"))
        if view.clash:
            warning = label(words("appointments.clash", name=view.clash), "small", wrap=True)
            warning.setProperty("tone", "warn")
            column.addWidget(warning)
        return column
