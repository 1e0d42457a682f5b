"""How far a member has come, in four steps."""

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy

from ui import theme

_GAP, _BAR = 3, 6


class StageBar(QAbstractButton):
    """Four bars over their ``names``; ``paint(stage)`` fills the first ``stage`` of them. A press asks why."""

    def __init__(self, names: Sequence[str]) -> None:
        super().__init__()
        self._names = tuple(names)
        self._stage = 0
        self.setAccessibleName(" · ".join(names))
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def paint(self, stage: int) -> None:
        """Show the stage, 1 to 4; 0 is in none of them."""
        self._stage = stage
        self.setAccessibleName(self._names[stage - 1] if stage else " · ".join(self._names))
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(120, _BAR + 4 + 18)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        now, painter = theme.current(), QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        width = (self.width() - _GAP * (len(self._names) - 1)) / len(self._names)
        font = QFont(self.font())
        font.setPixelSize(12)
        for place, name in enumerate(self._names):
            here = place + 1 == self._stage
            left = place * (width + _GAP)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(now.accent if place < self._stage else now.sunk))
            painter.drawRoundedRect(QRectF(left, 0, width, _BAR), _BAR / 2, _BAR / 2)
            font.setWeight(QFont.Weight.DemiBold if here else QFont.Weight.Normal)
            painter.setFont(font)
            painter.setPen(QColor(now.accent if here else now.muted))
            painter.drawText(QRectF(left, _BAR + 4, width, 18), Qt.AlignmentFlag.AlignLeft, name)
        if self.hasFocus():
            painter.setPen(QPen(QColor(now.accent), 1.5))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.75, 0.75, -0.75, -0.75), 6, 6)
