"""A short word in a pill that can be pressed, ticked or taken away."""

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontMetrics, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy

from ui import theme

_SIDE = 11
_CROSS = 18


class Chip(QAbstractButton):
    """A pill of 26 pixels (34 if ``tall``) in a taller touch area.

    dashed: an outline that invites to add. removable: shows a cross; Delete or the cross emits ``removed``.
    by_hand: a press ticks it; otherwise only ``setChecked`` does, so that it shows what is saved.
    """

    removed = Signal()

    def __init__(
        self, text: str, *, tall: bool = False, dashed: bool = False, removable: bool = False, by_hand: bool = False,
    ) -> None:  # fmt: skip
        super().__init__()
        self._tall, self._dashed, self._removable, self._by_hand = tall, dashed, removable, by_hand
        self.setText(text)
        self.setAccessibleName(text)
        self.setCheckable(not dashed)
        # A click leaves the keyboard where it is, but on a chip that Delete takes away.
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus if removable else Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def _letters(self) -> QFont:
        font = QFont(self.font())
        font.setPixelSize(13 if self._tall else 12)
        font.setWeight(QFont.Weight.DemiBold if self.isChecked() else QFont.Weight.Normal)
        return font

    def _pill(self) -> QRectF:
        height = 34 if self._tall else 26
        return QRectF(0.5, (self.height() - height) / 2 + 0.5, self.width() - 1, height - 1)

    def _colours(self) -> tuple[QColor, QColor, QColor]:
        """Fill, edge and letters."""
        now = theme.current()
        clear = QColor(Qt.GlobalColor.transparent)
        if self.isChecked():
            return QColor(now.accent_soft), clear, QColor(now.accent)
        if self._dashed:
            return clear, QColor(now.faint), QColor(now.muted)
        return QColor(now.sunk), clear, QColor(now.ink)

    def nextCheckState(self) -> None:
        if self._by_hand:
            super().nextCheckState()

    def sizeHint(self) -> QSize:
        bold = self._letters()
        bold.setWeight(QFont.Weight.DemiBold)  # so that ticking it moves nothing
        width = QFontMetrics(bold).horizontalAdvance(self.text()) + 2 * _SIDE + 2
        return QSize(width + (_CROSS - 4 if self._removable else 0), 44 if self._tall else 34)

    def minimumSizeHint(self) -> QSize:
        return QSize(44, self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        fill, edge, letters = self._colours()
        pill, painter = self._pill(), QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.hasFocus():
            painter.setPen(QPen(QColor(theme.current().accent), 2))
            pill.adjust(0.5, 0.5, -0.5, -0.5)
        elif self.underMouse() and self.isEnabled():
            painter.setPen(QPen(QColor(theme.current().faint), 1))
        else:
            painter.setPen(QPen(edge, 1, Qt.PenStyle.DashLine if self._dashed else Qt.PenStyle.SolidLine))
        painter.setBrush(fill)
        painter.drawRoundedRect(pill, pill.height() / 2, pill.height() / 2)
        painter.setPen(letters)
        painter.setFont(self._letters())
        room = pill.adjusted(_SIDE - 1, 0, -(_SIDE - 1) - (_CROSS - 4 if self._removable else 0), 0)
        shown = painter.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, int(room.width()) + 1)
        painter.drawText(room, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextSingleLine, shown)
        self.setToolTip(self.text() if shown != self.text() else "")
        if self._removable:
            self._paint_cross(painter, pill)

    def _paint_cross(self, painter: QPainter, pill: QRectF) -> None:
        x, y = pill.right() - _SIDE - 1, pill.center().y()
        painter.setPen(QPen(QColor(theme.current().muted), 1.4))
        painter.drawLine(int(x - 3), int(y - 3), int(x + 3), int(y + 3))
        painter.drawLine(int(x - 3), int(y + 3), int(x + 3), int(y - 3))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        on_cross = self._removable and event.position().x() > self.width() - _SIDE - _CROSS
        super().mouseReleaseEvent(event)
        if on_cross and self.rect().contains(event.position().toPoint()):
            self.removed.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self._removable and event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.removed.emit()
        elif event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            event.ignore()  # a button would move on to the next one: these belong to the lines of the visit
        else:
            super().keyPressEvent(event)
