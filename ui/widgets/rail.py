"""The rail at the left: where one can go, and who serves."""

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QFrame, QVBoxLayout, QWidget

from resources import Words
from ui import theme
from ui.keys import KEYS, shown
from ui.widgets.icon import paint_icon

WIDTH = 76
UPPER = ("counter", "members", "tasks", "appointments", "content", "credit")
LOWER = ("sync", "settings")
_LETTERS_MARGIN = 8


class Rail(QFrame):
    """Emits ``wanted`` with the name of a screen, or ``switch_guide`` for the avatar at the bottom."""

    wanted = Signal(str)

    def __init__(self, words: Words, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "rail")
        self.setFixedWidth(WIDTH)
        self._words = words
        self._places = {name: _Place(name, words(f"rail.{name}")) for name in UPPER + LOWER}
        self._guide = _Guide()
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 16, 8, 16)
        column.setSpacing(4)
        column.addWidget(_Logo(words("shell.logo")), 0, Qt.AlignmentFlag.AlignHCenter)
        column.addSpacing(10)
        for name in UPPER:
            column.addWidget(self._places[name])
        column.addStretch(1)
        for name in LOWER:
            column.addWidget(self._places[name])
        column.addSpacing(8)
        column.addWidget(self._guide, 0, Qt.AlignmentFlag.AlignHCenter)
        for name, place in self._places.items():
            place.clicked.connect(lambda _checked=False, name=name: self.wanted.emit(name))
        self._guide.clicked.connect(lambda: self.wanted.emit("switch_guide"))
        self.paint_guide("")

    def select(self, name: str) -> None:
        """Mark where the window is; a screen without a place of its own marks none."""
        for each, place in self._places.items():
            place.setChecked(each == name)

    def paint_badge(self, name: str, count: int) -> None:
        """How many things wait at a place; 0 shows none."""
        place = self._places[name]
        place.count = count
        shown_name = self._words(f"rail.{name}")
        place.setAccessibleName(self._words("rail.badge", place=shown_name, count=count) if count else shown_name)
        place.update()

    def paint_guide(self, name: str) -> None:
        """Who serves; "" for nobody."""
        self._guide.initial = name.strip()[:1] or "?"
        tip = self._words("rail.guide", guide=name or self._words("shell.nobody"))
        self._guide.setAccessibleName(tip)
        self._guide.setToolTip(f"{tip} ({shown(KEYS.switch_guide)})")
        self._guide.update()

    def guide_corner(self) -> QPoint:
        """Where a list of guides opens: beside the avatar, on the screen."""
        return self.mapToGlobal(QPoint(self.width() + 4, self._guide.geometry().bottom()))


class _Place(QAbstractButton):
    """An icon over a word, with a count in its corner."""

    def __init__(self, name: str, words: str) -> None:
        super().__init__()
        self.count = 0
        self._icon = name
        self.setText(words)
        self.setAccessibleName(words)
        self.setToolTip(f"{words} ({shown(getattr(KEYS, name))})")
        self.setCheckable(True)
        self.setFixedHeight(58)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def nextCheckState(self) -> None:
        """A press only asks; ``Rail.select`` says where the window is."""

    def sizeHint(self) -> QSize:
        return QSize(60, 58)

    def paintEvent(self, _event: QPaintEvent) -> None:
        tokens = theme.current()
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            _ground(painter, self, 12, tokens.accent_soft if self.isChecked() else "")
            token = "accent" if self.isChecked() else "muted"
            paint_icon(painter, self._icon, QRectF((self.width() - 22) / 2, 7, 22, 22), token)
            painter.setFont(_font(12, bold=self.isChecked()))
            if painter.fontMetrics().horizontalAdvance(self.text()) > self.width() - _LETTERS_MARGIN:
                painter.setFont(_font(11, bold=self.isChecked()))
            painter.setPen(QColor(getattr(tokens, token)))
            painter.drawText(QRect(0, 32, self.width(), 20), Qt.AlignmentFlag.AlignCenter, self.text())
            if self.count:
                self._paint_count(painter)

    def _paint_count(self, painter: QPainter) -> None:
        tokens = theme.current()
        text = str(self.count) if self.count < 100 else "99+"
        painter.setFont(_font(10, bold=True))
        width = max(16, painter.fontMetrics().horizontalAdvance(text) + 10)
        place = QRectF(self.width() - width - 4, 4, width, 16)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(tokens.warn))
        painter.drawRoundedRect(place, 8, 8)
        painter.setPen(QColor(tokens.surface))
        painter.drawText(place, Qt.AlignmentFlag.AlignCenter, text)


class _Guide(QAbstractButton):
    """The initial of who serves, in a circle."""

    def __init__(self) -> None:
        super().__init__()
        self.initial = "?"
        self.setFixedSize(44, 44)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def paintEvent(self, _event: QPaintEvent) -> None:
        tokens = theme.current()
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            _ground(painter, self, 22, tokens.sunk)
            painter.setFont(_font(15, bold=True))
            painter.setPen(QColor(tokens.ink))
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self.initial)


class _Logo(QWidget):
    """The mark of the house."""

    def __init__(self, initial: str) -> None:
        super().__init__()
        self._initial = initial
        self.setFixedSize(40, 40)

    def paintEvent(self, _event: QPaintEvent) -> None:
        tokens = theme.current()
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(tokens.accent))
            painter.drawRoundedRect(self.rect(), 12, 12)
            painter.setFont(_font(20, bold=True))
            painter.setPen(QColor(tokens.accent_ink))
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self._initial)


def _ground(painter: QPainter, button: QAbstractButton, radius: int, colour: str) -> None:
    """The rounded ground of a button: its colour, or that of a touch; with the ring of the keyboard."""
    tokens = theme.current()
    if not colour and (button.underMouse() or button.isDown()):
        colour = tokens.sunk
    painter.setBrush(QColor(colour) if colour else Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(QColor(tokens.accent), 2) if button.hasFocus() else QPen(Qt.PenStyle.NoPen))
    painter.drawRoundedRect(QRectF(button.rect()).adjusted(1, 1, -1, -1), radius, radius)


def _font(size: int, *, bold: bool) -> QFont:
    font = QFont(theme.FONTS)
    font.setPixelSize(size)
    font.setWeight(QFont.Weight.DemiBold if bold else QFont.Weight.Normal)
    return font
