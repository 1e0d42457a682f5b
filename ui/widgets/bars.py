"""The day in bars: how many visits began in each hour."""

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QColor, QFont, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from resources import Words
from ui import theme

_OPENS, _CLOSES = 10, 21  # hours shown even when nothing happens
_HEIGHT, _LABELS, _GAP, _STUB = 54, 22, 6, 4


class HourBars(QWidget):
    """``paint`` takes counts by hour of the day; hours without a visit are a stub."""

    def __init__(self, words: Words) -> None:
        super().__init__()
        self._words = words
        self._counts: dict[int, int] = {}
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def paint(self, counts: dict[int, int]) -> None:
        """Show these."""
        self._counts = counts
        told = ", ".join(f"{self._words('idle.hour', hour=hour)} {counts[hour]}" for hour in sorted(counts))
        self.setAccessibleName(self._words("idle.bars", list=told))
        self.setToolTip(told)
        self.update()

    def _hours(self) -> range:
        return range(min(_OPENS, *self._counts, _CLOSES), max(_CLOSES, *self._counts, _OPENS) + 1)

    def sizeHint(self) -> QSize:
        return QSize(200, _HEIGHT + _LABELS)

    def paintEvent(self, _event: QPaintEvent) -> None:
        hours = self._hours()
        step = (self.width() + _GAP) / len(hours)
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            most = max(self._counts.values(), default=1)
            for place, hour in enumerate(hours):
                self._paint_bar(painter, place * step, step - _GAP, self._counts.get(hour, 0) / most)
            self._paint_labels(painter, hours)

    def _paint_bar(self, painter: QPainter, x: float, width: float, share: float) -> None:
        tokens = theme.current()
        colour = QColor(tokens.accent if share else tokens.sunk)
        colour.setAlphaF(0.85 if share else 1)
        height = max(_STUB, share * _HEIGHT)
        painter.setPen(QColor(0, 0, 0, 0))
        painter.setBrush(colour)
        painter.drawRoundedRect(QRectF(x, _HEIGHT - height, width, height), min(3, height / 2), min(3, height / 2))

    def _paint_labels(self, painter: QPainter, hours: range) -> None:
        font = QFont(theme.FONTS)
        font.setPixelSize(12)
        painter.setFont(font)
        painter.setPen(QColor(theme.current().muted))
        step = (self.width() + _GAP) / len(hours)
        for place in (0, len(hours) // 2, len(hours) - 1):
            text = self._words("idle.hour", hour=hours[place])
            width = painter.fontMetrics().horizontalAdvance(text)
            x = min(max(0.0, place * step + (step - _GAP - width) / 2), self.width() - width)
            painter.drawText(QRectF(x, _HEIGHT + 4, width + 2, _LABELS - 4), text)
