"""Twelve months of spending in bars: what was paid in the stores, and upon it what was paid by other channels."""

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QMouseEvent, QPainter, QPaintEvent, QTextOption
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop.views.spending import MonthSpent, Spending
from resources import Words
from ui import theme
from ui.figures import money

_HEIGHT, _LEGEND, _LABELS = 72, 26, 22
_GAP, _STUB, _SWATCH, _WIDEST = 8, 3, 10, 40
_STORE, _ONLINE = 0.9, 0.4  # how strong the two tones are
_MIDDLE = QTextOption(Qt.AlignmentFlag.AlignHCenter)


class SpendingChart(QWidget):
    """Shows a Spending. Above the bars stand the sums; of the month under the pointer or finger, its own figures.

    told: every month in words.
    """

    def __init__(self, words: Words, spending: Spending) -> None:
        super().__init__()
        self._words, self._spending = words, spending
        self._over: MonthSpent | None = None
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.told = [" ".join((self._month(each), *self._figures(each))) for each in spending.months]
        self.setAccessibleName(words("page.spent"))
        self.setAccessibleDescription("; ".join(self.told))

    @property
    def legend(self) -> str:
        """What stands above the bars."""
        return " ".join(([self._month(self._over)] if self._over else []) + self._figures(self._over or self._spending))

    def _month(self, month: MonthSpent) -> str:
        return f"{month.first:%Y-%m}"

    def _figures(self, of: MonthSpent | Spending) -> list[str]:
        """What was paid in the stores; and by other channels, if anything ever was."""
        told = [("page.spent_store", of.store)]
        if any(month.online for month in self._spending.months):
            told.append(("page.spent_online", of.online))
        return [f"{self._words(name)} {money(amount, self._spending.currency)}" for name, amount in told]

    def _step(self) -> float:
        return (self.width() + _GAP) / len(self._spending.months)

    def _point(self, at: QPointF) -> None:
        place = int(at.x() / self._step())
        self._over = self._spending.months[max(0, min(place, len(self._spending.months) - 1))]
        self.update()

    def _paint_legend(self, painter: QPainter) -> None:
        x, ink = 0.0, QColor(theme.current().ink if self._over else theme.current().muted)
        if self._over:
            painter.setPen(ink)
            painter.drawText(QRectF(x, 0, self.width(), _LEGEND), self._month(self._over))
            x += painter.fontMetrics().horizontalAdvance(self._month(self._over)) + 16
        for told, tone in zip(self._figures(self._over or self._spending), (_STORE, _ONLINE), strict=False):
            painter.fillRect(QRectF(x, 5, _SWATCH, _SWATCH), _toned(tone))
            painter.setPen(ink)
            painter.drawText(QRectF(x + _SWATCH + 6, 0, self.width(), _LEGEND), told)
            x += _SWATCH + painter.fontMetrics().horizontalAdvance(told) + 24

    def _paint_month(self, painter: QPainter, x: float, width: float, month: MonthSpent) -> None:
        most = max(max(each.store, 0) + max(each.online, 0) for each in self._spending.months) or 1
        bottom = float(_LEGEND + _HEIGHT)
        if month.store <= 0 and month.online <= 0:
            painter.fillRect(QRectF(x, bottom - _STUB, width, _STUB), QColor(theme.current().sunk))
        for amount, tone in ((month.store, _STORE), (month.online, _ONLINE)):
            if amount > 0:
                height = max(_STUB, amount / most * _HEIGHT)
                painter.fillRect(QRectF(x, bottom - height, width, height), _toned(tone))
                bottom -= height
        painter.setPen(QColor(theme.current().ink if month is self._over else theme.current().muted))
        name = self._words("page.month", month=month.first.month)
        painter.drawText(QRectF(x, _LEGEND + _HEIGHT + 4, width, _LABELS), name, _MIDDLE)

    def sizeHint(self) -> QSize:
        return QSize(320, _LEGEND + _HEIGHT + _LABELS)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._point(event.position())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._point(event.position())

    def leaveEvent(self, _event: QEvent) -> None:
        self._over = None
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        font = QFont(theme.FONTS)
        font.setPixelSize(12)
        with QPainter(self) as painter:
            painter.setFont(font)
            self._paint_legend(painter)
            for place, month in enumerate(self._spending.months):
                self._paint_month(painter, place * self._step(), min(self._step() - _GAP, _WIDEST), month)


def _toned(strength: float) -> QColor:
    colour = QColor(theme.current().accent)
    colour.setAlphaF(strength)
    return colour
