"""What stands in a member's record."""

from PySide6.QtWidgets import QGridLayout, QWidget

from desktop.views.profile import Profile
from resources import Words
from ui import figures
from ui.keys import KEYS
from ui.widgets.card import Card, label
from ui.widgets.elided_label import ElidedLabel
from ui.widgets.keyed_button import KeyedButton


class FactsCard(Card):
    """``paint(profile)``: only what is known. ``card`` is the button for a member's card, where there is a code."""

    def __init__(self, words: Words) -> None:
        super().__init__()
        self._words = words
        self._facts = QWidget()
        self._shown: dict[str, str] = {}
        self.card = KeyedButton(words("card.button"), KEYS.card, role="small")
        self.card.setToolTip(words("card.hint"))
        self.head(words("profile.facts"), self.card)
        self.column.addWidget(self._facts)

    def paint(self, profile: Profile) -> None:
        """Show a member."""
        self.card.setVisible(profile.code is not None)
        told = self._told(profile)
        if told == self._shown:
            return
        self._shown = told
        fresh = QWidget()
        grid = QGridLayout(fresh)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(6)
        grid.setColumnStretch(1, 1)
        for row, (name, value) in enumerate(told.items()):
            grid.addWidget(label(self._words(f"profile.{name}"), "small"), row, 0)
            grid.addWidget(ElidedLabel(value, "line"), row, 1)
        self.column.replaceWidget(self._facts, fresh)
        self._facts.hide()
        self._facts.deleteLater()
        self._facts = fresh

    def _told(self, profile: Profile) -> dict[str, str]:
        facts = {
            "birthday": profile.birthday,
            "channel": self._channel(profile.channel),
            "enrolled": figures.full_day(profile.enrolled_at) if profile.enrolled_at else None,
            "store": profile.store,
            "guide": profile.guide,
            "code": profile.code,
        }
        return {name: value for name, value in facts.items() if value}

    def _channel(self, channel: str | None) -> str | None:
        name = f"channel.{channel}"
        return self._words(name) if channel and name in self._words else channel
