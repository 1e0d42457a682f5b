"""A week of days to choose from, each with how much there is on it."""

from collections.abc import Mapping
from datetime import date, timedelta

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QPushButton, QWidget

from resources import Words
from ui import theme

DAYS = 7
_HEIGHT = 60


class DayStrip(QWidget):
    """``day`` is the one that is taken; ``chosen`` when another is pressed. The arrows go a week back and on."""

    chosen = Signal()

    def __init__(self, words: Words, today: date) -> None:
        super().__init__()
        self._words = words
        self.day = self._first = today
        self.buttons = [_Day() for _ in range(DAYS)]
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        row.addWidget(self._arrow("‹", words("appointments.week_before"), -DAYS))
        for place, button in enumerate(self.buttons):
            button.clicked.connect(lambda _checked=False, place=place: self.take(self._first + timedelta(place)))
            row.addWidget(button, 1)
        row.addWidget(self._arrow("›", words("appointments.week_after"), DAYS))

    @property
    def days(self) -> tuple[date, ...]:
        """The days that are shown."""
        return tuple(self._first + timedelta(place) for place in range(DAYS))

    def take(self, day: date) -> None:
        """Choose a day, and show the week it is in."""
        while not self._first <= day < self._first + timedelta(DAYS):
            self._first += timedelta(DAYS if day > self._first else -DAYS)
        self.day = day
        self.chosen.emit()

    def paint(self, counts: Mapping[date, int], today: date) -> None:
        """Show how much there is on each day."""
        for day, button in zip(self.days, self.buttons, strict=True):
            name, count = self._name(day, today), counts.get(day, 0)
            button.say(name, f"{day:%m-%d}", count, past=day < today)
            button.setAccessibleName(self._words("appointments.day_count", day=f"{name} {day:%m-%d}", count=count))
            button.setChecked(day == self.day)

    def _name(self, day: date, today: date) -> str:
        return self._words("appointments.today" if day == today else f"weekday.{day.isoweekday()}")

    def _arrow(self, sign: str, name: str, days: int) -> QPushButton:
        button = QPushButton(sign)
        button.setFixedWidth(44)
        button.setProperty("role", "quiet")
        button.setAutoDefault(False)
        button.setAccessibleName(name)
        button.setToolTip(name)
        button.clicked.connect(lambda: self.take(self.day + timedelta(days)))
        return button


class _Day(QAbstractButton):
    """A weekday over a date, with a count in the corner."""

    def __init__(self) -> None:
        super().__init__()
        self._date, self._count, self._past = "", 0, False
        self.setCheckable(True)
        self.setFixedHeight(_HEIGHT)
        self.setMinimumWidth(44)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def say(self, name: str, day: str, count: int, *, past: bool) -> None:
        """Which day it is, and how much there is on it."""
        self.setText(name)
        self._date, self._count, self._past = day, count, past
        self.update()

    def nextCheckState(self) -> None:
        """A press only asks; the strip says which day is taken."""

    def sizeHint(self) -> QSize:
        return QSize(72, _HEIGHT)

    def paintEvent(self, _event: QPaintEvent) -> None:
        now = theme.current()
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            fill = now.accent_soft if self.isChecked() else now.sunk if self.underMouse() else now.surface
            painter.setBrush(QColor(fill))
            painter.setPen(QPen(QColor(now.accent), 2) if self.hasFocus() else Qt.PenStyle.NoPen)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 12, 12)
            ink = now.accent if self.isChecked() else now.faint if self._past else now.ink
            self._write(painter, 8, self.text(), ink, 13, bold=self.isChecked())
            self._write(painter, 30, self._date, now.accent if self.isChecked() else now.muted, 12)
            if self._count:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(QColor(now.accent))
                painter.drawRoundedRect(QRectF(self.width() / 2 - 9, _HEIGHT - 10, 18, 3), 1.5, 1.5)

    def _write(self, painter: QPainter, top: int, text: str, colour: str, size: int, *, bold: bool = False) -> None:
        font = QFont(self.font())
        font.setPixelSize(size)
        font.setWeight(QFont.Weight.DemiBold if bold else QFont.Weight.Normal)
        painter.setFont(font)
        painter.setPen(QColor(colour))
        told = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, self.width() - 4)
        painter.drawText(QRectF(0, top, self.width(), 20), Qt.AlignmentFlag.AlignCenter, told)
