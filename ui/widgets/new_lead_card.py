"""The form of somebody who may become a member: who, how to reach them, where they come from, whether they may be
called."""

from collections.abc import Iterable
from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QWidget

import resources
from desktop.rules.leads import PARTNER
from desktop.views.recruits import RecruitView
from resources import Words
from ui.keys import KEYS
from ui.widgets.card import Card, label
from ui.widgets.chip_choice import ChipChoice
from ui.widgets.keyed_button import KeyedButton
from ui.widgets.side_column import SideColumn
from ui.widgets.typing_field import TypingField

_DAYS = (3, 7, 14)  # from today
_USUAL = "1"
_MOST_CODES = 6
_CHANNEL = "channel:"


@dataclass(frozen=True, slots=True)
class TypedLead:
    """What stands in the form. days: from today, of who may be contacted."""

    name: str
    phone: str
    wechat: str
    channel: str | None
    recruit: str | None
    interest: str
    consent: bool
    days: int


class NewLeadCard(Card):
    """``wanted(TypedLead)`` when it is filled in."""

    wanted = Signal(object)

    def __init__(self, words: Words) -> None:
        super().__init__()
        self._words = words
        self.head(words("leads.new"))
        self.name = TypingField(hint=words("leads.name_hint"))
        self.phone = TypingField(hint=words("leads.phone_hint"))
        self.wechat = TypingField(hint=words("leads.wechat_hint"))
        self.sources = ChipChoice()
        self.interest = TypingField(hint=words("leads.interest_hint"))
        self.consent = QCheckBox(words("leads.consent"))
        self.hint = label(words("leads.no_consent"), "small", wrap=True)
        near = [("0", words("tasks.today")), ("1", words("tasks.tomorrow"))]
        self.days = ChipChoice([*near, *((str(days), words("tasks.in_days", days=days)) for days in _DAYS)], _USUAL)
        self.due = label(words("leads.due"), "h3")
        self.error = label("", "error", wrap=True)
        self.save = KeyedButton(words("leads.add"), KEYS.finish, role="primary")
        self._inside = SideColumn()
        self._lay_out()
        self.consent.toggled.connect(self._ask_day)
        self.save.clicked.connect(lambda: self.wanted.emit(self.typed))
        self.offer(())
        self.begin()

    def _lay_out(self) -> None:
        inside = self._inside
        inside.column.setSpacing(6)
        parts: tuple[QWidget, ...] = (
            self.name, self.phone, self.wechat, label(self._words("leads.source"), "h3"), self.sources, self.interest,
            self.consent, self.hint, self.due, self.days,
        )  # fmt: skip
        for part in parts:
            inside.column.addWidget(part)
        inside.column.addStretch(1)
        self.column.addWidget(inside, 1)
        self.column.addWidget(self.error)
        self.column.addWidget(self.save)

    def offer(self, recruits: Iterable[RecruitView]) -> None:
        """The usual channels, and the codes of partners by their names."""
        codes = [each for each in recruits if each.active and _is_partners(each)][:_MOST_CODES]
        named = (*resources.choices()["channels"], PARTNER)
        channels = [(f"{_CHANNEL}{each}", self._named(each)) for each in named]
        self.sources.paint([*channels, *((each.code, each.label) for each in codes)])

    def begin(self) -> None:
        """Empty, for the next one; nobody agreed to anything yet."""
        for field in (self.name, self.phone, self.wechat, self.interest):
            field.clear()
        self.sources.take(None)
        self.consent.setChecked(False)
        self.days.take(_USUAL)
        self.complain("")
        self._ask_day(False)

    def complain(self, text: str) -> None:
        """Say what is wrong, or that nothing is."""
        self.error.setText(text)
        self.error.setVisible(bool(text))

    @property
    def typed(self) -> TypedLead:
        """What stands in it."""
        taken = self.sources.taken or ""
        is_channel = taken.startswith(_CHANNEL)
        return TypedLead(
            name=self.name.text(), phone=self.phone.text(), wechat=self.wechat.text(),
            channel=taken.removeprefix(_CHANNEL) if is_channel else None,
            recruit=taken if taken and not is_channel else None, interest=self.interest.text(),
            consent=self.consent.isChecked(), days=int(self.days.taken or _USUAL),
        )  # fmt: skip

    def _named(self, channel: str) -> str:
        told = f"channel.{channel}"
        return self._words(told) if told in self._words else channel

    def _ask_day(self, agreed: bool) -> None:
        self.hint.setVisible(not agreed)
        for part in (self.due, self.days):
            part.setVisible(agreed)
        if agreed:
            self._inside.bring_up(self.days)


def _is_partners(recruit: RecruitView) -> bool:
    """Of the channel ``friend`` the partner is a member."""
    return recruit.channel == PARTNER or bool(recruit.partner and recruit.channel != "friend")
