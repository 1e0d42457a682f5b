"""Language, colours and sounds, who is on duty, what this till is; its scanners; its rules about old cards."""

from dataclasses import replace

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QFormLayout, QHBoxLayout, QScrollArea, QStackedWidget, QVBoxLayout, QWidget

from desktop.errors import TillError
from desktop.scanning.code_rules import LegacyRule
from desktop.scanning.wedge_profile import WedgeProfile
from desktop.services.code_rules import set_old_cards
from desktop.services.guides import sign_on
from desktop.settings import SerialPort, Settings
from desktop.views.code_rules import find_own_rules, find_rules
from desktop.views.till import find_guides, find_till
from resources import LANGUAGES, Words
from ui.bridge import Bridge
from ui.screen import Screen
from ui.serial_lines import SerialLines
from ui.widgets.card import Card, empty, label
from ui.widgets.card_rules import CardRules
from ui.widgets.choice import Choice
from ui.widgets.scan_test import ScanTest
from ui.widgets.scanner_card import ScannerCard
from ui.widgets.serial_card import SerialCard
from ui.window import Window

_THEMES = ("light", "dark", "system")
_SOUNDS = ("off", "soft", "normal", "loud")
_WIDEST = 880


class SettingsScreen(Screen):
    """``changed`` gives the new Settings; whoever hears it saves them, and dresses the window anew if need be.

    entered: they are up.
    """

    changed = Signal(object)
    entered = Signal()

    def __init__(self, bridge: Bridge, words: Words, settings: Settings) -> None:
        super().__init__(bridge, words)
        self._settings = settings
        self._window: Window | None = None
        self._lines: SerialLines | None = None
        self.scanner: ScannerCard | None = None
        self.test: ScanTest | None = None
        self.serial: SerialCard | None = None
        self.cards: CardRules | None = None
        # Each page is made when it is first looked at: together they would take a tenth of a second of the start.
        self._makers = {"general": self._make_general, "scanner": self._make_scanner, "cards": self._make_cards}
        self._made: dict[str, QWidget] = {}

    def attend(self, window: Window, lines: SerialLines) -> None:
        """The scanners that are set here."""
        self._window, self._lines = window, lines
        lines.told.connect(self._paint_lines)

    def take_scan(self, text: str) -> bool:
        """Whether a scan is a test, and shown here."""
        if self.test is None or not self.test.testing:
            return False
        self.test.rules = self.bridge.read(find_rules)
        self.test.take_scan(text)
        return True

    def show_page(self, name: str) -> None:
        """Turn to general, scanner or cards."""
        if not self._made:
            self._lay_out()
        if name not in self._made:
            self._made[name] = _scrolled(*self._makers[name]())
            self._stack.addWidget(self._made[name])
        self.pages.take(name)
        self._stack.setCurrentWidget(self._made[name])

    def take(self, settings: Settings) -> None:
        """Show these: what was set could not be kept."""
        self._settings = settings
        self.languages.take(settings.language)
        self.themes.take(settings.theme)
        self.sounds.take(settings.sound)

    # The pages

    def _make_general(self) -> list[Card]:
        words, settings = self.words, self._settings
        self.languages = Choice([(each, words(f"settings.{each}")) for each in LANGUAGES], settings.language)
        self.languages.chosen.connect(lambda key: self._set(replace(self._settings, language=key)))
        self.themes = Choice([(each, words(f"settings.{each}")) for each in _THEMES], settings.theme)
        self.themes.chosen.connect(lambda key: self._set(replace(self._settings, theme=key)))
        self.sounds = Choice([(each, words(f"settings.sound_{each}")) for each in _SOUNDS], settings.sound)
        self.sounds.chosen.connect(self._set_sound)
        self._guides = QVBoxLayout()
        self._facts = QFormLayout()
        self._facts.setHorizontalSpacing(24)
        self._facts.setLabelAlignment(Qt.AlignmentFlag.AlignLeft)
        return [self._look_card(), self._guide_card(), self._till_card()]

    def _make_scanner(self) -> list[Card]:
        words, settings = self.words, self._settings
        self.scanner = ScannerCard(words, settings.profiles, settings.scanner)
        self.scanner.changed.connect(self._set_profile)
        self.test = ScanTest(words)
        self.serial = SerialCard(words, settings.serial)
        self.serial.changed.connect(self._set_lines)
        if self._window is not None:
            self.test.attend(self._window.scanner)
            self.test.told.connect(self._window.tell_fault)
        self._paint_lines()
        return [self.scanner, self.test, self.serial]

    def _make_cards(self) -> list[Card]:
        self.cards = CardRules(self.words)
        self.cards.changed.connect(self._set_cards)
        self._paint_cards()
        return [self.cards]

    def _set(self, settings: Settings) -> None:
        self._settings = settings
        self.changed.emit(settings)

    def _set_sound(self, volume: str) -> None:
        self._set(replace(self._settings, sound=volume))  # type: ignore[arg-type]
        if self._window is not None:
            self._window.feedback.sounds.play("good")

    @Slot(object)
    def _set_profile(self, profile: WedgeProfile) -> None:
        self._set(self._settings.with_profile(profile))

    @Slot(object)
    def _set_lines(self, ports: tuple[SerialPort, ...]) -> None:
        self._set(replace(self._settings, serial=ports))

    @Slot(object)
    def _set_cards(self, rules: tuple[LegacyRule, ...]) -> None:
        self.bridge.run(set_old_cards, rules, then=lambda _: self._paint_cards(), failed=self._not_set)

    def _not_set(self, error: TillError) -> None:
        self._tell(error)
        self.refresh()

    def _tell(self, error: TillError) -> None:
        if self._window is not None:
            self._window.tell_fault(error)

    # How it is laid out

    def _lay_out(self) -> None:
        self.pages = Choice([(each, self.words(f"settings.{each}")) for each in self._makers], None)
        self.pages.chosen.connect(self.show_page)
        self._stack = QStackedWidget()
        top = QHBoxLayout()
        top.setSpacing(24)
        top.addWidget(label(self.words("settings.title"), "h1"))
        top.addWidget(self.pages, 1)
        inside = QWidget()
        inside.setMaximumWidth(_WIDEST)
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(16)
        column.addLayout(top)
        column.addWidget(self._stack, 1)
        page = QHBoxLayout(self)
        page.setContentsMargins(24, 16, 24, 8)
        page.addStretch(1)
        page.addWidget(inside, 1000)
        page.addStretch(1)

    def _look_card(self) -> Card:
        card = Card()
        card.head(self.words("settings.look"))
        for name, choice in (("language", self.languages), ("theme", self.themes), ("sound", self.sounds)):
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

    # What is painted

    def enter(self) -> None:
        """The keyboard begins at the language."""
        if not self._made:
            self.show_page("general")
        super().enter()
        self.languages.take_focus()
        self.entered.emit()

    def refresh(self) -> None:
        """Who is on duty, what this till is, which rules hold here."""
        till = self.bridge.read(find_till)
        guides = [(each.id, each.name) for each in self.bridge.read(find_guides)]
        empty(self._guides)
        self.guides = Choice(guides, till.guide_id)
        self.guides.chosen.connect(lambda guide_id: self.bridge.run(sign_on, guide_id, failed=self._not_set))
        self._guides.addWidget(self.guides if guides else label(self.words("shell.no_guides"), "muted"))
        while self._facts.rowCount():
            self._facts.removeRow(0)
        self._fact("store", till.store or self.words("shell.no_store"))
        self._fact("device", till.device_id)
        self._fact("hub", till.hub_url or self.words("settings.hub_none"))
        self._paint_cards()

    def _paint_cards(self) -> None:
        if self.cards is not None:
            self.cards.paint(self.bridge.read(find_own_rules), self.bridge.read(find_rules))

    @Slot()
    def _paint_lines(self) -> None:
        if self._lines is not None and self.serial is not None:
            self.serial.paint(self._lines.states)

    def _fact(self, name: str, text: str) -> None:
        value = label(text)
        value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._facts.addRow(label(self.words(f"settings.{name}"), "muted"), value)


def _scrolled(*cards: Card) -> QScrollArea:
    """Cards one below the other, with a scroll bar where there is no room."""
    inside = QWidget()
    column = QVBoxLayout(inside)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(12)
    for card in cards:
        column.addWidget(card)
    column.addStretch(1)
    scroll = QScrollArea()
    scroll.setWidgetResizable(True)
    scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    scroll.setWidget(inside)
    return scroll
