"""The whole window over the sample shop."""

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QObject
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.desk import Desk
from desktop.settings import Settings
from desktop.views.visit import VisitView, find_running_visit
from resources import Words
from tests.ui.counted import Counted
from tests.ui.wedge import Keyboard
from ui.app import dress
from ui.bridge import Bridge
from ui.furnish import Front
from ui.screens.counter import Counter
from ui.window import Window


def show(window: Window, qtbot: QtBot) -> None:
    """Put a window up, and wait until it is painted and has the keyboard."""
    with qtbot.waitSignal(window.painted):
        window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)


def clear_away(*things: QObject) -> None:
    """Else every later style sheet would be worn, and every key seen, by all windows there ever were."""
    for each in things:
        each.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


class Till:
    """A furnished window, what is behind it, and a keyboard before it."""

    def __init__(self, desk: Desk, qtbot: QtBot) -> None:
        self.desk, self._qtbot = desk, qtbot
        self.asked = 0
        self.bridge = Bridge(desk, sync_now=self._ask)
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        dress(app, Settings())
        window = Window(Words("zh"))
        show(window, qtbot)
        self.front = Front(window, self.bridge, Settings())
        self.keyboard = Keyboard(window)

    def _ask(self) -> None:
        self.asked += 1

    @property
    def window(self) -> Window:
        return self.front.window

    @property
    def screen(self) -> str:
        return self.front.flow.current

    @property
    def sentence(self) -> str:
        return self.window.messages.sentence

    @property
    def visit(self) -> VisitView | None:
        return self.desk.read(find_running_visit)

    def press(self, name: str) -> None:
        """What the key of that name does."""
        self.window.inbox.press(name)

    def wait(self, happened: Callable[[], object]) -> None:
        self._qtbot.waitUntil(lambda: bool(happened()))

    def settle(self) -> None:
        """Wait until everything that was asked for is done and painted."""
        for _ in range(2):  # an answer may ask for more
            done, window = list[None](), self.window
            self.bridge.run_unasked(lambda _work: None, then=done.append)
            self.bridge.read_behind(lambda _connection: None, then=done.append)
            self.wait(lambda done=done, window=window: len(done) == 2 or self.window is not window)

    def leave(self) -> None:
        """Close the window, and let nothing stay of it."""
        self.front.close()
        self.settle()
        clear_away(self.window, self.bridge)


@pytest.fixture
def till(shop: Desk, qtbot: QtBot) -> Iterator[Till]:
    till = Till(shop, qtbot)
    yield till
    till.leave()


@pytest.fixture
def counter(shop: Desk, words: Words, qtbot: QtBot) -> Iterator[Counted]:
    screen = Counter(Bridge(shop, sync_now=lambda: None), words)
    qtbot.addWidget(screen)
    screen.resize(1204, 688)
    screen.show()
    screen.enter()
    yield Counted(screen, shop, qtbot)
    screen.close()
