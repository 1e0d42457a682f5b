"""Line icons from resources/icons, tinted."""

from functools import lru_cache

from PySide6.QtCore import QByteArray, QRectF, QSize, Qt
from PySide6.QtGui import QIcon, QPainter, QPaintEvent, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QWidget

import resources
from ui import theme


class Icon(QWidget):
    """One icon, ``size`` px square, in the colour of a token (``muted``, ``accent`` …) that may change."""

    def __init__(self, name: str, size: int = 20, token: str = "muted", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name = name
        self._token = token
        self.setFixedSize(size, size)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def set_token(self, token: str) -> None:
        """Wear another colour."""
        self._token = token
        self.update()

    def set_name(self, name: str) -> None:
        """Show another icon."""
        self._name = name
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            _renderer(self._name, getattr(theme.current(), self._token)).render(painter, QRectF(self.rect()))


def icon(name: str, token: str = "muted", size: int = 20) -> QIcon:
    """The icon for a button or an action; sharp at twice the size too."""
    made = QIcon()
    for ratio in (1, 2):
        made.addPixmap(pixmap(name, token, size, ratio))
    return made


def pixmap(name: str, token: str = "muted", size: int = 20, ratio: float = 1) -> QPixmap:
    """The icon as a picture for ``ratio`` device pixels a pixel."""
    picture = QPixmap(QSize(size, size) * ratio)
    picture.fill(Qt.GlobalColor.transparent)
    with QPainter(picture) as painter:
        _renderer(name, getattr(theme.current(), token)).render(painter)
    picture.setDevicePixelRatio(ratio)
    return picture


@lru_cache(maxsize=256)
def _renderer(name: str, colour: str) -> QSvgRenderer:
    drawing = resources.path(f"icons/{name}.svg").read_text("utf-8").replace("currentColor", colour)
    return QSvgRenderer(QByteArray(drawing.encode()))
