"""The codes that members are won with: what each has won, its poster, and the form for a new one."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout

import resources
from desktop.views.recruits import RecruitView
from resources import Words
from ui.figures import money
from ui.widgets.card import Card, empty, label
from ui.widgets.chip_choice import ChipChoice
from ui.widgets.elided_label import ElidedLabel
from ui.widgets.growing_scroll import GrowingScroll
from ui.widgets.keyed_button import KeyedButton
from ui.widgets.typing_field import TypingField

PARTNER = "partner"


class RecruitCard(Card):
    """made(channel, label, partner), closed(code); ``rows`` are by code, each with ``poster`` and ``close``."""

    made = Signal(str, str, str)
    closed = Signal(str)

    def __init__(self, words: Words) -> None:
        super().__init__()
        self._words = words
        self.rows: dict[str, RecruitRow] = {}
        self.head(words("recruits.title"))
        channels = [(each, words(f"channel.{each}")) for each in resources.choices()["channels"]]
        self.channels = ChipChoice([*channels, (PARTNER, words("recruits.partner"))], "poster")
        self.name = TypingField(hint=words("recruits.label_hint"))
        self.partner = TypingField(hint=words("recruits.partner_hint"))
        self.error = label("", "error", wrap=True)
        self.make = KeyedButton(words("recruits.make"), role="primary")
        self._list = GrowingScroll(least=120)
        for part in (self.channels, self.name, self.partner, self.error, self.make):
            self.column.addWidget(part)
        self.column.addWidget(self._list, 1)
        self.column.addStretch(0)
        self.channels.chosen.connect(self._choose)
        self.make.clicked.connect(self._make)
        self._choose("poster")
        self.error.hide()

    def paint(self, views: Sequence[RecruitView], currency: str) -> None:
        """Every code, those that have won most first; costs are in ``currency``."""
        empty(self._list.column)
        self.rows = {view.code: RecruitRow(view, self._words, currency) for view in views}
        for code, row in self.rows.items():
            row.close_it.clicked.connect(lambda _checked=False, code=code: self.closed.emit(code))
            self._list.column.addWidget(row)
        if not views:
            self._list.column.addWidget(label(self._words("recruits.none"), "small", wrap=True))

    def begin(self) -> None:
        """Empty, for the next one."""
        for field in (self.name, self.partner):
            field.clear()
        self.complain("")

    @property
    def typed(self) -> object:
        """What stands in it."""
        return self.channels.taken, self.name.text(), self.partner.text()

    def complain(self, text: str) -> None:
        """Say what is wrong."""
        self.error.setText(text)
        self.error.setVisible(bool(text))

    def _choose(self, channel: str) -> None:
        self.partner.setVisible(channel == PARTNER)

    def _make(self) -> None:
        partner = self.partner.text().strip() if self.channels.taken == PARTNER else ""
        self.made.emit(self.channels.taken or "", self.name.text().strip(), partner)


class RecruitRow(QFrame):
    """One code: what it is called, whose it is, how many it has won and what that cost."""

    def __init__(self, view: RecruitView, words: Words, currency: str) -> None:
        super().__init__()
        self.setProperty("role", "row")
        self.view = view
        self.poster = KeyedButton(words("recruits.poster"), role="small")
        self.close_it = KeyedButton(words("recruits.close"), role="small")
        head, foot, column = QHBoxLayout(), QHBoxLayout(), QVBoxLayout(self)
        column.setContentsMargins(0, 8, 4, 8)
        column.setSpacing(4)
        won = label(words("recruits.won", count=view.won), "strong")
        head.addWidget(ElidedLabel(view.label, "strong"), 1)
        head.addWidget(won)
        channel = f"channel.{view.channel}"
        named = words(channel) if channel in words else words("recruits.partner" if view.partner else "recruits.other")
        about = [named, view.partner, view.guide, None if view.active else words("recruits.closed")]
        foot.setSpacing(6)
        foot.addWidget(ElidedLabel(" · ".join(part for part in about if part), "small"), 1)
        foot.addWidget(self.poster)
        foot.addWidget(self.close_it)
        column.addLayout(head)
        self.cost = _cost(view, words, currency)
        column.addWidget(label(self.cost, "small", wrap=True))
        column.addLayout(foot)
        self.close_it.setVisible(view.active)  # not before: it would be a window of its own
        self.setAccessibleName(f"{view.label} {won.text()}")


def _cost(view: RecruitView, words: Words, currency: str) -> str:
    if view.cost is None:
        return words("recruits.cost_unknown")
    cost = money(view.cost, currency)
    if view.each is not None:
        return words("recruits.cost_each", cost=cost, each=money(view.each, currency))
    return words("recruits.cost_shared" if view.won else "recruits.cost", cost=cost)
