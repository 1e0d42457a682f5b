"""Members: those served lately, one's own, those whom nobody serves, those of high value, and whoever words lead to."""

from collections.abc import Mapping, Sequence
from datetime import date

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QVBoxLayout

from desktop.errors import TillError
from desktop.services.ownership import hand_over
from desktop.views.search import Found, find_members, find_served, recent_members
from desktop.views.till import find_guides, find_till
from desktop.views.valued import Valued, find_valued
from resources import Words
from ui.bridge import Bridge
from ui.keys import KEYS
from ui.said import Said, sentence
from ui.screen import Screen
from ui.widgets.card import Card, label
from ui.widgets.keyed_button import KeyedButton
from ui.widgets.people_list import PeopleList
from ui.widgets.search_field import SearchField
from ui.widgets.segmented import Segmented
from ui.widgets.task_row import day_of, title_of

FILTERS = ("all", "mine", "unclaimed", "valued")
_MOST = 50  # never the whole list: there may be a million
_WIDEST = 880


class Members(Screen):
    """page_wanted gives an id; newcomer_wanted what was typed; said is a Said for the message bar."""

    page_wanted = Signal(str)
    newcomer_wanted = Signal(str)
    said = Signal(object)

    def __init__(self, bridge: Bridge, words: Words) -> None:
        super().__init__(bridge, words)
        self.field = SearchField(words("members.search"))
        self.field.setClearButtonEnabled(True)
        self.field.textChanged.connect(self.refresh)
        self.field.installEventFilter(self)
        self.filters = Segmented([(each, words(f"members.{each}")) for each in FILTERS])
        self.filters.take("all")
        self.filters.chosen.connect(self._filter)
        self.give = KeyedButton(words("members.hand_over"), role="small")
        self.give.clicked.connect(self._offer_guides)
        self.people = PeopleList(words)
        self.people.setAccessibleName(words("members.title"))
        self.people.chosen.connect(self.page_wanted)
        self.told = label("", "small")
        self._lay_out()

    def _lay_out(self) -> None:
        enrol = KeyedButton(self.words("members.enrol"), KEYS.enrol, role="primary", hint_only=True)
        enrol.clicked.connect(lambda: self.newcomer_wanted.emit(self.field.text().strip()))
        title, head, below = QHBoxLayout(), QHBoxLayout(), QHBoxLayout()
        title.addWidget(label(self.words("members.title"), "h1"))
        title.addStretch(1)
        title.addWidget(self.filters)
        head.setSpacing(12)
        head.addWidget(self.field, 1)
        head.addWidget(enrol)
        below.addWidget(self.told, 1)
        below.addWidget(self.give)
        card = Card(padding=0)
        card.setMaximumWidth(_WIDEST)
        card.column.setContentsMargins(8, 16, 8, 8)
        inner = QVBoxLayout()
        inner.setContentsMargins(8, 0, 8, 0)
        inner.setSpacing(12)
        for row in (title, head, below):
            inner.addLayout(row)
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
        words, taken = self.field.text().strip(), self.filters.taken
        people, beside = self._valued(words) if taken == "valued" else (self._people(words), None)
        self.people.paint(people, beside)
        self.told.setText(self._headline(words, len(people)))
        self.give.setVisible(taken == "mine" and bool(people) and not words)

    def _people(self, words: str) -> Sequence[Found]:
        taken = self.filters.taken
        if taken == "unclaimed":
            return self.bridge.read(find_served, None, words, _MOST)
        if taken == "mine":
            guide = self.bridge.read(find_till).guide_id
            return self.bridge.read(find_served, guide, words, _MOST) if guide else ()
        return self.bridge.read(find_members, words, _MOST) if words else self.bridge.read(recent_members, _MOST)

    def _valued(self, words: str) -> tuple[Sequence[Found], Mapping[str, str]]:
        """Those of high value, with whose they are and what comes next."""
        today = self.bridge.desk.clock.today()
        found = self.bridge.read(find_valued, today, words, _MOST)
        return [each.found for each in found], {each.found.member_id: self._plan(each, today) for each in found}

    def _plan(self, each: Valued, today: date) -> str:
        owner = each.guide or self.words("members.nobodys")
        if each.next is None:
            return f"{each.score} · {owner} · {self.words('members.no_plan')}"
        return f"{each.score} · {owner} · {title_of(each.next, self.words)} {day_of(each.next.due, today, self.words)}"

    def _headline(self, words: str, count: int) -> str:
        taken = self.filters.taken
        if not words and taken == "all":
            return self.words("members.recent" if count else "idle.recent_none")
        if not count:
            return self.words("members.none" if words else f"members.none_{taken}")
        return self.words("members.found_many" if count == _MOST else "members.found", count=count)

    def _filter(self, name: str) -> None:
        self.filters.take(name)
        self.refresh()

    def _offer_guides(self) -> None:
        """To whom all of one's members go."""
        mine = self.bridge.read(find_till).guide_id
        menu = QMenu(self)
        menu.aboutToHide.connect(menu.deleteLater)
        for guide in self.bridge.read(find_guides):
            if guide.id != mine:
                told = menu.addAction(self.words("members.handed_to", guide=guide.name))
                told.triggered.connect(lambda _=False, to=guide.id: self.hand_over(to))
        menu.addAction(self.words("members.handed_nobody")).triggered.connect(lambda: self.hand_over(None))
        menu.popup(self.give.mapToGlobal(QPoint(0, self.give.height() + 4)))
        menu.setActiveAction(menu.actions()[0])

    def hand_over(self, to: str | None) -> None:
        """All members of whoever serves go to another guide, None is nobody: some at a time, until there are none."""
        mine = self.bridge.read(find_till).guide_id

        def more(left: int) -> None:
            self.give.setEnabled(not left)
            if left:
                self.told.setText(self.words("members.handing", count=left))
                self.bridge.run(hand_over, mine, to, then=more, failed=stop)
            else:
                self.said.emit(Said(self.words("members.handed")))

        def stop(error: TillError) -> None:
            self.give.setEnabled(True)
            self.refresh()
            self.said.emit(Said(sentence(self.words, error), "warn"))

        if mine:
            self.give.setEnabled(False)
            self.bridge.run(hand_over, mine, to, then=more, failed=stop)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            if event.key() == Qt.Key.Key_Down and self.people.count:
                self.people.pick(1)
                self.people.setFocus()
                return True
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                if first := self.people.first():
                    self.page_wanted.emit(first)
                return True
        return super().eventFilter(watched, event)
