"""The counter by itself, and hands before it."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from desktop.desk import Desk
from desktop.views.visit import VisitView, find_running_visit
from ui.said import Said
from ui.screens.counter import Counter

CHEN, LIU = "SGM13P15NVGC7D8W6W6WQQ", "SGM1TE918P13TX3828CVQF"
SERUM, CREAM, CLEANSER = "6901230010019", "6901230010026", "6901230010033"


class Counted:
    """A counter on the glass, and what it has said."""

    def __init__(self, screen: Counter, desk: Desk, qtbot: QtBot) -> None:
        self.screen, self.desk, self._qtbot = screen, desk, qtbot
        self.said: list[Said] = []
        self.codes: list[str] = []
        screen.said.connect(self.said.append)
        screen.enrol_wanted.connect(self.codes.append)

    @property
    def visit(self) -> VisitView | None:
        return self.desk.read(find_running_visit)

    @property
    def running(self) -> VisitView:
        visit = self.visit
        assert visit is not None
        return visit

    def scan(self, code: str) -> None:
        """Scan, and wait until the answer to it stands there."""
        said, visit = len(self.said), self.visit
        self.screen.show_code(code)
        self.wait(lambda: len(self.said) > said or self.visit != visit)
        self.settle()

    def press(self, *keys: Qt.Key | str, ctrl: bool = False) -> None:
        modifier = Qt.KeyboardModifier.ControlModifier if ctrl else Qt.KeyboardModifier.NoModifier
        for key in keys:
            QTest.keyClick(self.screen.focusWidget() or self.screen, key, modifier)
        self.settle()

    def settle(self) -> None:
        """Wait until everything that was asked for is done and painted."""
        done: list[None] = []
        self.screen.bridge.run_unasked(lambda _work: None, then=done.append)
        self.wait(lambda: bool(done))

    def wait(self, happened: Callable[[], bool]) -> None:
        self._qtbot.waitUntil(happened)
