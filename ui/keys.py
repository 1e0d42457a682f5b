"""The key map: one name per deed, used for shortcuts and for the hints on buttons alike."""

from dataclasses import dataclass, fields

from PySide6.QtGui import QKeySequence


@dataclass(frozen=True, slots=True)
class KeyMap:
    """Key sequences as Qt writes them. The defaults are the preset 中式收银: F6 holds, Shift+F6 recalls."""

    help: str = "F1"
    search: str = "F2"
    enrol: str = "F3"
    anonymous: str = "F4"
    switch_guide: str = "Shift+F4"
    hold: str = "F6"
    recall: str = "Shift+F6"
    camera: str = "F7"
    screen: str = "Shift+F7"
    finish: str = "F9"
    coupons: str = "F10"
    note: str = "Ctrl+M"
    book: str = "Ctrl+B"
    arrived: str = "F5"
    person: str = "Ctrl+I"
    seen: str = "Ctrl+1"
    tried: str = "Ctrl+2"
    bought: str = "Ctrl+3"
    remove: str = "Del"
    reveal: str = "Ctrl+R"
    card: str = "Ctrl+P"
    undo: str = "Ctrl+Z"
    back: str = "Esc"
    counter: str = "Alt+1"
    members: str = "Alt+2"
    tasks: str = "Alt+3"
    appointments: str = "Alt+4"
    content: str = "Alt+5"
    credit: str = "Alt+6"
    sync: str = "Alt+8"
    settings: str = "Alt+9"

    def items(self) -> list[tuple[str, str]]:
        """Pairs of deed and key sequence, in the order of the help page."""
        return [(each.name, getattr(self, each.name)) for each in fields(self)]


def shown(key: str) -> str:
    """A key sequence as this machine's people write it."""
    return QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText)


KEYS = KeyMap()
