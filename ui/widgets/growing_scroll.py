"""A scroll area that is as high as what is in it, and scrolls only when there is no more room."""

from PySide6.QtCore import QEvent, QObject, QSize, Qt, QTimer
from PySide6.QtWidgets import QScrollArea, QSizePolicy, QVBoxLayout, QWidget


class GrowingScroll(QScrollArea):
    """``column`` is the layout of its contents; ``least`` is the height it keeps whatever happens around it."""

    def __init__(self, *, least: int = 0) -> None:
        super().__init__()
        self._least = least
        inside = QWidget()
        self.column = QVBoxLayout(inside)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(0)
        self.setWidget(inside)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        inside.installEventFilter(self)

    def _grow(self) -> None:
        height = self._content_height()
        self.setMaximumHeight(height)
        self.setMinimumHeight(min(self._least, height))
        self.updateGeometry()

    def _content_height(self) -> int:
        if self.column.hasHeightForWidth():
            return self.column.totalHeightForWidth(max(self.viewport().width(), 1))
        return self.column.totalSizeHint().height()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.LayoutRequest, QEvent.Type.Resize):
            QTimer.singleShot(0, self, self._grow)  # to ask the layout amid its own work would keep it from it
        return super().eventFilter(watched, event)

    def sizeHint(self) -> QSize:
        return QSize(super().sizeHint().width(), self._content_height())
