"""A frame of colour around the window for a moment: how the last scan went, seen from the corner of an eye."""

from typing import Literal

from PySide6.QtCore import QRect, Qt, QTimer
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QRegion
from PySide6.QtWidgets import QWidget

from ui import theme

_GOOD, _BAD = 4, 8  # px: told apart without colours, and bad is dashed as well
_GOOD_MS, _BAD_MS = 500, 1500


class Edge(QWidget):
    """``flash`` shows it. It neither moves nor fades, and stays on through a series of scans: nothing flickers."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._over = window
        self._tone = "good"
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self.hide)
        self.hide()

    @property
    def tone(self) -> str:
        """``good`` or ``bad`` while it shows, else ""."""
        return self._tone if not self.isHidden() else ""

    def flash(self, tone: Literal["good", "bad"]) -> None:
        """Show how a scan went; a bad one is not wiped out by a good one that follows at once."""
        if tone == "good" and self.tone == "bad":
            return
        self._tone = tone
        self.setGeometry(self._over.rect())
        wide = self._width
        inside = self.rect().adjusted(wide, wide, -wide, -wide)
        self.setMask(QRegion(self.rect()) - QRegion(inside))
        self.raise_()
        self.show()
        self.update()
        self._timer.start(_BAD_MS if tone == "bad" else _GOOD_MS)

    @property
    def _width(self) -> int:
        return _BAD if self._tone == "bad" else _GOOD

    def paintEvent(self, _event: QPaintEvent) -> None:
        tokens, wide = theme.current(), self._width
        with QPainter(self) as painter:
            if self._tone == "good":
                painter.setPen(QPen(QColor(tokens.accent), wide))
            else:
                painter.fillRect(self.rect(), QColor(tokens.danger_soft))
                pen = QPen(QColor(tokens.danger), wide, Qt.PenStyle.CustomDashLine, Qt.PenCapStyle.FlatCap)
                pen.setDashPattern([10, 1])
                painter.setPen(pen)
            painter.drawRect(_middle_of(self.rect(), wide))


def _middle_of(rect: QRect, wide: int) -> QRect:
    """Where the middle of a line so wide runs that just touches the edge."""
    half = wide // 2
    return rect.adjusted(half, half, -half, -half)
