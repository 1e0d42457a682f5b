"""Language and colours, who is on duty, what this till is."""

from dataclasses import replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFormLayout, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from desktop.services.guides import sign_on
from desktop.settings import Settings
from desktop.views.till import find_guides, find_till
from resources import LANGUAGES, Words
from ui.bridge import Bridge
from ui.screen import Screen
from ui.widgets.card import Card, label
from ui.widgets.choice import Choice

_THEMES = ("light", "dark", "system")
_WIDEST = 880


class SettingsScreen(Screen):
    """``changed`` gives the new Settings; whoever hears it saves them and dresses the window anew."""

    changed = Signal(object)

    def __init__(self, bridge: Bridge, words: Words, settings: Settings) -> None:
        super().__init__(bridge, words)
        self._settings = settings
        self.languages = Choice([(each, words(f"settings.{each}")) for each in LANGUAGES], settings.language)
        self.languages.chosen.connect(lambda key: self.changed.emit(replace(self._settings, language=key)))
        self.themes = Choice([(each, words(f"settings.{each}")) for each in _THEMES], settings.theme)
        self.themes.chosen.connect(lambda key: self.changed.emit(replace(self._settings, theme=key)))
        self._guides = QVBoxLayout()
        self._facts = QFormLayout()
        self._facts.setHorizontalSpacing(24)
        self._facts.setLabelAlignment(Qt.AlignmentFlag.AlignLeft)
        self._lay_out()

    def _lay_out(self) -> None:
        inside = QWidget()
        inside.setMaximumWidth(_WIDEST)
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addWidget(self._look_card())
        column.addWidget(self._guide_card())
        column.addWidget(self._till_card())
        column.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        scroll.setWidget(inside)
        page = QVBoxLayout(self)
        page.setContentsMargins(24, 24, 24, 8)
        page.addWidget(scroll)

    def _look_card(self) -> Card:
        card = Card()
        card.column.addWidget(label(self.words("settings.title"), "h1"))
        for name, choice in (("language", self.languages), ("theme", self.themes)):
            row = QHBoxLayout()
            head = label(self.words(f"settings.{name}"), "muted")
            head.setMinimumWidth(96)
            row.addWidget(head)
            row.addWidget(choice, 1)
            card.column.addLayout(row)
        return card

    def _guide_card(self) -> Card:
        card = Card()
        card.head(self.words("settings.guide"), label(self.words("settings.guide_hint"), "small"))
        card.column.addLayout(self._guides)
        return card

    def _till_card(self) -> Card:
        card = Card()
        card.head(self.words("settings.till"))
        card.column.addLayout(self._facts)
        card.column.addWidget(label(self.words("settings.about"), "muted", wrap=True))
        return card

    def enter(self) -> None:
        """The keyboard begins at the language."""
        super().enter()
        self.languages.take_focus()

    def refresh(self) -> None:
        """Who is on duty, and what this till is."""
        till = self.bridge.read(find_till)
        guides = [(each.id, each.name) for each in self.bridge.read(find_guides)]
        while item := self._guides.takeAt(0):
            if widget := item.widget():
                widget.deleteLater()
        choice = Choice(guides, till.guide_id)
        choice.chosen.connect(lambda guide_id: self.bridge.run(sign_on, guide_id))
        self._guides.addWidget(choice if guides else label(self.words("shell.no_guides"), "muted"))
        while self._facts.rowCount():
            self._facts.removeRow(0)
        self._fact("store", till.store or self.words("shell.no_store"))
        self._fact("device", till.device_id)
        self._fact("hub", till.hub_url or self.words("settings.hub_none"))

    def _fact(self, name: str, text: str) -> None:
        value = label(text)
        value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._facts.addRow(label(self.words(f"settings.{name}"), "muted"), value)
