"""One person in a list: who, in one line why, and at the right a day."""

from dataclasses import dataclass

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout

from ui.widgets.avatar import Avatar
from ui.widgets.card import label
from ui.widgets.elided_label import ElidedLabel
from ui.widgets.pickable import Pickable


@dataclass(frozen=True, slots=True)
class Line:
    """What stands in a row. beside: beside the name; tone: of the day: danger, accent, "" or None if it is no day."""

    name: str
    beside: str
    below: str
    day: str
    tone: str | None = ""


class PickRow(Pickable):
    """A member or a lead, and why."""

    def __init__(self, row_id: str, line: Line) -> None:
        super().__init__(row_id)
        avatar = Avatar(36)
        avatar.paint(line.name)
        who, row = QVBoxLayout(), QHBoxLayout(self)
        row.setContentsMargins(8, 8, 12, 8)
        row.setSpacing(12)
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(label(line.name, "strong"))
        head.addWidget(label(line.beside, "muted"))
        head.addStretch(1)
        who.setSpacing(2)
        who.addLayout(head)
        who.addWidget(ElidedLabel(line.below, "small"))
        day = label(line.day, "muted" if line.tone is None else "strong")
        day.setProperty("tone", line.tone or "")
        row.addWidget(avatar)
        row.addLayout(who, 1)
        row.addWidget(day)
        self.setAccessibleName(f"{line.name} {line.below} {line.day}")
