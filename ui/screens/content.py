"""Content: what there is to say, found by its words, told to a member, and what came of it."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent

from desktop.errors import TillError
from desktop.rules.conditions import Subject
from desktop.services.contents import note_answer, use_content
from desktop.views.contents import ContentView, find_contents, uses_of
from desktop.views.portrait import find_portrait
from desktop.views.search import Found, find_members
from desktop.views.visit import find_running_visit
from resources import Words
from ui.bridge import Bridge
from ui.said import Said, sentence
from ui.screen import Screen
from ui.widgets.content_card import ContentCard
from ui.widgets.content_row import ContentRow
from ui.widgets.list_page import ListPage
from ui.widgets.search_field import SearchField

_SIDE = 420


class Content(Screen):
    """said is a Said for the message bar. Whoever is served is who it is for, unless another member is chosen."""

    said = Signal(object)

    def __init__(self, bridge: Bridge, words: Words) -> None:
        super().__init__(bridge, words)
        self.field = SearchField(words("content.search"))
        self.field.setClearButtonEnabled(True)
        self.field.textChanged.connect(self.refresh)
        self.field.installEventFilter(self)
        self.rows: dict[str, ContentRow] = {}
        self.picked = self._served = ""
        self.card = ContentCard(words, self._find)
        self.card.setFixedWidth(_SIDE)
        self.card.told.connect(self._tell)
        self.card.answered.connect(lambda use_id: self.bridge.run(note_answer, use_id))
        self.card.copied.connect(self._copy)
        self.card.who.changed.connect(self.refresh)
        self.page = ListPage(self, self.card)
        self.page.head(words("content.title"))
        self.page.over.addWidget(self.field)
        self.page.scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def enter(self) -> None:
        """Whoever is served is who it is for, whoever it was for before."""
        self._served = self.card.who.member_id
        self.mark_stale()
        super().enter()
        self.field.setFocus()

    def refresh(self) -> None:
        """The list, and the piece that is read; the first one when there was none."""
        today, visit = self.bridge.today(), self.bridge.read(find_running_visit)
        self._follow((visit and visit.member_id) or "", name=(visit and visit.member_name) or "")
        views = self.bridge.read(find_contents, self.field.text().strip(), today, self._subject())
        self.rows = {view.id: self._row(view) for view in views}
        self.page.fill(self.rows.values())
        self.page.empty.setText(self.words("content.none_found" if self.field.text().strip() else "content.none"))
        if self.picked not in self.rows:
            self.picked = next(iter(self.rows), "")
        self._paint_picked()

    def _follow(self, member_id: str, *, name: str) -> None:
        """Another member is served, or nobody any more: then whoever was chosen by hand stays."""
        if member_id != self._served and (member_id or self.card.who.member_id == self._served):
            self.card.who.show_picked(member_id, name)
        self._served = member_id

    def _row(self, view: ContentView) -> ContentRow:
        row = ContentRow(view, self.words)
        row.picked.connect(self._pick)
        return row

    def _pick(self, content_id: str) -> None:
        self.picked = content_id
        self._paint_picked()

    def _paint_picked(self) -> None:
        self.card.setVisible(bool(self.picked))
        for row in self.rows.values():
            row.pick(row.view.id == self.picked)
        if self.picked:
            self.card.paint(self.rows[self.picked].view, self.bridge.read(uses_of, self.picked))

    def _tell(self, member_id: str, how: str) -> None:
        visit = self.bridge.read(find_running_visit)
        visit_id = visit.id if visit and visit.member_id == member_id else None

        def saved(_use_id: str) -> None:
            self.card.error.clear()
            self.said.emit(Said(self.words("content.saved")))

        told = (self.picked, member_id, how, visit_id)
        self.bridge.run(use_content, *told, once=True, then=saved, failed=self._refused)

    def _refused(self, error: TillError) -> None:
        self.card.complain(sentence(self.words, error))
        if not self.card.isVisible():
            self.bridge.trouble.emit(error)

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.rows[self.picked].view.text)
        self.said.emit(Said(self.words("content.copied")))

    def _subject(self) -> Subject | None:
        member_id = self.card.who.member_id
        if not member_id:
            return None
        today = self.bridge.today()
        portrait = self.bridge.read(find_portrait, member_id, today)
        return portrait.rules.subject if portrait else None

    def _find(self, text: str, limit: int) -> Sequence[Found]:
        return self.bridge.read(find_members, text, limit)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(Qt.Key(event.key()))
            if step and self.rows:
                ids = list(self.rows)
                self._pick(ids[max(0, min(len(ids) - 1, ids.index(self.picked) + step))])
                return True
        return super().eventFilter(watched, event)
