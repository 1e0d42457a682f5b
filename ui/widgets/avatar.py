"""The first character of a name in a circle."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from ui import theme


class Avatar(QWidget):
    """``size`` px across, in the colours of a token of the theme and its soft ground."""

    def __init__(self, size: int = 56, colour: str = "gold") -> None:
        super().__init__()
        self._initial = ""
        self._colour = colour
        self.setFixedSize(size, size)

    def paint(self, name: str) -> None:
        """Show whose it is; nobody known is a question mark."""
        self._initial = name.strip()[:1].upper() or "?"
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        now, painter = theme.current(), QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(getattr(now, f"{self._colour}_soft")))
        painter.drawEllipse(self.rect())
        font = QFont(self.font())
        font.setPixelSize(round(self.width() * 0.4))
        font.setWeight(QFont.Weight.Bold)
        painter.setFont(font)
        painter.setPen(QColor(getattr(now, self._colour)))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self._initial)
