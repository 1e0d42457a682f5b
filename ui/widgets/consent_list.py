"""What a new member agrees to: nothing is ticked before the member says so."""

from PySide6.QtCore import QEvent, QObject, Signal
from PySide6.QtWidgets import QCheckBox, QFrame, QHBoxLayout, QVBoxLayout

import resources
from resources import Words
from ui.widgets.card import label, set_look
from ui.widgets.elided_label import ElidedLabel

PURPOSES = ("service", "personal", "marketing")
REQUIRED = "service"


class ConsentList(QFrame):
    """``ticked`` are the purposes agreed to. ``looked_at(purpose)`` when a line is focused or pointed at."""

    looked_at = Signal(str)
    changed = Signal()

    def __init__(self, words: Words) -> None:
        super().__init__()
        self.setProperty("role", "box")
        self._words = words
        self.boxes: dict[str, QCheckBox] = {}
        self._hint = ElidedLabel(words("enrol.required"), "small")
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(16, 12, 16, 4)
        self._column.setSpacing(0)
        self._column.addWidget(label(words("enrol.consents"), "h3"))
        for purpose in PURPOSES:
            self._add(purpose)

    @property
    def ticked(self) -> tuple[str, ...]:
        """The purposes agreed to."""
        return tuple(purpose for purpose, box in self.boxes.items() if box.isChecked())

    def clear(self) -> None:
        """Nobody has agreed to anything."""
        for box in self.boxes.values():
            box.setChecked(False)
        self.complain("")

    def complain(self, text: str) -> None:
        """Say what is missing beside the required line."""
        self._hint.setText(text or self._words("enrol.required"))
        set_look(self._hint, tone="danger" if text else "")

    def _add(self, purpose: str) -> None:
        box = self.boxes[purpose] = QCheckBox(resources.consent_text(purpose, self._words.language).title)
        box.setMinimumHeight(44)
        box.toggled.connect(lambda _ticked: self._tell())
        box.installEventFilter(self)
        hint = self._hint if purpose == REQUIRED else ElidedLabel(self._words("enrol.optional"), "small")
        row = QHBoxLayout()
        row.setSpacing(10)
        row.addWidget(box)
        row.addWidget(hint, 1)
        self._column.addLayout(row)

    def _tell(self) -> None:
        self.complain("")
        self.changed.emit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.FocusIn, QEvent.Type.Enter):
            self.looked_at.emit(next(purpose for purpose, box in self.boxes.items() if box is watched))
        return super().eventFilter(watched, event)
