"""What is still to be done before the first visit: a catalogue, and somebody on duty."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLabel, QWidget

from resources import Words
from ui.keys import KEYS
from ui.widgets.card import Card, label
from ui.widgets.keyed_button import KeyedButton


class FirstSteps(Card):
    """``paint(...)`` shows what is missing, and nothing when nothing is. guide_wanted: somebody wants to sign on."""

    guide_wanted = Signal()

    def __init__(self, words: Words) -> None:
        super().__init__()
        self._words = words
        self.head(words("first.title"))
        self.sign_on = KeyedButton(words("first.guide_pick"), KEYS.switch_guide, role="primary", hint_only=True)
        self.sign_on.clicked.connect(self.guide_wanted)
        self._guide = [*self._step("guide"), self.sign_on]
        self._coming = self._step("coming")
        self._alone = [
            *self._step("hub", "main.py run --hub URL --ticket T"),
            *self._step("file", "main.py import products FILE.csv"),
            *self._step("begin"),
        ]
        self.column.insertWidget(self.column.indexOf(self._guide[1]) + 1, self.sign_on)
        self.column.addStretch()

    def paint(self, *, stocked: bool, alone: bool, guided: bool) -> None:
        """stocked: there is a catalogue. alone: no hub is set. guided: somebody is on duty, or there is nobody."""
        self.setVisible(not stocked or not guided)
        _show(self._guide, not guided)
        _show(self._coming, not stocked and not alone)
        _show(self._alone, not stocked and alone)

    def _step(self, name: str, command: str = "") -> list[QWidget]:
        title = label(self._words(f"first.{name}"), "strong")
        title.setContentsMargins(0, 6, 0, 0)
        parts = [title, label(self._words(f"first.{name}_hint"), "muted", wrap=True)]
        if command:
            parts.append(_command(command))
        for part in parts:
            self.column.addWidget(part)
        return [*parts]


def _command(text: str) -> QLabel:
    shown = label(text, "code", wrap=True)
    shown.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return shown


def _show(parts: Sequence[QWidget], shown: bool) -> None:
    for part in parts:
        part.setVisible(shown)
