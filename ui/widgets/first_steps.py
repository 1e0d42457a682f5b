"""What to do with a till that has nothing to sell yet."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

from resources import Words
from ui.widgets.card import Card, label

_STEPS = {"hub": "main.py run --hub URL --ticket T", "file": "main.py import products FILE.csv", "begin": ""}


class FirstSteps(Card):
    """``paint(alone)``: the ways to a catalogue while no hub is set; otherwise, that it will come by itself."""

    def __init__(self, words: Words) -> None:
        super().__init__()
        self.head(words("first.title"))
        self._coming = label(words("first.coming"), "muted", wrap=True)
        self.column.addWidget(self._coming)
        self._steps = [part for step, command in _STEPS.items() for part in self._step(words, step, command)]
        self.column.addStretch()

    def paint(self, *, alone: bool) -> None:
        """Say what there is to do."""
        self._coming.setVisible(not alone)
        for part in self._steps:
            part.setVisible(alone)

    def _step(self, words: Words, step: str, command: str) -> list[QLabel]:
        parts = [label(words(f"first.{step}"), "strong"), label(words(f"first.{step}_hint"), "muted", wrap=True)]
        if command:
            parts.append(label(command, "code", wrap=True))
            parts[-1].setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        parts[0].setContentsMargins(0, 6, 0, 0)
        for part in parts:
            self.column.addWidget(part)
        return parts
