"""The status pill: how the till stands to headquarters, in colour and in words."""

from dataclasses import replace
from datetime import datetime

from PySide6.QtCore import QRectF, QSize, Qt, QTimer
from PySide6.QtGui import QColor, QFont, QFontMetrics, QHideEvent, QPainter, QPaintEvent, QPen, QShowEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from desktop.status import HubStatus, Link
from resources import Words
from ui import theme
from ui.figures import clock, counted
from ui.keys import KEYS, shown

_HEIGHT, _SIDE, _DOT, _GAP = 34, 14, 8, 8
_OFTEN_MS = 20_000


class StatusPill(QAbstractButton):
    """34 pixels of colour in 44 of touch; a press wants the sync screen."""

    def __init__(self, words: Words, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words = words
        self._status: HubStatus | None = None
        self._tone = "muted"
        self._clock = QTimer(self)
        self._clock.setInterval(_OFTEN_MS)
        self._clock.timeout.connect(self._say)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setToolTip(f"{words('status.tip')} ({shown(KEYS.sync)})")
        self.hide()

    def paint(self, status: HubStatus, waiting: int, refused: int) -> None:
        """Say how it stands from now on; the counts are those of this moment."""
        self._status = replace(status, waiting=waiting, refused=refused)
        self._say()
        self.show()

    def _say(self) -> None:
        if self._status is None:
            return
        self._tone, text = pill_text(self._words, self._status, datetime.now().astimezone())
        self.setText(text)
        self.setAccessibleName(text)
        self.updateGeometry()
        self.update()

    def _letters(self) -> QFont:
        font = QFont(theme.FONTS)
        font.setPixelSize(13)
        font.setWeight(QFont.Weight.DemiBold)
        return font

    def sizeHint(self) -> QSize:
        width = QFontMetrics(self._letters()).horizontalAdvance(self.text())
        return QSize(width + 2 * _SIDE + _DOT + _GAP, 44)

    def paintEvent(self, _event: QPaintEvent) -> None:
        tokens = theme.current()
        ink = QColor(getattr(tokens, self._tone))
        pill = QRectF(1, (self.height() - _HEIGHT) / 2, self.width() - 2, _HEIGHT)
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(ink, 2) if self.hasFocus() else QPen(Qt.PenStyle.NoPen))
            painter.setBrush(QColor(tokens.sunk if self._tone == "muted" else getattr(tokens, f"{self._tone}_soft")))
            painter.drawRoundedRect(pill, _HEIGHT / 2, _HEIGHT / 2)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(ink)
            painter.drawEllipse(QRectF(_SIDE, (self.height() - _DOT) / 2, _DOT, _DOT))
            painter.setPen(ink)
            painter.setFont(self._letters())
            room = self.rect().adjusted(_SIDE + _DOT + _GAP, 0, 0, 0)
            painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, self.text())

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._clock.start()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._clock.stop()


def pill_text(words: Words, status: HubStatus, now: datetime) -> tuple[str, str]:
    """The tone and the words. What was refused comes first: it needs a person."""
    waiting = counted(status.waiting) if status.waiting else ""
    if status.refused:
        return "danger", words("status.refused", count=status.refused)
    if status.vanishing:
        return "danger", words("status.vanishing", count=status.vanishing)
    if status.loading and status.problem is None:
        done, rows = status.loading
        return "info", words("status.loading", done=f"{done:,}", rows=f"{rows:,}")
    match status.link:
        case Link.ALONE:
            return "muted", words("status.alone")
        case Link.TROUBLE:
            name = "status.trouble_waiting" if waiting else "status.trouble"
            return "danger", words(name, count=waiting)
        case Link.OFFLINE if status.problem is None:  # the first round is not over yet
            return "muted", words("status.connecting")
        case Link.OFFLINE:
            name = "status.offline_waiting" if waiting else "status.offline"
            return "warn", words(name, since=clock(status.since), count=waiting)
        case Link.ONLINE:
            if waiting:
                return "info", words("status.sending", count=waiting)
            return "accent", words("status.synced", ago=ago(words, status.last_contact, now))


def ago(words: Words, then: datetime | None, now: datetime) -> str:
    """How long ago, in words as rough as a clerk needs them."""
    if then is None:
        return words("status.never")
    minutes = int((now - then).total_seconds() // 60)
    if minutes < 1:
        return words("status.just_now")
    if minutes < 60:
        return words("status.minutes", count=minutes)
    hours = minutes // 60
    return words("status.hours", count=hours) if hours < 24 else words("status.days", count=hours // 24)
