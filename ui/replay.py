"""Plays a recorded trace again, through everything that real keys go through."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent
from PySide6.QtGui import QKeyEvent, QWindow
from PySide6.QtWidgets import QApplication

from desktop.scanning.wedge_keys import Stroke
from ui.scanner import Scanner
from ui.strokes import event_of


def replay(strokes: Sequence[Stroke], window: QWindow, scanner: Scanner, start: int) -> None:
    """Send the strokes as the window system would, as if the first came at ``start`` ms on the scanner's clock.

    Time does not pass meanwhile: the stamps say how fast they were. A key that was recorded without its release is
    released at once.
    """
    released = {stroke.key for stroke in strokes if stroke.kind == "release"}
    for stroke in strokes:
        scanner.set_time(start + stroke.ms)
        event = event_of(stroke, start + stroke.ms)
        if not isinstance(event, QKeyEvent):
            QApplication.sendEvent(QApplication.focusObject() or window, event)
            continue
        QApplication.sendEvent(window, event)
        if stroke.kind == "press" and stroke.key not in released:
            _release(event, window)


def _release(press: QKeyEvent, window: QWindow) -> None:
    event = QKeyEvent(QEvent.Type.KeyRelease, press.key(), press.modifiers(), press.text())
    event.setTimestamp(press.timestamp())
    QApplication.sendEvent(window, event)
