"""Qt's key events as strokes that can be kept, and strokes as key events that can be sent again."""

from typing import Literal

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QGuiApplication, QInputMethodEvent, QKeyEvent

from desktop.scanning.wedge_keys import GS, Modifier, Stroke
from desktop.scanning.wedge_layout import RIGHT_BRACKET, at_position

_COMMANDS = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.MetaModifier
_ALT_GR = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
_NAMES: dict[Modifier, Qt.KeyboardModifier] = {
    "shift": Qt.KeyboardModifier.ShiftModifier,
    "ctrl": Qt.KeyboardModifier.ControlModifier,
    "alt": Qt.KeyboardModifier.AltModifier,
    "meta": Qt.KeyboardModifier.MetaModifier,
    "keypad": Qt.KeyboardModifier.KeypadModifier,
}
_ITSELF: dict[int, Modifier] = {
    Qt.Key.Key_Shift: "shift",
    Qt.Key.Key_Control: "ctrl",
    Qt.Key.Key_Alt: "alt",
    Qt.Key.Key_Meta: "meta",
}
# Without NumLock the number pad still spells characters with Alt.
_PAD = ["Insert", "End", "Down", "PageDown", "Left", "Clear", "Right", "Home", "Up", "PageUp"]
_PAD_DIGITS: dict[int, str] = {
    **{Qt.Key[f"Key_{digit}"]: str(digit) for digit in range(10)},
    **{Qt.Key[f"Key_{name}"]: str(digit) for digit, name in enumerate(_PAD)},
}


def letter_of(event: QKeyEvent) -> str:
    """The one character that a key types, GS for Ctrl+]; "" for all other keys. AltGr is Ctrl and Alt at once."""
    commands = event.modifiers() & _COMMANDS
    if commands == Qt.KeyboardModifier.ControlModifier:
        gs = event.text() == GS or event.key() == Qt.Key.Key_BracketRight or position_of(event) == RIGHT_BRACKET
        return GS if gs else ""
    alone = commands in (Qt.KeyboardModifier.NoModifier, _ALT_GR)
    text = event.text()
    return text if alone and len(text) == 1 and (text.isprintable() or text == GS) else ""


def alt_digit(event: QKeyEvent) -> str:
    """The digit of a key of the number pad while Alt is held, else ""."""
    pad = event.modifiers() & (_COMMANDS | Qt.KeyboardModifier.KeypadModifier)
    if pad != Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.KeypadModifier:
        return ""
    return _PAD_DIGITS.get(event.key(), "")


def meant_by(event: QKeyEvent) -> str:
    """What the key would type on an American keyboard; "" where its position is not told."""
    if event.text() == GS or event.modifiers() & Qt.KeyboardModifier.ControlModifier:
        return ""
    return at_position(position_of(event), shift=bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier))


def position_of(event: QKeyEvent) -> int:
    """As in scan code set 1; 0 where the system does not tell."""
    return max(0, event.nativeScanCode() - _offset())


def stroke_of(event: QKeyEvent | QInputMethodEvent, ms: int) -> Stroke:
    """What is kept of an event."""
    if isinstance(event, QInputMethodEvent):
        committed = event.commitString()
        return Stroke(ms, text=committed or event.preeditString(), kind="commit" if committed else "preedit")
    itself = _ITSELF.get(event.key(), "")  # Qt counts a modifier among those that are held with it
    held = tuple(name for name, modifier in _NAMES.items() if event.modifiers() & modifier and name != itself)
    pressed = event.type() == QEvent.Type.KeyPress
    kind: Literal["press", "release"] = "press" if pressed else "release"
    return Stroke(ms, _name(event.key()), event.text(), position_of(event), held, kind)


def event_of(stroke: Stroke, ms: int) -> QKeyEvent | QInputMethodEvent:
    """The event again, at another time. A key that this Qt does not know has only its text."""
    if stroke.kind in ("preedit", "commit"):
        return _composed(stroke)
    kind = QEvent.Type.KeyPress if stroke.kind == "press" else QEvent.Type.KeyRelease
    key = Qt.Key.__members__.get(f"Key_{stroke.key}", Qt.Key.Key_unknown)
    held = Qt.KeyboardModifier.NoModifier
    for name in stroke.held:
        held |= _NAMES[name]
    event = QKeyEvent(kind, key, held, stroke.at + _offset() if stroke.at else 0, 0, 0, stroke.text)
    event.setTimestamp(ms)
    return event


def _composed(stroke: Stroke) -> QInputMethodEvent:
    event = QInputMethodEvent(stroke.text if stroke.kind == "preedit" else "", [])
    if stroke.kind == "commit":
        event.setCommitString(stroke.text)
    return event


def _name(key: int) -> str:
    try:
        return Qt.Key(key).name.removeprefix("Key_")
    except ValueError:  # a key of a foreign layout has its character's number, and no name
        return ""


def _offset() -> int:
    """X11 and Wayland count the same positions from 8."""
    return 0 if QGuiApplication.platformName() in ("windows", "cocoa") else 8
