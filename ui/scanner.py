"""A hand scanner that types like a keyboard: whatever has the keyboard, its bursts become ``scanned``."""

import time
from collections import deque

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QInputMethodEvent, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit, QTextEdit, QWidget

from desktop.scanning.wedge import AVERAGE_GAP_MS, SHORTEST_SCAN, Answer, KeyBurst
from ui.pictures import Pictures

_WATCHED = frozenset(
    (QEvent.Type.KeyPress, QEvent.Type.KeyRelease, QEvent.Type.ShortcutOverride, QEvent.Type.InputMethod)
)
_END = frozenset((Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Tab))
_MODIFIERS = frozenset(
    (Qt.Key.Key_Shift, Qt.Key.Key_Control, Qt.Key.Key_Alt, Qt.Key.Key_AltGr, Qt.Key.Key_Meta, Qt.Key.Key_CapsLock)
)
_LONGEST = 600  # letters of a burst that are remembered: more than any code has
_COMMANDS = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.MetaModifier


class Scanner(QObject):
    """Watches the keys of the whole application. What is typing reaches its field a blink later, if at all late;
    what is a scan leaves nothing behind, triggers no shortcut and presses no button.
    """

    scanned = Signal(str)

    def __init__(self, pictures: Pictures, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pictures = pictures
        self._burst = KeyBurst()
        self._held: list[QKeyEvent] = []  # the keys that the burst withholds, to be sent on if they are typing
        self._owed: set[int] = set()  # keys whose press went no further: nor does their release
        self._field: QWidget | None = None  # where the letters went that are not withheld
        self._lengths: deque[int] = deque(maxlen=_LONGEST)  # how long its text was before each of them
        self._ahead = 0  # of the system's stamps on keys before our own clock
        self._composing_since: int | None = None
        self._due = 0
        self._timer = QTimer(self, singleShot=True, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._flush_after_waiting_keys)

    def watch(self) -> None:
        """From now on. Not before the first paint: that Python sees every event costs it a good part of its time."""
        app = QApplication.instance()
        if app is not None:
            app.installEventFilter(self)

    def close(self) -> None:
        """Watch no longer: another window has taken over."""
        self._timer.stop()
        app = QApplication.instance()
        if app is not None:
            app.removeEventFilter(self)

    def _press(self, event: QKeyEvent) -> bool:
        self._ahead = event.timestamp() - _now()
        key = event.key()
        if key in _MODIFIERS or event.isAutoRepeat():
            return False
        if _is_letter(event):
            return self._letter(event)
        if key not in _END and self._burst.bursting:
            return self._swallow(event)  # a code cannot press shortcuts
        answer = self._burst.end(event.timestamp())
        self._carry_out(answer)
        if key in _END and answer.scan is not None:
            return self._swallow(event)
        if event.matches(QKeySequence.StandardKey.Paste):
            return self._pictures.take_clipboard(text_goes_first=_typing_field() is not None)
        return False

    def _letter(self, event: QKeyEvent) -> bool:
        field = _typing_field()
        before = len(self._held)
        self._held.append(event.clone())
        # Elsewhere a first digit would act as a shortcut, and a letter over marked text would wipe it out.
        eager = event.text() == " " or (field is not None and not _has_marked_text(field))
        answer = self._burst.feed(event.text(), event.timestamp(), eager=eager)
        if not before and answer == Answer(show=event.text()):
            self._held.clear()
            self._remember_length()
            return False
        self._carry_out(answer, of_before=before)
        self._plan(event.timestamp())
        return self._swallow(event)

    def _swallow(self, event: QKeyEvent) -> bool:
        self._owed.add(event.key())
        return True

    def _release(self, event: QKeyEvent) -> bool:
        if event.key() in self._owed and not event.isAutoRepeat():
            self._owed.discard(event.key())
            return True
        return False

    def _carry_out(self, answer: Answer, *, of_before: int | None = None) -> None:
        """Take back, scan, show. ``of_before``: how many of the held keys are older than the newest one."""
        if answer.scan is not None:
            del self._held[:of_before]
            self._take_back(answer.take_back)
            self.scanned.emit(answer.scan)
        count = len(answer.show)
        shown, self._held = self._held[:count], self._held[count:]
        for event in shown:
            self._remember_length()
            _send_on(event)

    def _remember_length(self) -> None:
        field = _typing_field()
        if field is not self._field:
            self._lengths.clear()
        self._field = field
        self._lengths.append(_length(field))

    def _take_back(self, count: int) -> None:
        """Remove the scan's first letters, unless the field never took them or the keyboard has gone elsewhere."""
        if not count or self._field is None or self._field is not _typing_field() or count > len(self._lengths):
            return
        for _ in range(_length(self._field) - self._lengths[-count]):
            _send_on(QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_Backspace, Qt.KeyboardModifier.NoModifier))

    def _plan(self, ms: int) -> None:
        due = self._burst.flush_at
        if due is None:
            self._timer.stop()
        else:
            self._due = due
            self._timer.start(max(0, due - ms))

    @Slot()
    def _flush_after_waiting_keys(self) -> None:
        # If the application was busy, keys of the same burst may stand in the queue behind this timer.
        QTimer.singleShot(0, self, self._flush)

    @Slot()
    def _flush(self) -> None:
        if self._burst.flush_at == self._due:
            self._carry_out(self._burst.flush(self._due))

    def _guard_shortcut(self, event: QKeyEvent) -> bool:
        """Letters and whatever comes amid a burst go the way of keys, not that of shortcuts."""
        if (_is_letter(event) and not event.isAutoRepeat()) or self._burst.bursting:
            event.accept()
            return True
        return False

    def _take_composed(self, watched: QObject, event: QInputMethodEvent) -> bool:
        """An input method was on and ate the letters of a scan: what it commits came faster than anybody composes."""
        text, now = event.commitString(), _now() + self._ahead
        if event.preeditString() and self._composing_since is None:
            self._composing_since = now
        if not text:
            return False
        since, self._composing_since = self._composing_since or now, None
        fast = now - since <= AVERAGE_GAP_MS * (len(text) - 1)
        if not (fast and text.isascii() and text.isprintable() and len(text) >= SHORTEST_SCAN):
            return False
        QApplication.sendEvent(watched, QInputMethodEvent())  # wipes out what was being composed
        for place, letter in enumerate(text):
            at = since + (now - since) * place // (len(text) - 1)
            self._held.append(QKeyEvent(QEvent.Type.KeyPress, 0, Qt.KeyboardModifier.NoModifier, letter))
            self._carry_out(self._burst.feed(letter, at, eager=False), of_before=len(self._held) - 1)
        self._plan(now)
        return True

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kind = event.type()  # every event of the application passes here: out again as soon as possible
        if kind not in _WATCHED:
            return False
        if isinstance(event, QInputMethodEvent):
            return self._take_composed(watched, event)
        if not isinstance(event, QKeyEvent):
            return False
        if kind == QEvent.Type.ShortcutOverride:
            return self._guard_shortcut(event)
        if not watched.isWindowType():  # a key comes to the window first, then to each widget in turn
            return False
        return self._press(event) if kind == QEvent.Type.KeyPress else self._release(event)


def _is_letter(event: QKeyEvent) -> bool:
    """A key that types one character; AltGr, which is Ctrl and Alt at once, types too."""
    commands = event.modifiers() & _COMMANDS
    alone = commands in (
        Qt.KeyboardModifier.NoModifier,
        Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier,
    )
    return alone and len(event.text()) == 1 and event.text().isprintable()


def _typing_field() -> QWidget | None:
    """The widget that takes text now."""
    widget = QApplication.focusWidget()
    return widget if isinstance(widget, QLineEdit | QPlainTextEdit | QTextEdit) else None


def _has_marked_text(field: QWidget) -> bool:
    if isinstance(field, QLineEdit):
        return field.hasSelectedText()
    return isinstance(field, QPlainTextEdit | QTextEdit) and field.textCursor().hasSelection()


def _length(field: QWidget | None) -> int:
    if isinstance(field, QLineEdit):
        return len(field.text())
    return field.document().characterCount() if isinstance(field, QPlainTextEdit | QTextEdit) else 0


def _send_on(press: QKeyEvent) -> None:
    """A whole stroke of a key for whatever has the keyboard."""
    target = QApplication.focusWidget() or QApplication.activeWindow()
    if target is not None:
        release = QKeyEvent(QEvent.Type.KeyRelease, press.key(), press.modifiers(), press.text())
        QApplication.sendEvent(target, press)
        QApplication.sendEvent(target, release)


def _now() -> int:
    return time.monotonic_ns() // 1_000_000
