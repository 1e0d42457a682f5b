"""The window as it is first painted: rail, top bar, the invitation to scan, the line for messages. No data yet."""

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QKeySequence, QPaintEvent, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QMainWindow, QStackedWidget, QVBoxLayout, QWidget

from desktop.errors import TillError
from resources import Words
from ui.feedback import Feedback
from ui.inbox import Inbox
from ui.keys import KEYS
from ui.pictures import Pictures
from ui.said import sentence
from ui.scanner import Scanner
from ui.widgets.camera_panel import CameraPanel
from ui.widgets.help_sheet import HelpSheet
from ui.widgets.idle_page import IdlePage
from ui.widgets.message_bar import MessageBar
from ui.widgets.rail import LOWER, UPPER, Rail
from ui.widgets.scan_prompt import ScanPrompt
from ui.widgets.top_bar import TopBar

DESIGN_SIZE, SMALLEST = QSize(1280, 800), QSize(960, 640)
# The keys of the whole window; those of a screen belong to its buttons.
_KEYS = ("search", "enrol", "anonymous", "switch_guide", "recall", "undo", *UPPER, *LOWER)


class Window(QMainWindow):
    """The shell. ``inbox`` keeps scans and keys until the screens are there; ``painted`` comes once, after the
    first paint: time to read the data in.
    """

    painted = Signal()

    def __init__(self, words: Words) -> None:
        super().__init__()
        self.words = words
        self.setWindowTitle(words("shell.title"))
        self.setMinimumSize(SMALLEST)
        self.resize(DESIGN_SIZE)
        self.setAcceptDrops(True)
        self._was_painted = False
        self.inbox = Inbox(self)
        self.pictures = Pictures(self)
        self.scanner = Scanner(self.pictures, self)
        self.rail = Rail(words)
        self.top = TopBar(words)
        self.stack = QStackedWidget()
        self.messages = MessageBar(words)
        self.prompt = ScanPrompt(words)
        self._lay_out()
        self.idle_page = IdlePage(self.prompt)
        self.stack.addWidget(self.idle_page)
        self.help = HelpSheet(words, self)
        self.camera = CameraPanel(words, self)
        self.feedback = Feedback(self)
        self._connect()
        self.rail.select("counter")
        self.top.search.take_focus()

    def _lay_out(self) -> None:
        side = QVBoxLayout()
        side.setSpacing(0)
        side.addWidget(self.top)
        side.addWidget(self.stack, 1)
        foot = QHBoxLayout()
        foot.setContentsMargins(24, 0, 24, 8)
        foot.addWidget(self.messages)
        side.addLayout(foot)
        ground = QWidget()
        ground.setProperty("role", "page")
        whole = QHBoxLayout(ground)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self.rail)
        whole.addLayout(side, 1)
        self.setCentralWidget(ground)

    def _connect(self) -> None:
        for name in _KEYS:
            self._on_key(name, lambda name=name: self.inbox.press(name))
        self._on_key("help", self.help.toggle)
        self._on_key("camera", self.camera.toggle)
        self._on_key("screen", self.pictures.take_screen)
        self._on_key("back", self._back)
        self.rail.wanted.connect(self.inbox.press)
        self.top.pill.clicked.connect(lambda: self.inbox.press("sync"))
        self.prompt.enrol_wanted.connect(lambda: self.inbox.press("enrol"))
        self.prompt.anonymous_wanted.connect(lambda: self.inbox.press("anonymous"))
        self.prompt.camera_wanted.connect(self.camera.toggle)
        self.scanner.scanned.connect(self.take_scan)
        self.scanner.failed.connect(self.tell_fault)
        self.pictures.found.connect(self.take_scan)
        self.camera.found.connect(self.take_scan)
        self.messages.warned.connect(self.feedback.warn)
        self.pictures.begun.connect(lambda: self.messages.inform(self.words("shell.picture_reading")))

    def _on_key(self, name: str, deed: object) -> None:
        QShortcut(QKeySequence(getattr(KEYS, name)), self, deed)  # type: ignore[call-overload]

    def take_scan(self, text: str) -> None:
        """A code was read, by whatever can read one."""
        self.messages.clear()
        self.help.hide()
        self.feedback.begin()
        self.inbox.scan(text)
        self.feedback.end()

    def tell_fault(self, error: TillError) -> None:
        """A scan came that was no whole code."""
        self.messages.warn(sentence(self.words, error))

    def _begin(self) -> None:
        self.scanner.watch()
        self.painted.emit()

    def _back(self) -> None:
        """The nearest thing first: help, the search box, the camera, a message; then the screen."""
        if self.help.isVisible():
            self.help.hide()
        elif self.top.search.text:
            self.top.search.clear()
        elif self.camera.isVisible():
            self.camera.shut()
        else:
            self.messages.clear()
            self.inbox.press("back")

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self._was_painted:
            self._was_painted = True
            QTimer.singleShot(0, self, self._begin)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if self.pictures.can_take(event.mimeData()):
            event.setDropAction(Qt.DropAction.CopyAction)
            event.accept()

    def dropEvent(self, event: QDropEvent) -> None:
        if self.pictures.take(event.mimeData()):
            event.setDropAction(Qt.DropAction.CopyAction)
            event.accept()

    def closeEvent(self, event: QCloseEvent) -> None:
        self.scanner.close()
        self.camera.shut()
        self.pictures.close()
        self.feedback.close()
        super().closeEvent(event)
