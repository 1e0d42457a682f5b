"""A list of members: initial, name, masked phone, store. For search hits, recent members and the members screen."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QKeyEvent, QPainter, QPen, QResizeEvent, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from desktop.views.search import Found
from resources import Words
from ui import theme

ROW_HEIGHT = 52
_WHO = Qt.ItemDataRole.UserRole
_BESIDE = Qt.ItemDataRole.UserRole + 1
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class PeopleList(QListView):
    """``chosen`` gives the member's id, on a press or on Enter. only_whole: no row is shown by half, none scrolls."""

    chosen = Signal(str)

    def __init__(self, words: Words, parent: QWidget | None = None, *, only_whole: bool = False) -> None:
        super().__init__(parent)
        self._words = words
        self._only_whole = only_whole
        self._model = QStandardItemModel(self)
        self.setModel(self._model)
        self.setItemDelegate(_Row(self))
        self.setUniformItemSizes(True)
        self.setEditTriggers(QListView.EditTrigger.NoEditTriggers)
        self.setMouseTracking(True)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.clicked.connect(self._choose)

    def paint(self, people: Sequence[Found], beside: Mapping[str, str] | None = None) -> None:
        """Show these, and none as picked. beside: what stands at the right in the place of the store, by id."""
        self._model.clear()
        for who in people:
            item = QStandardItem(who.name or self._words("shell.unnamed_member"))
            item.setData(who, _WHO)
            right = (beside or {}).get(who.member_id, who.store or "")
            item.setData(right, _BESIDE)
            item.setData(f"{item.text()} {who.phone} {right}", Qt.ItemDataRole.AccessibleTextRole)
            self._model.appendRow(item)
        self._hide_halves()

    @property
    def count(self) -> int:
        """How many are shown."""
        return self._model.rowCount()

    @property
    def picked(self) -> str | None:
        """The member's id on the row that the arrow keys stand on."""
        index = self.currentIndex()
        return index.data(_WHO).member_id if index.isValid() else None

    def first(self) -> str | None:
        """The member's id on the first row."""
        return self._model.index(0, 0).data(_WHO).member_id if self.count else None

    def pick(self, step: int) -> None:
        """Go ``step`` rows down, or up when it is negative; from nowhere, down means the first."""
        row = self.currentIndex().row()
        row = max(0, min(self.count - 1, row + step)) if row >= 0 else (0 if step > 0 else self.count - 1)
        self.setCurrentIndex(self._model.index(row, 0))

    def _hide_halves(self) -> None:
        if self._only_whole:
            for row in range(self.count):
                self.setRowHidden(row, (row + 1) * ROW_HEIGHT > self.viewport().height())

    def _choose(self, index: QModelIndex) -> None:
        self.chosen.emit(index.data(_WHO).member_id)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._hide_halves()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in _ENTER and self.currentIndex().isValid():
            self._choose(self.currentIndex())
        else:
            super().keyPressEvent(event)


class _Row(QStyledItemDelegate):
    """Paints one member."""

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        who: Found = index.data(_WHO)
        tokens = theme.current()
        area: QRect = option.rect.adjusted(4, 2, -4, -2)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_ground(painter, option, area)
        badge = QRectF(area.left() + 8, area.center().y() - 15, 32, 32)
        painter.setBrush(QColor(tokens.gold_soft))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.drawEllipse(badge)
        name = index.data(Qt.ItemDataRole.DisplayRole)
        _write(painter, badge.toRect(), name[:1].upper(), tokens.gold, 14, bold=True, centred=True)
        text = area.adjusted(52, 0, -12, 0)
        used = _write(painter, text, name, tokens.ink, 14, bold=True)
        text.setLeft(text.left() + used + 12)
        used = _write(painter, text, who.phone, tokens.muted, 13)
        text.setLeft(text.left() + used + 12)
        _write(painter, text, index.data(_BESIDE), tokens.faint, 12, right=True)
        painter.restore()

    def _paint_ground(self, painter: QPainter, option: QStyleOptionViewItem, area: QRect) -> None:
        tokens = theme.current()
        state = option.state
        if not state & (QStyle.StateFlag.State_Selected | QStyle.StateFlag.State_MouseOver):
            return
        selected = bool(state & QStyle.StateFlag.State_Selected)
        painter.setBrush(QColor(tokens.accent_soft if selected else tokens.sunk))
        ring = selected and bool(state & QStyle.StateFlag.State_HasFocus)
        painter.setPen(QPen(QColor(tokens.accent), 2) if ring else QPen(Qt.PenStyle.NoPen))
        painter.drawRoundedRect(area, 10, 10)

    def sizeHint(self, _option: QStyleOptionViewItem, _index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(200, ROW_HEIGHT)


def _write(
    painter: QPainter,
    area: QRect,
    text: str,
    colour: str,
    size: int,
    *,
    bold: bool = False,
    centred: bool = False,
    right: bool = False,
) -> int:
    """One line of text, cut off with dots where there is no room; gives the width it took."""
    font = QFont(theme.FONTS)
    font.setPixelSize(size)
    font.setWeight(QFont.Weight.DemiBold if bold else QFont.Weight.Normal)
    painter.setFont(font)
    painter.setPen(QColor(colour))
    metrics = painter.fontMetrics()
    shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, area.width())
    side = Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft
    where = Qt.AlignmentFlag.AlignCenter if centred else side | Qt.AlignmentFlag.AlignVCenter
    painter.drawText(area, where, shown)
    return metrics.horizontalAdvance(shown)
