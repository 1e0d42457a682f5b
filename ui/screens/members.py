"""Members: who was served lately, and whoever a phone, a name or a card leads to."""

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout

from desktop.views.search import find_members, recent_members
from resources import Words
from ui.bridge import Bridge
from ui.keys import KEYS
from ui.screen import Screen
from ui.widgets.card import Card, label
from ui.widgets.keyed_button import KeyedButton
from ui.widgets.people_list import PeopleList
from ui.widgets.search_field import SearchField

_MOST = 50  # never the whole list: there may be a million
_WIDEST = 880


class Members(Screen):
    """member_wanted gives an id; newcomer_wanted what was typed."""

    member_wanted = Signal(str)
    newcomer_wanted = Signal(str)

    def __init__(self, bridge: Bridge, words: Words) -> None:
        super().__init__(bridge, words)
        self.field = SearchField(words("members.search"))
        self.field.setClearButtonEnabled(True)
        self.field.textChanged.connect(self.refresh)
        self.field.installEventFilter(self)
        self.people = PeopleList(words)
        self.people.setAccessibleName(words("members.title"))
        self.people.chosen.connect(self.member_wanted)
        self.told = label("", "small")
        self._lay_out()

    def _lay_out(self) -> None:
        enrol = KeyedButton(self.words("members.enrol"), KEYS.enrol, role="primary", hint_only=True)
        enrol.clicked.connect(lambda: self.newcomer_wanted.emit(self.field.text().strip()))
        head = QHBoxLayout()
        head.setSpacing(12)
        head.addWidget(self.field, 1)
        head.addWidget(enrol)
        card = Card(padding=0)
        card.setMaximumWidth(_WIDEST)
        card.column.setContentsMargins(8, 16, 8, 8)
        inner = QVBoxLayout()
        inner.setContentsMargins(8, 0, 8, 0)
        inner.setSpacing(12)
        inner.addWidget(label(self.words("members.title"), "h1"))
        inner.addLayout(head)
        inner.addWidget(self.told)
        card.column.addLayout(inner)
        card.column.addWidget(self.people, 1)
        page = QHBoxLayout(self)
        page.setContentsMargins(24, 24, 24, 8)
        page.addStretch(1)
        page.addWidget(card, 100)
        page.addStretch(1)

    def enter(self) -> None:
        """Have the keyboard in the field, and last time's words marked."""
        super().enter()
        self.field.setFocus()
        self.field.selectAll()

    def refresh(self) -> None:
        """Those who answer to what is typed; with nothing typed, those served lately."""
        words = self.field.text().strip()
        people = self.bridge.read(find_members, words, _MOST) if words else self.bridge.read(recent_members, _MOST)
        self.people.paint(people)
        self.told.setText(self._headline(words, len(people)))

    def _headline(self, words: str, count: int) -> str:
        if not words:
            return self.words("members.recent" if count else "idle.recent_none")
        if not count:
            return self.words("members.none")
        return self.words("members.found_many" if count == _MOST else "members.found", count=count)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            if event.key() == Qt.Key.Key_Down and self.people.count:
                self.people.pick(1)
                self.people.setFocus()
                return True
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                if first := self.people.first():
                    self.member_wanted.emit(first)
                return True
        return super().eventFilter(watched, event)
