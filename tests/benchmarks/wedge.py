"""What it costs that the till looks at every key: bursts and typing through its filter, beside Qt's own delivery."""

import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QLineEdit, QPushButton, QVBoxLayout, QWidget

from desktop.settings import Settings
from tests.benchmarks.measure import Row
from ui.app import make_app
from ui.pictures import Pictures
from ui.scanner import Scanner

_SCANS, _ROUNDS = 50, 9
_CODE = "SGM13P15NVGC7D8W6W6WQQ"
_KEYS = len(_CODE) + 1


class Bench:
    """A window with a field and a button, and keys for it whose stamps say how fast they came."""

    def __init__(self) -> None:
        app = QApplication.instance()
        self._app = app if isinstance(app, QApplication) else make_app(["storeguide"], Settings())
        self.window = QWidget()
        self.field, self.button = QLineEdit(), QPushButton("x")
        layout = QVBoxLayout(self.window)
        layout.addWidget(self.field)
        layout.addWidget(self.button)
        self.window.show()
        self.window.activateWindow()
        self._app.processEvents()
        self.scanner = Scanner(Pictures(self.window), self.window)
        self.heard = 0
        self.scanner.scanned.connect(self._count)
        self._ms = 1_000_000

    def _count(self) -> None:
        self.heard += 1

    @contextmanager
    def watching(self) -> Iterator[None]:
        """With the till's filter before every key."""
        self.scanner.watch()
        yield
        self.scanner.close()

    def run(self, gap: int) -> None:
        """Fifty codes, each with its Enter, a key every ``gap`` ms."""
        window = self.window.windowHandle()
        for event in self._events(gap):
            QApplication.sendEvent(window, event)
            if event.key() == Qt.Key.Key_Return:
                self.field.clear()  # a long text costs Qt more with every letter

    def _events(self, gap: int) -> Iterator[QKeyEvent]:
        none = Qt.KeyboardModifier.NoModifier
        keys = [(Qt.Key(ord(letter)), letter) for letter in _CODE] + [(Qt.Key.Key_Return, "\r")]
        for _ in range(_SCANS):
            for key, text in keys:
                self._ms += gap
                for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
                    event = QKeyEvent(kind, key, none, 30, 0, 0, text)
                    event.setTimestamp(self._ms)
                    yield event


def measure_wedge() -> list[Row]:
    """Microseconds a key, ours beside plain Qt, both with the keyboard in a field."""
    bench, rows = Bench(), []
    bench.field.setFocus()
    for name, gap in (("a key of a scan", 2), ("a key that is typed", 180)):
        ours, plain = _in_turns(bench, gap)
        note = f"{20 * _KEYS * ours / 1000:.0f} ms of a second with 20 scans" if gap == 2 else ""
        rows.append(Row(f"wedge: {name}", "Qt alone", ours, plain, "µs", goal=3, note=note))
    if bench.heard != _SCANS * _ROUNDS:
        raise AssertionError(f"{bench.heard} scans were heard of {_SCANS * _ROUNDS}")
    return rows


def _in_turns(bench: Bench, gap: int) -> tuple[float, float]:
    ours, plain = [], []
    for _ in range(_ROUNDS):
        with bench.watching():
            ours.append(_microseconds_a_key(lambda: bench.run(gap)))
        plain.append(_microseconds_a_key(lambda: bench.run(gap)))
    return statistics.median(ours), statistics.median(plain)


def _microseconds_a_key(run: Callable[[], None]) -> float:
    began = time.perf_counter()
    run()
    return (time.perf_counter() - began) * 1e6 / (_SCANS * _KEYS)
