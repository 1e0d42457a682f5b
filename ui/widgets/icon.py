"""Line icons from resources/icons, tinted."""

from functools import lru_cache

from PySide6.QtCore import QByteArray, QRectF, QSize, Qt
from PySide6.QtGui import QIcon, QPainter, QPaintEvent, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QWidget

import resources
from ui import theme


class Icon(QWidget):
    """One icon, ``size`` px square, in the colour of a token of the theme (``muted``, ``accent`` …) that may change."""

    def __init__(self, name: str, size: int = 20, tint: str = "muted", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name = name
        self._tint = tint
        self.setFixedSize(size, size)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def set_token(self, tint: str) -> None:
        """Wear another colour."""
        self._tint = tint
        self.update()

    def set_name(self, name: str) -> None:
        """Show another icon."""
        self._name = name
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            paint_icon(painter, self._name, QRectF(self.rect()), self._tint)


def paint_icon(painter: QPainter, name: str, where: QRectF, tint: str = "muted") -> None:
    """Draw an icon, for widgets that paint themselves."""
    _renderer(name, getattr(theme.current(), tint)).render(painter, where)


def icon(name: str, tint: str = "muted", size: int = 20) -> QIcon:
    """The icon for a button or an action; sharp at twice the size too."""
    return _icon(name, getattr(theme.current(), tint), size)


# Rows are made anew with every scan, and Qt keeps what it derives of an icon as long as there is room.
@lru_cache(maxsize=256)
def _icon(name: str, colour: str, size: int) -> QIcon:
    made = QIcon()
    for ratio in (1, 2):
        picture = QPixmap(QSize(size, size) * ratio)
        picture.fill(Qt.GlobalColor.transparent)
        with QPainter(picture) as painter:
            _renderer(name, colour).render(painter)
        picture.setDevicePixelRatio(ratio)
        made.addPixmap(picture)
    return made


@lru_cache(maxsize=256)
def _renderer(name: str, colour: str) -> QSvgRenderer:
    drawing = resources.path(f"icons/{name}.svg").read_text("utf-8").replace("currentColor", colour)
    return QSvgRenderer(QByteArray(drawing.encode()))
