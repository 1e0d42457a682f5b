"""The middle of the idle screen: a picture of a code, one sentence, three buttons. Painted before anything is read."""

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from resources import Words
from ui import theme
from ui.keys import KEYS
from ui.widgets.card import Card, label
from ui.widgets.keyed_button import KeyedButton


class ScanPrompt(Card):
    """``enrol_wanted``, ``anonymous_wanted``, ``camera_wanted``: its buttons; ``below``: room for what comes later."""

    enrol_wanted = Signal()
    anonymous_wanted = Signal()
    camera_wanted = Signal()

    def __init__(self, words: Words) -> None:
        super().__init__()
        centre = Qt.AlignmentFlag.AlignHCenter
        enrol = KeyedButton(words("idle.enrol"), KEYS.enrol, role="primary", hint_only=True)
        enrol.clicked.connect(self.enrol_wanted)
        anonymous = KeyedButton(words("idle.anonymous"), KEYS.anonymous, hint_only=True)
        anonymous.clicked.connect(self.anonymous_wanted)
        camera = KeyedButton(words("idle.camera"), KEYS.camera, hint_only=True)
        camera.clicked.connect(self.camera_wanted)
        buttons = QHBoxLayout()
        buttons.setSpacing(10)
        buttons.addStretch(1)
        for button in (enrol, anonymous, camera):
            buttons.addWidget(button)
        buttons.addStretch(1)
        self.below = QVBoxLayout()
        self.column.setSpacing(16)
        self.column.addStretch(3)
        self.column.addWidget(_CodePicture(), 0, centre)
        self.column.addSpacing(4)
        self.column.addWidget(label(words("idle.prompt"), "hero"), 0, centre)
        self.column.addWidget(label(words("idle.ways"), "lead"), 0, centre)
        self.column.addSpacing(6)
        self.column.addLayout(buttons)
        self.column.addLayout(self.below)
        self.column.addStretch(2)


class _CodePicture(QWidget):
    """A code in a viewfinder, drawn on a grid of 220."""

    _EYES = ((60, 60), (124, 60), (60, 124))
    _MODULES = (
        (124, 124, 12, 12), (148, 124, 12, 12), (136, 136, 12, 12), (124, 148, 12, 12), (148, 148, 12, 12),
        (104, 60, 10, 20), (104, 90, 10, 24), (60, 104, 24, 10), (124, 104, 36, 10),
    )  # fmt: skip
    _CORNERS = (
        ((20, 66), (20, 36), (20, 20), (36, 20), (66, 20)),
        ((154, 20), (184, 20), (200, 20), (200, 36), (200, 66)),
        ((200, 154), (200, 184), (200, 200), (184, 200), (154, 200)),
        ((66, 200), (36, 200), (20, 200), (20, 184), (20, 154)),
    )

    def __init__(self) -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(200, 200)

    def paintEvent(self, _event: QPaintEvent) -> None:
        tokens = theme.current()
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.translate(-10, -10)
            self._paint_code(painter, QColor(tokens.ink))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(tokens.accent), 5, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
            for corner in self._CORNERS:
                painter.drawPath(_corner(*corner))
            line = QColor(tokens.accent)
            line.setAlphaF(0.5)
            painter.setPen(QPen(line, 2))
            painter.drawLine(12, 110, 208, 110)

    def _paint_code(self, painter: QPainter, ink: QColor) -> None:
        ink.setAlphaF(0.88)
        code = QPainterPath()
        for x, y in self._EYES:
            code.addRect(QRectF(x, y, 36, 36))
            code.addRect(QRectF(x + 10, y + 10, 16, 16))
        for module in self._MODULES:
            code.addRect(QRectF(*module))
        painter.fillPath(code, ink)


def _corner(
    start: tuple[int, int], bend: tuple[int, int], edge: tuple[int, int], bent: tuple[int, int], end: tuple[int, int]
) -> QPainterPath:
    """Straight, a quarter of a circle around the edge, straight."""
    path = QPainterPath()
    path.moveTo(*start)
    path.lineTo(*bend)
    path.quadTo(*edge, *bent)
    path.lineTo(*end)
    return path
