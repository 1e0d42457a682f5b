"""When and how a member wants to be spoken to, to be read and changed."""

from collections.abc import Mapping

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from desktop.rules.tasks import CONTACTS
from desktop.rules.wishes import WEEK, Wishes
from resources import Words
from ui.widgets.card import label
from ui.widgets.chip import Chip
from ui.widgets.chip_choice import ChipChoice
from ui.widgets.flow_layout import FlowLayout
from ui.widgets.keyed_button import KeyedButton
from ui.widgets.labelled import Labelled
from ui.widgets.typing_field import TypingField

_GAPS = ("", "14", "30", "90")


class WishesPart(QWidget):
    """amended: the fields of ``rules.wishes`` that were changed, as typed."""

    amended = Signal(dict)

    def __init__(self, words: Words) -> None:
        super().__init__()
        self._words = words
        self._of = ""
        self._shown: dict[str, str] = {}
        self.by = ChipChoice([("", words("wish.any")), *((each, words(f"tasks.by_{each}")) for each in CONTACTS)])
        self.gap = ChipChoice(self._gaps(*_GAPS))
        self.days = {day: Chip(words(f"weekday.{day}"), by_hand=True) for day in sorted(WEEK)}
        self.fields = {
            name: TypingField(hint=words(f"wish.{name}_hint")) for name in ("contact_hours", "contact_quiet")
        }
        self.labelled = {name: Labelled(words(f"wish.{name}"), field) for name, field in self.fields.items()}
        self.save = KeyedButton(words("wish.save"), role="small")
        self.save.clicked.connect(self._save)
        for field in self.fields.values():
            field.returnPressed.connect(self._save)
        self._lay_out(words)

    def _lay_out(self, words: Words) -> None:
        week = QWidget()
        row = FlowLayout(week, gap=6, line_gap=2)
        for chip in self.days.values():
            row.addWidget(chip)
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setColumnStretch(1, 1)
        for place, (name, part) in enumerate((("by", self.by), ("days", week), ("gap", self.gap))):
            grid.addWidget(label(words(f"wish.contact_{name}"), "small"), place, 0)
            grid.addWidget(part, place, 1)
        typed = QGridLayout()
        typed.setHorizontalSpacing(12)
        for place, each in enumerate(self.labelled.values()):
            typed.addWidget(each, 0, place)
            typed.setColumnStretch(place, place + 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(grid)
        column.addSpacing(4)
        column.addLayout(typed)
        column.addWidget(self.save)
        column.setAlignment(self.save, Qt.AlignmentFlag.AlignLeft)

    def paint(self, wishes: Wishes, *, of: str) -> None:
        """Show a member's; what is half typed about the same one stays, but for what is another now."""
        told, before = wishes.fields(), self._shown if of == self._of else {}
        self._of, self._shown = of, told
        fresh = {name for name, value in told.items() if value != before.get(name)}
        if "contact_by" in fresh:
            self.by.take(told["contact_by"])
        if "contact_gap" in fresh:
            self.gap.paint(self._gaps(*_GAPS, told["contact_gap"]))
            self.gap.take(told["contact_gap"])
        if "contact_days" in fresh:
            for day, chip in self.days.items():
                chip.setChecked(str(day) in told["contact_days"])
        for name in fresh & self.fields.keys():
            self.fields[name].put(told[name])
            self.fields[name].setCursorPosition(0)
            self.labelled[name].complain("")

    def complain(self, told: Mapping[str, str]) -> None:
        """Say what is wrong, by field."""
        for name, each in self.labelled.items():
            each.complain(told.get(name, ""))

    def _gaps(self, *days: str) -> list[tuple[str, str]]:
        """Those that are usual, and one that was noted otherwise."""
        words = self._words
        return [(each, words("wish.apart", days=each) if each else words("wish.any")) for each in dict.fromkeys(days)]

    def _save(self) -> None:
        ticked = "".join(str(day) for day, chip in self.days.items() if chip.isChecked())
        told = {"contact_by": self.by.taken or "", "contact_days": ticked, "contact_gap": self.gap.taken or ""}
        told |= {name: field.text().strip() for name, field in self.fields.items()}
        if changed := {name: value for name, value in told.items() if value != self._shown.get(name, "")}:
            self.amended.emit(changed)
