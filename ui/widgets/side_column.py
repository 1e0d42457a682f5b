"""A column of cards that fills its height, and scrolls when the cards need more."""

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QScrollArea, QVBoxLayout, QWidget

BAR = 10  # px, as in the style sheet


class SideColumn(QScrollArea):
    """``column`` is the layout of the cards; they keep ``set_card_width`` whether the bar is there or not."""

    def __init__(self) -> None:
        super().__init__()
        self._inside = QWidget()
        self.column = QVBoxLayout(self._inside)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(12)
        self.setWidget(self._inside)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.verticalScrollBar().rangeChanged.connect(self._make_room)
        self._make_room(0, 0)

    def bring_up(self, widget: QWidget) -> None:
        """Scroll to a widget that has just been shown; it has its place once the layout had its turn."""
        QTimer.singleShot(0, widget, lambda: self._scroll_to(widget))

    def _scroll_to(self, widget: QWidget) -> None:
        width = self._inside.width()
        self._inside.resize(width, self.column.totalHeightForWidth(width))
        self.column.activate()
        self.ensureWidgetVisible(widget, 0, 2 * BAR)

    def set_card_width(self, width: int) -> None:
        """How wide the cards are; the scroll bar has its own room beside them."""
        self.setFixedWidth(width + BAR)

    def _make_room(self, least: int, most: int) -> None:
        """The cards keep their width whether the bar is there or not."""
        self.column.setContentsMargins(0, 0, 0 if most > least else BAR, 0)
