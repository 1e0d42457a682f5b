"""What is known of a member's likes, what they are like, what they met lately, what they agreed to."""

from collections.abc import Sequence
from datetime import datetime

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QWidget

from desktop.rules.consent import SENSITIVE
from desktop.views.profile import ConsentView, Profile, RecentLine
from desktop.views.visit import PreferenceView
from resources import Words
from ui import figures
from ui.portrayed import Portrayed
from ui.trade_names import TradeNames
from ui.widgets.card import Card, label, rule
from ui.widgets.chip import Chip
from ui.widgets.consent_lines import ConsentLines
from ui.widgets.elided_label import ElidedLabel
from ui.widgets.flow_layout import FlowLayout
from ui.widgets.tags_part import TagsPart

RECENT = 4


class PreferencesCard(Card):
    """``paint(profile)`` and ``portray(portrayed)``.

    ``withdrawn(preference_id)``, ``consent_changed(purpose, agreed)``.
    """

    withdrawn = Signal(str)
    consent_changed = Signal(str, bool)

    def __init__(self, words: Words) -> None:
        super().__init__()
        self._words = words
        self._shown: Profile | None = None
        self._names: TradeNames | None = None
        self._chips = FlowLayout()
        self.tags = TagsPart(words)
        self._none = label(words("profile.no_preferences"), "small", wrap=True)
        self._recent_title = label(words("profile.recent"), "h3")
        self._recent = QWidget()
        self.consents = ConsentLines(words)
        self.consents.changed.connect(self.consent_changed)
        self.column.setSpacing(6)
        self.column.addWidget(label(words("profile.preferences"), "h3"))
        self.column.addLayout(self._chips)
        self.column.addWidget(self._none)
        self.column.addSpacing(4)
        self.column.addWidget(self.tags)
        self.column.addSpacing(4)
        self.column.addWidget(self._recent_title)
        self.column.addWidget(self._recent)
        self.column.addStretch(1)
        self.column.addSpacing(4)
        self.column.addWidget(rule())
        self.column.addWidget(self.consents)

    def portray(self, portrayed: Portrayed) -> None:
        """Show what the rules say of the member."""
        self.tags.paint(portrayed)
        self.tags.show()

    def paint(self, profile: Profile, now: datetime, names: TradeNames) -> None:
        """Show a member; names: what the shop calls preferences."""
        before, self._shown = self._shown, profile
        other, self._names = names != self._names, names
        if other or before is None or before.preferences != profile.preferences:
            self._show_chips(profile.preferences)
        if before is None or before.recent != profile.recent:
            self._show_recent(profile.recent[:RECENT], now)
        if before is None or before.member_id != profile.member_id:
            self.consents.fold()
            self.tags.hide()
        self._none.setVisible(not profile.preferences)
        self.consents.paint(tuple(each for each in profile.consents if self._is_asked(each)))

    def _is_asked(self, consent: ConsentView) -> bool:
        """Whether this shop has anything that needs the consent, or it was ever spoken of."""
        return consent.purpose != SENSITIVE or consent.at is not None or bool(self._names and self._names.sensitive)

    def _show_chips(self, preferences: Sequence[PreferenceView]) -> None:
        self._chips.clear()
        for each in preferences:
            value = self._names.value(each.facet, each.value) if self._names else each.value
            said = self._words("profile.dislikes", value=value) if each.sentiment == "dislikes" else value
            chip = Chip(said, removable=True)
            chip.setChecked(each.sentiment == "likes")
            chip.setAccessibleDescription(f"{self._facet(each.facet)} · {self._words('profile.withdraw_hint')}")
            chip.removed.connect(lambda preference_id=each.id: self.withdrawn.emit(preference_id))
            self._chips.addWidget(chip)

    def _facet(self, facet: str) -> str:
        """What it is about, in words if there are any."""
        return self._names.facet(facet) if self._names else facet

    def _show_recent(self, recent: Sequence[RecentLine], now: datetime) -> None:
        fresh = QWidget()
        grid = QGridLayout(fresh)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(12)
        grid.setColumnStretch(1, 1)
        for row, line in enumerate(recent):
            grid.addWidget(label(figures.day(line.at, now), "small"), row, 0)
            grid.addWidget(ElidedLabel(f"{self._words(f'action.{line.action}')} · {line.product}", "line"), row, 1)
        self.column.replaceWidget(self._recent, fresh)
        self._recent.hide()
        self._recent.deleteLater()
        self._recent = fresh
        for part in (self._recent_title, self._recent):
            part.setVisible(bool(recent))
