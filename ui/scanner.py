"""A hand scanner that types like a keyboard: whatever has the keyboard, its bursts become ``scanned``."""

import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QInputMethodEvent, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QApplication, QWidget

from desktop.errors import BadInput
from desktop.scanning.wedge import Answer, KeyBurst
from desktop.scanning.wedge_keys import GS, AltCode
from desktop.scanning.wedge_profile import USB, WedgeProfile
from ui.pictures import Pictures
from ui.strokes import alt_digit, letter_of, meant_by, position_of, stroke_of
from ui.typing_place import has_marked_text, length_of, press_backspace, send_on, typing_field

_WATCHED = frozenset(
    (QEvent.Type.KeyPress, QEvent.Type.KeyRelease, QEvent.Type.ShortcutOverride, QEvent.Type.InputMethod)
)
_ENDS: dict[int, str] = {Qt.Key.Key_Return: "enter", Qt.Key.Key_Enter: "enter", Qt.Key.Key_Tab: "tab"}
_MODIFIERS = frozenset(
    (Qt.Key.Key_Shift, Qt.Key.Key_Control, Qt.Key.Key_Alt, Qt.Key.Key_AltGr, Qt.Key.Key_Meta, Qt.Key.Key_CapsLock,
     Qt.Key.Key_NumLock)
)  # fmt: skip
_LONGEST = 600  # letters of a burst that are remembered: more than any code has
_MUTED_MS = 10_000


class Scanner(QObject):
    """Watches the keys of the whole application. What is typing reaches its field a blink later, if at all late;
    what is a scan leaves nothing behind, triggers no shortcut and presses no button.

    scanned: the text of a code, GS for every separator. failed: a BadInput, for a burst that was no whole scan.
    stroked: every Stroke that passes, while ``tracing``.
    """

    scanned = Signal(str)
    failed = Signal(object)
    stroked = Signal(object)

    def __init__(self, pictures: Pictures, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.tracing = False
        self._watching = False
        self._pictures = pictures
        self._burst = KeyBurst()
        self._alt = AltCode()
        self._held: list[QKeyEvent] = []  # the keys that the burst withholds, to be sent on if they are typing
        self._owed: set[int] = set()  # keys whose press went no further: nor does their release
        self._field: QWidget | None = None  # where the letters went that are not withheld
        self._lengths: deque[int] = deque(maxlen=_LONGEST)  # how long its text was before each of them
        self._ahead = 0  # of the system's stamps on keys before our own clock
        self._composing_since: int | None = None
        self._composed = 0  # the most letters that were being composed
        self._muted: QWidget | None = None  # the field whose input method is switched off for a while
        self._due = 0
        self._timer = QTimer(self, singleShot=True, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._flush_after_waiting_keys)
        self._unmute_timer = QTimer(self, singleShot=True, interval=_MUTED_MS)
        self._unmute_timer.timeout.connect(self._unmute)

    @property
    def profile(self) -> WedgeProfile:
        """How the scanner at this till types."""
        return self._burst.profile

    def use(self, profile: WedgeProfile = USB) -> None:
        """Expect another scanner from now on; what is withheld is judged as before."""
        self.settle()
        self._burst = KeyBurst(profile)

    def settle(self) -> None:
        """Wait for no further key of the last burst."""
        self._timer.stop()
        self._carry_out(self._burst.end(self.now(), ""))

    def watch(self) -> None:
        """From now on. Not before the first paint: that Python sees every event costs it a good part of its time."""
        app = QApplication.instance()
        if app is not None:
            app.installEventFilter(self)
            self._watching = True

    @contextmanager
    def resting(self) -> Iterator[None]:
        """While screens are made, each of whose thousands of events would pass here; no key comes meanwhile."""
        app = QApplication.instance()
        if app is None or not self._watching:
            yield
            return
        app.removeEventFilter(self)
        try:
            yield
        finally:
            app.installEventFilter(self)

    def close(self) -> None:
        """Watch no longer: another window has taken over."""
        self._timer.stop()
        self._unmute()
        self._watching = False
        app = QApplication.instance()
        if app is not None:
            app.removeEventFilter(self)

    def now(self) -> int:
        """Milliseconds on the clock of the system's stamps."""
        return time.monotonic_ns() // 1_000_000 + self._ahead

    def set_time(self, ms: int) -> None:
        """Follow another clock, which the next key will tell too; what input methods send bears no stamps."""
        self._ahead += ms - self.now()

    # Keys

    def _press(self, event: QKeyEvent) -> bool:
        ms, key = event.timestamp(), event.key()
        self.set_time(ms)
        if digit := alt_digit(event):
            self._alt.press(digit, ms)
            return self._swallow(event)
        if key in _MODIFIERS or event.isAutoRepeat():
            return False
        letter = letter_of(event)
        if letter and self._alt.is_echo(letter, position_of(event), ms):
            return self._swallow(event)
        if letter:
            return self._letter(event, letter, ms)
        return self._end_or_command(event, _ENDS.get(key, ""), ms)

    def _end_or_command(self, event: QKeyEvent, end: str, ms: int) -> bool:
        if self._burst.runs_at(ms) and not (self._burst.running and end and self.profile.ends_with(end)):
            self._burst.touch(ms)
            return self._swallow(event)  # a code cannot press shortcuts
        answer = self._burst.end(ms, end)
        self._carry_out(answer)
        if end and answer.by_scanner:
            return self._swallow(event)
        if event.matches(QKeySequence.StandardKey.Paste):
            return self._pictures.take_clipboard(text_goes_first=typing_field() is not None)
        return False

    def _letter(self, event: QKeyEvent, letter: str, ms: int, *, keys: int = 1) -> bool:
        field = typing_field()
        before = len(self._held)
        self._held.append(event.clone())
        # Elsewhere a first digit would act as a shortcut, and a letter over marked text would wipe it out.
        eager = letter == " " or (letter != GS and field is not None and not has_marked_text(field))
        answer = self._burst.feed(letter, ms, eager=eager and keys == 1, meant=meant_by(event), keys=keys)
        if not before and answer == Answer(show=letter):
            self._held.clear()
            self._remember_length()
            return False
        self._carry_out(answer)
        self._plan(ms)
        return self._swallow(event)

    def _swallow(self, event: QKeyEvent) -> bool:
        self._owed.add(event.key())
        return True

    def _release(self, event: QKeyEvent) -> bool:
        if event.key() == Qt.Key.Key_Alt:
            letter, keys = self._alt.release(event.timestamp(), average_gap_ms=self.profile.average_gap_ms)
            if letter:
                self._letter(_typed(letter), letter, event.timestamp(), keys=keys)
        if event.key() in self._owed and not event.isAutoRepeat():
            self._owed.discard(event.key())
            return True
        return False

    def _guard_shortcut(self, event: QKeyEvent) -> bool:
        """Letters and whatever comes amid a burst go the way of keys, not that of shortcuts."""
        letter = bool(letter_of(event)) and not event.isAutoRepeat()
        if letter or alt_digit(event) or self._burst.runs_at(event.timestamp()):
            event.accept()
            return True
        return False

    # What the burst says

    def _carry_out(self, answer: Answer) -> None:
        """Take back, scan, show."""
        if answer.by_scanner:
            del self._held[: len(self._held) - len(answer.show) - self._burst.withheld]
            self._take_back(answer.take_back)
        if answer.scan is not None:
            self.scanned.emit(answer.scan)
        elif answer.fault:
            if answer.fault == "scan_spoilt":
                self._mute()
            self.failed.emit(BadInput(answer.fault))
        count = len(answer.show)
        shown, self._held = self._held[:count], self._held[count:]
        for event in shown:
            self._remember_length()
            send_on(event)

    def _remember_length(self) -> None:
        field = typing_field()
        if field is not self._field:
            self._lengths.clear()
        self._field = field
        self._lengths.append(length_of(field))

    def _take_back(self, count: int) -> None:
        """Remove the scan's first letters, unless the field never took them or the keyboard has gone elsewhere."""
        if count and self._field is not None and self._field is typing_field() and count <= len(self._lengths):
            press_backspace(length_of(self._field) - self._lengths[-count])

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

    # Input methods

    def _compose(self, watched: QObject, event: QInputMethodEvent) -> bool:
        """An input method may be on and eat the letters of a scan: it commits faster then than anybody composes."""
        text, now = event.commitString(), self.now()
        if composing := event.preeditString():
            self._composing_since = now if self._composing_since is None else self._composing_since
            self._composed = max(self._composed, len(composing))
        if not text:
            return False
        keys, since = self._composed, self._composing_since
        self._composing_since, self._composed = (now if composing else None), len(composing)
        if not keys and len(text) == 1:  # in its full-width mode it passes on each letter by itself
            return self._letter(_typed(text), text, now)
        if not keys:  # spoken, written by hand or picked as a whole: no scanner does that
            self.settle()
            return False
        if now - (since or now) > self.profile.average_gap_ms * keys:
            return False
        if text.isascii() and text.isprintable():
            return self._uncompose(watched, text, since or now)
        self._spoil(text, now, keys)
        return False

    def _uncompose(self, watched: QObject, text: str, since: int) -> bool:
        """The letters as if they had been typed."""
        now = self.now()
        QApplication.sendEvent(watched, QInputMethodEvent())  # wipes out what was being composed
        for place, letter in enumerate(text):
            key, ms = _typed(letter), since + (now - since) * place // max(1, len(text) - 1)
            if not self._letter(key, letter, ms):
                send_on(key)
        return True

    def _spoil(self, text: str, now: int, keys: int) -> None:
        """Letters became words. They stay, unless a scanner's keys come right behind."""
        self._carry_out(self._burst.spoil(text, now, keys=keys))
        for _ in text:
            self._remember_length()

    def _mute(self) -> None:
        """Switch the input method off, so that the next try gets through."""
        self._unmute()
        if field := typing_field():
            field.setAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled, False)
            field.destroyed.connect(self._forget_muted)
            self._muted = field
            self._unmute_timer.start()

    @Slot()
    def _unmute(self) -> None:
        muted, self._muted = self._muted, None
        if muted is not None:
            muted.destroyed.disconnect(self._forget_muted)
            muted.setAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled, True)

    @Slot()
    def _forget_muted(self) -> None:
        self._muted = None

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kind = event.type()  # every event of the application passes here: out again as soon as possible
        if kind not in _WATCHED:
            return False
        if isinstance(event, QInputMethodEvent):
            self._trace(event, self.now())
            return self._compose(watched, event)
        if not isinstance(event, QKeyEvent):
            return False
        if kind == QEvent.Type.ShortcutOverride:
            return self._guard_shortcut(event)
        if not watched.isWindowType():  # a key comes to the window first, then to each widget in turn
            return False
        self._trace(event, event.timestamp())
        return self._press(event) if kind == QEvent.Type.KeyPress else self._release(event)

    def _trace(self, event: QKeyEvent | QInputMethodEvent, ms: int) -> None:
        if self.tracing:
            self.stroked.emit(stroke_of(event, ms))


def _typed(letter: str) -> QKeyEvent:
    """A key that nobody pressed, for a letter that came otherwise."""
    return QKeyEvent(QEvent.Type.KeyPress, 0, Qt.KeyboardModifier.NoModifier, letter)
