"""Scanners on a serial line: those this till reads and how they stand, and those it could."""

from collections.abc import Mapping
from dataclasses import replace

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QVBoxLayout, QWidget

from desktop.scanning.serial_port import Choice, choices
from desktop.settings import BAUD_RATES, SerialPort
from resources import Words
from ui.widgets.card import Card, empty, label, set_look
from ui.widgets.elided_label import ElidedLabel
from ui.widgets.keyed_button import KeyedButton

_TONES = {"connected": "accent", "missing": "warn", "forbidden": "danger", "busy": "danger"}


class SerialCard(Card):
    """``changed`` gives the tuple of SerialPorts that are to be read."""

    changed = Signal(object)

    def __init__(self, words: Words, ports: tuple[SerialPort, ...]) -> None:
        super().__init__()
        self._words = words
        self._ports = ports
        self._states: Mapping[str, str] = {}
        self._found: list[Choice] | None = None
        self.look = KeyedButton(words("serial.look"), role="small")
        self.look.clicked.connect(self.look_for)
        self.head(words("serial.title"), self.look)
        self.column.addWidget(label(words("serial.hint"), "muted", wrap=True))
        self._rows = QVBoxLayout()
        self._rows.setSpacing(4)
        self.column.addLayout(self._rows)
        self.paint({})

    @Slot()
    def look_for(self) -> None:
        """List what is plugged in."""
        self._found = choices()
        self.paint(self._states)

    def paint(self, states: Mapping[str, str]) -> None:
        """Show every scanner that is read, with its state, and below what else was found."""
        self._states = states
        empty(self._rows)
        for port in self._ports:
            self._rows.addWidget(self._read_row(port))
        if self._found is None:
            return
        used = {port.port for port in self._ports}
        free = [choice for choice in self._found if choice.port not in used]
        for choice in free:
            add = self._button("serial.add", choice.name)
            add.clicked.connect(lambda _checked=False, port=choice.port: self._change((*self._ports, SerialPort(port))))
            self._rows.addWidget(_row(choice.name, add))
        if not free:
            self._rows.addWidget(label(self._words("serial.none"), "muted"))

    def _read_row(self, port: SerialPort) -> QWidget:
        state = self._states.get(port.port, "")
        told = label(self._words(f"serial.{state}") if state else "")
        set_look(told, tone=_TONES.get(state, ""))
        baud = QComboBox()
        baud.addItems([str(each) for each in BAUD_RATES])
        baud.setCurrentText(str(port.baud))
        baud.setAccessibleName(self._words("serial.baud"))
        baud.setToolTip(self._words("serial.baud"))
        baud.textActivated.connect(lambda text: self._replace(port, replace(port, baud=int(text))))
        remove = self._button("serial.remove", port.port)
        remove.clicked.connect(lambda: self._replace(port, None))
        return _row(port.port, told, baud, remove)

    def _button(self, name: str, about: str) -> KeyedButton:
        button = KeyedButton(self._words(name), role="small")
        button.setAccessibleName(f"{self._words(name)}: {about}")
        return button

    def _replace(self, port: SerialPort, fresh: SerialPort | None) -> None:
        self._change(tuple(kept for each in self._ports if (kept := fresh if each == port else each)))

    def _change(self, ports: tuple[SerialPort, ...]) -> None:
        self._ports = ports
        self.paint(self._states)
        self.changed.emit(ports)


def _row(name: str, *controls: QWidget) -> QWidget:
    made = QWidget()
    row = QHBoxLayout(made)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(12)
    text = ElidedLabel()
    text.setText(name)
    row.addWidget(text, 1)
    for control in controls:
        row.addWidget(control)
    return made
