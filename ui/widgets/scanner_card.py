"""What a till knows of its keyboard scanner, to be adjusted: end, prefix, pace, layout."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLineEdit, QWidget

from desktop.errors import BadInput
from desktop.scanning.wedge_profile import AFFIXES, CHOICES, PRESETS, RANGES, WedgeProfile, changed, values_of
from resources import Words
from ui.said import sentence
from ui.widgets.card import Card, label
from ui.widgets.choice import Choice
from ui.widgets.keyed_button import KeyedButton
from ui.widgets.labelled import Labelled

_FIELDS = ("prefix", "suffix", "separator", "shortest", "average_gap_ms", "longest_gap_ms")
_COLUMNS = 3
_HEAD = 96


class ScannerCard(Card):
    """``changed`` gives a WedgeProfile: another one, or the same with another value. A bad value is kept out, and
    said below its field.
    """

    changed = Signal(object)

    def __init__(self, words: Words, profiles: Sequence[WedgeProfile], used: str) -> None:
        super().__init__()
        self._words = words
        self._profiles = {profile.name: profile for profile in profiles}
        self._used = self._profiles[used]
        self.kinds = Choice([(name, words(f"scanner.{name}")) for name in self._profiles], used)
        self.kinds.chosen.connect(self._take)
        self.choices = {name: self._choice(name) for name in CHOICES}
        self.fields = {name: QLineEdit() for name in _FIELDS}
        self._labelled = {name: Labelled(words(f"scanner.{name}"), field) for name, field in self.fields.items()}
        self._lay_out()
        self._paint()

    def _choice(self, name: str) -> Choice:
        choice = Choice([(each, self._words(f"scanner.{name}_{each}")) for each in CHOICES[name]], None)
        choice.chosen.connect(lambda value: self._adjust({name: value}))
        return choice

    def _lay_out(self) -> None:
        words = self._words
        reset = KeyedButton(words("scanner.reset"), role="small")
        reset.clicked.connect(self._reset)
        self.head(words("scanner.title"), reset)
        self.column.addWidget(label(words("scanner.hint"), "muted", wrap=True))
        self.column.addWidget(_row(words("scanner.kind"), self.kinds))
        for name in ("end", "layout"):
            self.column.addWidget(_row(words(f"scanner.{name}"), self.choices[name]))
        self.column.addSpacing(4)
        grid = QGridLayout()
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(2)
        for place, (name, field) in enumerate(self.fields.items()):
            field.editingFinished.connect(lambda name=name: self._read(name))
            grid.addWidget(self._labelled[name], place // _COLUMNS, place % _COLUMNS)
            grid.setColumnStretch(place % _COLUMNS, 1)
        self.column.addLayout(grid)

    def _paint(self) -> None:
        values = values_of(self._used)
        for name, field in self.fields.items():
            field.setText(str(values[name]))
            self._labelled[name].complain("")
        for name, choice in self.choices.items():
            choice.take(str(values[name]))
        self.kinds.take(self._used.name)
        self.fields["suffix"].setEnabled(self._used.end == "text" or bool(self._used.suffix))

    def _read(self, name: str) -> None:
        text = self.fields[name].text()
        if text != str(values_of(self._used)[name]):
            self._adjust({name: int(text) if name in RANGES and text.isascii() and text.isdigit() else text})
        else:
            self._labelled[name].complain("")

    def _adjust(self, told: dict[str, object]) -> None:
        name = next(iter(told))
        if told == {"end": "text"} and not self._used.suffix:
            told |= {"suffix": self.fields["suffix"].text() or "#"}  # something to start from
        try:
            self._take_profile(changed(self._used, told))
        except BadInput as error:
            field = str(error.facts.get("name", name))
            self._labelled[field if field in AFFIXES or field in RANGES else "suffix"].complain(
                sentence(self._words, error)
            )

    def _take(self, name: str) -> None:
        self._take_profile(self._profiles[name])

    def _reset(self) -> None:
        self._take_profile(next(each for each in PRESETS if each.name == self._used.name))

    def _take_profile(self, profile: WedgeProfile) -> None:
        self._profiles[profile.name] = self._used = profile
        self._paint()
        self.changed.emit(profile)


def _row(name: str, control: QWidget) -> QWidget:
    """A name, and what is chosen beside it."""
    made = QWidget()
    row = QHBoxLayout(made)
    row.setContentsMargins(0, 0, 0, 0)
    head = label(name, "muted")
    head.setMinimumWidth(_HEAD)
    row.addWidget(head)
    row.addWidget(control, 1)
    return made
