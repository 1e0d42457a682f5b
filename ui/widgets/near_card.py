"""Some people whom the day is about: who comes, who is to be looked after; each can be acted on at once."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from ui.widgets.card import Card, empty, label
from ui.widgets.elided_label import ElidedLabel
from ui.widgets.keyed_button import KeyedButton

_ROW = 44


@dataclass(frozen=True, slots=True)
class Near:
    """One of them. when: an hour or a day; tone: of it. what: they come for, or is to be done."""

    member_id: str
    when: str
    name: str
    what: str
    tone: str = ""


class NearCard(Card):
    """``chosen`` gives a member's id: by the button ``act`` of a row, or by the row itself where there is none."""

    chosen = Signal(str)

    def __init__(self, title: str, act: str = "") -> None:
        super().__init__()
        self._act = act
        self._shown: tuple[str, Sequence[Near]] | None = None
        self.rows: list[QPushButton] = []
        self._count = label("", "small")
        self.head(title, self._count)
        self._list = QVBoxLayout()
        self._list.setSpacing(0)
        self.column.setSpacing(4)
        self.column.addLayout(self._list)
        self.column.addStretch(1)
        self.hide()

    def paint(self, count: str, people: Sequence[Near]) -> None:
        """Show these; nobody at all hides the card."""
        if self._shown == (count, people):
            return
        self._shown = count, people
        self._count.setText(count)
        empty(self._list)
        self.rows = []
        for near in people:
            self._list.addWidget(self._row(near))
        self.setVisible(bool(people))

    def _row(self, near: Near) -> QWidget:
        row = QWidget() if self._act else QPushButton()
        line = QHBoxLayout(row)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(10)
        when = label(near.when, "strong")
        when.setProperty("tone", near.tone)
        for part in (when, label(near.name)):
            line.addWidget(part, 0, Qt.AlignmentFlag.AlignVCenter)
        line.addWidget(ElidedLabel(near.what, "small"), 1)
        button = row if isinstance(row, QPushButton) else KeyedButton(self._act, role="small")
        if button is not row:
            line.addWidget(button)
        else:
            button.setProperty("role", "near")
        row.setMinimumHeight(_ROW)
        button.setAutoDefault(False)
        button.setAccessibleName(" ".join(part for part in (near.when, near.name, near.what, self._act) if part))
        button.clicked.connect(lambda: self.chosen.emit(near.member_id))
        self.rows.append(button)
        return row
