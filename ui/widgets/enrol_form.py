"""Everything that is asked of a new member."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

import resources
from resources import Words
from ui.widgets.card import label
from ui.widgets.chip import Chip
from ui.widgets.consent_list import ConsentList
from ui.widgets.flow_layout import FlowLayout
from ui.widgets.icon import Icon
from ui.widgets.labelled import Labelled
from ui.widgets.phone_field import PhoneField
from ui.widgets.typing_field import TypingField


@dataclass(frozen=True, slots=True)
class Typed:
    """What stands in the form, as typed. impressions: pairs of facet and value."""

    phone: str = ""
    name: str = ""
    birthday: str = ""
    channel: str = ""
    wechat: str = ""
    impressions: tuple[tuple[str, str], ...] = ()


class EnrolForm(QWidget):
    """``typed`` is what stands in it, ``put`` replaces it. ``changed`` by hand, ``cleared`` on demand."""

    changed = Signal()
    cleared = Signal()

    def __init__(self, words: Words) -> None:
        super().__init__()
        self._words = words
        self.phone = PhoneField(words)
        self.name = TypingField(hint=words("enrol.name_hint"))
        self.birthday = TypingField(hint=words("enrol.birthday_hint"))
        self.channel = QComboBox()
        self.consents = ConsentList(words)
        self.guardian = QCheckBox(words("enrol.guardian"))
        self.guardian.setMinimumHeight(44)
        self.guardian.hide()
        self.note = label(role="small")
        self.clear = QPushButton(words("enrol.clear"))
        self.wechat = TypingField()
        self.add_wechat = QPushButton(words("enrol.add_wechat"))
        self.chips: dict[tuple[str, str], Chip] = {}
        self._impressions = FlowLayout()
        self.named = Labelled(words("enrol.name"), self.name)
        self.born = Labelled(words("enrol.birthday"), self.birthday)
        self.reached = Labelled(words("enrol.wechat"), self.wechat)
        self._came = Labelled(words("enrol.channel"), self.channel)
        self._fill_choices()
        self._lay_out()
        self._connect()
        self.ask_wechat(False)
        self.say("")

    def _fill_choices(self) -> None:
        arrow = QHBoxLayout(self.channel)
        arrow.setContentsMargins(0, 0, 12, 0)
        arrow.addStretch()
        arrow.addWidget(Icon("chevron_down", 16))
        self.channel.addItem(self._words("enrol.channel_none"), "")
        for channel in resources.choices()["channels"]:
            name = f"channel.{channel}"
            self.channel.addItem(self._words(name) if name in self._words else channel, channel)

    def _lay_out(self) -> None:
        head, row = QHBoxLayout(), QHBoxLayout()
        for quiet in (self.clear, self.add_wechat):
            quiet.setProperty("role", "tiny")
        head.addWidget(label(self._words("enrol.phone"), "h3"), 1)
        head.addWidget(self.note)
        head.addWidget(self.add_wechat)
        head.addWidget(self.clear)
        row.setSpacing(16)
        for part in (self.named, self.born, self._came):
            row.addWidget(part, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addSpacing(6)
        column.addWidget(self.phone)
        column.addSpacing(20)
        column.addLayout(row)
        column.addWidget(self.reached)
        column.addWidget(self.guardian)
        column.addSpacing(4)
        column.addWidget(label(self._words("enrol.impressions"), "h3"))
        column.addSpacing(4)
        column.addLayout(self._impressions)
        column.addSpacing(12)
        column.addWidget(self.consents)
        column.addStretch()

    def _connect(self) -> None:
        self.phone.edited.connect(lambda _text: self.changed.emit())
        self.name.textEdited.connect(lambda _text: self._retyped(self.named))
        self.birthday.textEdited.connect(lambda _text: self._retyped(self.born))
        self.wechat.textEdited.connect(lambda _text: self._retyped(self.reached))
        self.add_wechat.clicked.connect(self._want_wechat)
        self.channel.activated.connect(lambda _place: self.changed.emit())
        self.consents.changed.connect(self.changed)
        self.clear.clicked.connect(self.cleared)

    def offer(self, impressions: Sequence[tuple[str, str, str]]) -> None:
        """Facet, value and name of what can be ticked as a first impression."""
        if [(*about, chip.text()) for about, chip in self.chips.items()] == list(impressions):
            return
        self._impressions.clear()
        self.chips = {(facet, value): Chip(name, tall=True, by_hand=True) for facet, value, name in impressions}
        for chip in self.chips.values():
            chip.clicked.connect(self.changed)
            self._impressions.addWidget(chip)

    @property
    def typed(self) -> Typed:
        """What stands in the form."""
        return Typed(
            phone=self.phone.text,
            name=self.name.text(),
            birthday=self.birthday.text(),
            channel=str(self.channel.currentData() or ""),
            wechat=self.wechat.text(),
            impressions=tuple(about for about, chip in self.chips.items() if chip.isChecked()),
        )

    def put(self, typed: Typed) -> None:
        """Replace what stands in the form; nothing is agreed to any more."""
        self.phone.put(typed.phone)
        self.name.put(typed.name)
        self.birthday.put(typed.birthday)
        self.channel.setCurrentIndex(max(0, self.channel.findData(typed.channel)))
        self.wechat.put(typed.wechat)
        self.ask_wechat(bool(typed.wechat))
        for about, chip in self.chips.items():
            chip.setChecked(about in typed.impressions)
        self.consents.clear()
        self.guardian.setChecked(False)
        self.guardian.hide()
        self.phone.say("")
        self.hush()

    def ask_wechat(self, asked: bool) -> None:
        """Show the field of the WeChat id; few tell one, so it is not there before it is wanted."""
        self.reached.setVisible(asked)
        self.add_wechat.setVisible(not asked)

    def _want_wechat(self) -> None:
        self.ask_wechat(True)
        self.wechat.setFocus()

    def hush(self) -> None:
        """Complain of nothing."""
        for field in (self.named, self.born, self.reached, self.consents):
            field.complain("")

    def say(self, note: str, *, clearable: bool = False) -> None:
        """A quiet note above the phone."""
        self.note.setText(note)
        self.clear.setVisible(clearable)

    def _retyped(self, field: Labelled) -> None:
        field.complain("")
        self.changed.emit()
