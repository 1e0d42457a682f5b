"""A few choices side by side, one of them taken."""

from collections.abc import Sequence

from PySide6.QtCore import QLineF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QWidget

from ui import theme

_BAR, _TOUCH, _ROUND = 34, 44, 10


class Segmented(QWidget):
    """``options`` are pairs of key and words. ``show`` takes one, or none for a key that is not among them.

    A press only emits ``chosen(key)``: what is taken is what has been saved.
    """

    chosen = Signal(str)

    def __init__(self, options: Sequence[tuple[str, str]], *, by_tab: bool = False) -> None:
        super().__init__()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        self._parts: dict[str, _Part] = {}
        for place, (key, words) in enumerate(options):
            part = _Part(words, first=place == 0, last=place == len(options) - 1)
            part.setFocusPolicy(Qt.FocusPolicy.TabFocus if by_tab else Qt.FocusPolicy.NoFocus)
            part.clicked.connect(lambda _checked=False, key=key: self.chosen.emit(key))
            self._parts[key] = part
            row.addWidget(part)

    def take(self, taken: str) -> None:
        """Show which one is taken."""
        for key, part in self._parts.items():
            part.setChecked(key == taken)

    @property
    def taken(self) -> str | None:
        """The key that is shown as taken."""
        return next((key for key, part in self._parts.items() if part.isChecked()), None)

    def press(self, key: str) -> None:
        """As if it were pressed by hand."""
        self._parts[key].click()


class _Part(QAbstractButton):
    """One choice: 34 pixels of colour in 44 pixels of touch."""

    def __init__(self, words: str, *, first: bool, last: bool) -> None:
        super().__init__()
        self._first, self._last = first, last
        self.setText(words)
        self.setAccessibleName(words)
        self.setCheckable(True)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def _letters(self, *, bold: bool) -> QFont:
        font = QFont(self.font())
        font.setPixelSize(13)
        font.setWeight(QFont.Weight.DemiBold if bold else QFont.Weight.Normal)
        return font

    def _shape(self) -> QPainterPath:
        """The bar's part that falls on this choice: round only at the ends of the bar."""
        bar = QRectF(0.5, (self.height() - _BAR) / 2 + 0.5, self.width() - (1 if self._last else 0), _BAR - 1)
        whole = bar.adjusted(0 if self._first else -_ROUND, 0, 0 if self._last else _ROUND, 0)
        path, clip = QPainterPath(), QPainterPath()
        path.addRoundedRect(whole, _ROUND, _ROUND)
        clip.addRect(bar.adjusted(0, -1, 0, 1))
        return path.intersected(clip)

    def nextCheckState(self) -> None:
        """A press ticks nothing: see ``Segmented``."""

    def sizeHint(self) -> QSize:
        return QSize(QFontMetrics(self._letters(bold=True)).horizontalAdvance(self.text()) + 26, _TOUCH)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        now, painter = theme.current(), QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(now.line), 1))
        painter.setBrush(QColor(now.accent if self.isChecked() else now.sunk if self.underMouse() else now.surface))
        painter.drawPath(self._shape())
        if not self._first and not self.isChecked():
            top = (self.height() - _BAR) // 2
            painter.drawLine(QLineF(0.5, top + 1, 0.5, top + _BAR - 1))
        painter.setPen(QColor(now.accent_ink if self.isChecked() else now.muted))
        painter.setFont(self._letters(bold=self.isChecked()))
        if self.hasFocus():
            underlined = painter.font()
            underlined.setUnderline(True)
            painter.setFont(underlined)
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextSingleLine, self.text())
