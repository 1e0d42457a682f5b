"""What the camera sees, as in a mirror, with the codes outlined."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QWidget

from ui import theme
from ui.widgets.icon import paint_icon

if TYPE_CHECKING:  # the decoders come with it
    from ui.camera_looker import Sight

SIZE = QSize(282, 159)  # as wide as a card beside it
_RADIUS, _ICON = 10, 40


class CameraView(QWidget):
    """``show_sight`` for each frame; ``clear`` where there is none."""

    def __init__(self) -> None:
        super().__init__()
        self.setFixedSize(SIZE)
        self._sight: Sight | None = None

    def show_sight(self, sight: Sight) -> None:
        """The newest frame."""
        self._sight = sight
        self.update()

    def clear(self) -> None:
        """An empty frame."""
        self._sight = None
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        tokens = theme.current()
        rounded = QPainterPath()
        rounded.addRoundedRect(QRectF(self.rect()), _RADIUS, _RADIUS)
        with QPainter(self) as painter:
            painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
            painter.fillPath(rounded, QColor(tokens.sunk))
            if self._sight is None:
                middle = QRectF(self.rect()).center() - QPointF(_ICON / 2, _ICON / 2)
                paint_icon(painter, "camera", QRectF(middle.x(), middle.y(), _ICON, _ICON), "faint")
                return
            painter.setClipPath(rounded)
            painter.translate(self.width(), 0)
            painter.scale(-1, 1)
            self._paint(painter, self._sight)

    def _paint(self, painter: QPainter, sight: Sight) -> None:
        place = _covering(sight.preview, QRectF(self.rect()))
        painter.drawImage(place, sight.preview)
        tokens = theme.current()
        for outline, sure in sight.outlines:
            corners = QPolygonF([_at(place, *corner) for corner in outline])
            pen = QPen(QColor(tokens.accent if sure else tokens.gold), 4)
            pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
            painter.setPen(pen)
            painter.drawPolygon(corners)


def _covering(picture: QImage, whole: QRectF) -> QRectF:
    """Where the picture goes so that it fills the whole; what is too much of it hangs over evenly."""
    size = QSize(picture.size()).scaled(whole.size().toSize(), Qt.AspectRatioMode.KeepAspectRatioByExpanding)
    place = QRectF(0, 0, size.width(), size.height())
    place.moveCenter(whole.center())
    return place


def _at(place: QRectF, x: float, y: float) -> QPointF:
    return QPointF(place.x() + x * place.width(), place.y() + y * place.height())
