"""A small panel in the window's corner: what the camera sees. It stays while the clerk works on."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QSignalBlocker, Signal, Slot
from PySide6.QtWidgets import QComboBox, QFrame, QHBoxLayout, QVBoxLayout, QWidget

from resources import Words
from ui.keys import KEYS
from ui.widgets.camera_view import CameraView
from ui.widgets.card import label
from ui.widgets.keyed_button import KeyedButton

if TYPE_CHECKING:
    from ui.camera_looker import Sight
    from ui.camera_session import CameraSession

_EDGE, _FOOT = 24, 120  # to the window's right and lower side: the line for messages and F9 stay free
_PADDING, _BORDER = 16, 1


class CameraPanel(QFrame):
    """``toggle`` opens and closes it; ``found`` tells each code that has become sure.

    ``begin``: makes the session; raises ImportError where the extra is not installed.
    """

    found = Signal(str)

    def __init__(self, words: Words, window: QWidget, begin: Callable[[], CameraSession] | None = None) -> None:
        super().__init__(window)
        self._words, self._over, self.begin = words, window, begin or begin_session
        self._session: CameraSession | None = None
        self._column = QVBoxLayout(self)
        self.setProperty("role", "float")
        self.hide()

    @Slot()
    def toggle(self) -> None:
        """Open the camera in the corner, or let go of it."""
        if self.isVisible():
            self.shut()
        else:
            self._open()

    def shut(self) -> None:
        """Let go of the camera; may be called twice."""
        self.hide()
        session, self._session = self._session, None
        if session:
            session.close()
            session.deleteLater()
            self.view.clear()

    def _open(self) -> None:
        if not self._column.count():  # not before the first paint of the window
            self._build()
        try:
            self._session = self.begin()
        except ImportError:  # the extra, or a library that it loads
            self._say("missing")
        else:
            self._session.changed.connect(self._paint)
            self._session.seen.connect(self._see)
            self._paint()
        self._over.installEventFilter(self)
        self._stand()
        self.show()
        self.raise_()

    def _build(self) -> None:
        words = self._words
        self.view = CameraView()
        self.hint = label("", "small", wrap=True)
        self.picker = QComboBox()
        self.picker.setAccessibleName(words("camera.picker"))
        self.picker.currentIndexChanged.connect(self._pick)
        close = KeyedButton(words("help.close"), KEYS.camera, role="small", hint_only=True)
        close.clicked.connect(self.shut)
        head = QHBoxLayout()
        head.addWidget(label(words("camera.title"), "h2"))
        head.addStretch(1)
        head.addWidget(close)
        self._column.setContentsMargins(_PADDING, 12, _PADDING, _PADDING)
        self._column.setSpacing(10)
        self._column.addLayout(head)
        for part in (self.view, self.picker, self.hint):
            self._column.addWidget(part)
        self.setFixedWidth(self.view.width() + 2 * (_PADDING + _BORDER))
        self.picker.hide()

    @Slot()
    def _paint(self) -> None:
        """The cameras, and how it stands with the one in use."""
        session = self._session
        if session is None:
            return
        with QSignalBlocker(self.picker):
            self.picker.clear()
            for name, shown in session.names.items():
                self.picker.addItem(shown, name)
            self.picker.setCurrentIndex(self.picker.findData(session.used))
        self.picker.setVisible(self.picker.count() > 1)
        if session.trouble:
            self.view.clear()
        self._say(session.trouble or "ready")

    def _say(self, state: str) -> None:
        self.hint.setText(self._words(f"camera.{state}"))
        self._stand()

    @Slot(object)
    def _see(self, sight: Sight) -> None:
        self.view.show_sight(sight)
        for text in sight.accepted:
            self.found.emit(text)

    @Slot(int)
    def _pick(self, place: int) -> None:
        if self._session and place >= 0:
            self._session.use(self.picker.itemData(place))

    def _stand(self) -> None:
        """In the lower right corner."""
        self.setFixedHeight(self._column.totalHeightForWidth(self.width()))
        self.move(self._over.width() - self.width() - _EDGE, self._over.height() - self.height() - _FOOT)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self._stand()
        return super().eventFilter(watched, event)


def begin_session() -> CameraSession:
    """A session with the machine's own cameras; ImportError where the extra is not installed."""
    from ui.camera import Camera, grey_frame  # an extra, and a quarter of a second: who opens the camera pays
    from ui.camera_session import CameraSession

    return CameraSession(Camera(), grey_frame)
