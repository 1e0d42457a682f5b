"""What a member likes and does not like, facet by facet, and what was turned down and why."""

from collections.abc import Sequence
from datetime import datetime
from itertools import groupby

from PySide6.QtWidgets import QWidget

from desktop.rules.trade import Trade
from desktop.views.member_page import Liking, TurnedDown
from resources import Words
from ui import figures
from ui.widgets.card import label
from ui.widgets.chip import Chip
from ui.widgets.flow_layout import FlowLayout
from ui.widgets.sections import Section


class LikingsSection(Section):
    """``paint(likings, declined, trade, now)``."""

    def __init__(self, words: Words) -> None:
        super().__init__()
        self._words = words

    def paint(self, likings: Sequence[Liking], declined: Sequence[TurnedDown], trade: Trade, now: datetime) -> None:
        """Show a member's."""
        self.clear()
        for facet, values in groupby(likings, key=lambda each: each.facet):
            self.heading(self._facet(facet, trade))
            box = QWidget()
            chips = FlowLayout(box, gap=8, line_gap=2)
            for each in values:
                chips.addWidget(self._chip(each, now))
            self.column.addWidget(box)
        if not likings:
            self.nothing(self._words("profile.no_preferences"))
        self.heading(self._words("page.declined"))
        for line in declined:
            self.line(figures.day(line.at, now), line.product, self._reason(line.reason, trade))
        if not declined:
            self.nothing(self._words("page.no_declined"))
        self.column.addStretch(1)

    def _chip(self, liking: Liking, now: datetime) -> QWidget:
        words = self._words
        value = words("profile.dislikes", value=liking.value) if liking.sentiment == "dislikes" else liking.value
        last = figures.day(liking.last, now)
        told = words("page.noted_times", count=liking.times, day=last) if liking.times > 1 else last
        box = QWidget()
        row = FlowLayout(box, gap=6)
        chip = Chip(value)
        chip.setChecked(liking.sentiment == "likes")
        chip.setAccessibleDescription(told)
        row.addWidget(chip)
        row.addWidget(label(told, "faint"))
        box.setMinimumWidth(chip.sizeHint().width() + 6 + label(told, "faint").sizeHint().width() + 8)
        return box

    def _facet(self, key: str, trade: Trade) -> str:
        """As the trade calls it; one of an older trade as the words do."""
        facet, name = trade.facet(key), f"facet.{key}"
        if facet:
            return facet.names.get(self._words.language, key)
        return self._words(name) if name in self._words else key

    def _reason(self, reason: str | None, trade: Trade) -> str:
        told = next((each for each in trade.decline_reasons if each.value == reason), None)
        if told:
            return told.names.get(self._words.language, reason or "")
        name = f"reason.{reason}"
        return self._words(name) if reason and name in self._words else reason or ""
