"""What was learned today: quick choices by number, and anything in the clerk's own words."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.views.visit import PreferenceView
from resources import Words
from ui.widgets.card import label
from ui.widgets.chip import Chip
from ui.widgets.flow_layout import FlowLayout
from ui.widgets.typing_field import TypingField

OWN_FACET = "other"


@dataclass(frozen=True, slots=True)
class Choice:
    """A preference that a store offers to pick; ``name`` is how it is said, "" as it is kept."""

    facet: str
    value: str
    name: str = field(default="", compare=False)


class Learned(QWidget):
    """``offer(choices)``; ``paint(learned)`` lights those that are saved.

    ``noted(facet, value)``, ``withdrawn(preference_id)``.
    """

    noted = Signal(str, str)
    withdrawn = Signal(str)

    def __init__(self, words: Words) -> None:
        super().__init__()
        self._choices: tuple[Choice, ...] = ()
        self._saved: dict[Choice, str] = {}
        self.chips: list[Chip] = []
        self._own: list[Chip] = []
        self.add = Chip(words("counter.own"), tall=True, dashed=True)
        self.add.clicked.connect(self.open_field)
        self.field = TypingField("inline", hint=words("counter.own_hint"))
        self.field.setFixedWidth(180)
        self.field.returnPressed.connect(self._note_own)
        self.field.escaped.connect(self.close_field)
        self._flow = FlowLayout()
        self._lay_out(words)
        self.close_field()

    def _lay_out(self, words: Words) -> None:
        head = QHBoxLayout()
        head.addWidget(label(words("counter.learned"), "h3"))
        head.addWidget(label(words("counter.learned_hint"), "small"))
        head.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 16, 8)
        column.setSpacing(2)
        column.addLayout(head)
        column.addLayout(self._flow)
        for part in (*self.chips, self.add, self.field):
            self._flow.addWidget(part)

    def offer(self, choices: Sequence[Choice]) -> None:
        """What the keys 1 to 9 note."""
        if [(each, each.name) for each in choices] == [(each, each.name) for each in self._choices]:
            return
        for part in (*self.chips, self.add, self.field, *self._own):
            self._flow.removeWidget(part)
        for chip in self.chips:
            chip.hide()
            chip.deleteLater()
        self._choices = tuple(choices[:9])
        self.chips = [self._offered(number, each) for number, each in enumerate(self._choices, 1)]
        for part in (*self.chips, self.add, self.field, *self._own):
            self._flow.addWidget(part)

    def _offered(self, number: int, choice: Choice) -> Chip:
        chip = Chip(f"{number} {choice.name or choice.value}", tall=True)
        chip.setChecked(choice in self._saved)
        chip.clicked.connect(lambda: self._toggle(choice))
        return chip

    def paint(self, learned: Sequence[PreferenceView]) -> None:
        """Show what is saved in this visit."""
        self._saved = {Choice(each.facet, each.value): each.id for each in learned}
        if Choice(OWN_FACET, self.field.line) in self._saved:
            self.field.put("")
        for chip, choice in zip(self.chips, self._choices, strict=True):
            chip.setChecked(choice in self._saved)
        self._show_own([choice for choice in self._saved if choice not in self._choices])

    def press(self, number: int) -> bool:
        """The number key; false if no choice has it."""
        if not 1 <= number <= len(self.chips):
            return False
        self.chips[number - 1].click()
        return True

    def open_field(self) -> None:
        """Let the clerk type something else."""
        self.add.hide()
        self.field.show()
        self.field.setFocus()

    def close_field(self) -> None:
        """Back to the choices; what was typed is dropped."""
        self.field.put("")
        self.field.hide()
        self.add.show()

    def _toggle(self, choice: Choice) -> None:
        if preference_id := self._saved.get(choice):
            self.withdrawn.emit(preference_id)
        else:
            self.noted.emit(choice.facet, choice.value)

    def _note_own(self) -> None:
        value = self.field.line
        if value and Choice(OWN_FACET, value) not in self._saved:
            self.noted.emit(OWN_FACET, value)
        else:
            self.field.put("")

    def _show_own(self, choices: Sequence[Choice]) -> None:
        """The chips of what is not among the choices; they stand behind the button that adds."""
        if [chip.text() for chip in self._own] == [choice.value for choice in choices]:
            return
        for chip in self._own:
            self._flow.removeWidget(chip)
            chip.hide()
            chip.deleteLater()
        self._own = [self._own_chip(choice) for choice in choices]
        for chip in self._own:
            self._flow.addWidget(chip)

    def _own_chip(self, choice: Choice) -> Chip:
        chip = Chip(choice.value, tall=True, removable=True)
        chip.setChecked(True)
        chip.removed.connect(lambda: self.withdrawn.emit(self._saved[choice]))
        return chip
