"""Tasks: whom to reach out to, why, and what came of it; who may become a member; who comes today and who has left."""

from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QStackedLayout, QVBoxLayout, QWidget

from desktop.views.appointments import find_day
from desktop.views.leads import count_leads_due
from desktop.views.leavers import find_leavers
from desktop.views.till import find_till
from resources import Words
from ui.bridge import Bridge
from ui.screen import Screen
from ui.screens.lead_list import LeadList
from ui.screens.listed import Listed
from ui.screens.task_list import TaskList
from ui.widgets.keyed_button import KeyedButton
from ui.widgets.list_page import ListPage
from ui.widgets.pick_row import PickRow
from ui.widgets.segmented import Segmented
from ui.widgets.today_card import TodayCard

_SIDE = 348
_FILTERS = ("all", "mine", "late", "done", "leads")


class Tasks(Screen):
    """member_wanted gives the id of whoever is to be served, lead_wanted of whoever is to be enrolled; said is a Said
    for the message bar.
    """

    member_wanted = Signal(str)
    page_wanted = Signal(str)
    lead_wanted = Signal(str)
    said = Signal(object)

    def __init__(self, bridge: Bridge, words: Words) -> None:
        super().__init__(bridge, words)
        self.filters = Segmented([(each, words(f"tasks.{each}")) for each in _FILTERS])
        self.filters.chosen.connect(self.show_list)
        self.filters.take("all")
        self.new = KeyedButton(words("tasks.new"), role="small")
        self.new.clicked.connect(self._begin_new)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.rows: dict[str, PickRow] = {}
        self._views: dict[str, Any] = {}
        self.todo, self.leads = TaskList(self), LeadList(self)
        self.today = TodayCard(words)
        self._lay_out()
        self._connect()

    @property
    def listed(self) -> Listed[Any]:
        """The list that is shown."""
        return self.leads if self.filters.taken == "leads" else self.todo

    @property
    def lead_id(self) -> str:
        """The lead that is looked at and may be enrolled, "" if there is none."""
        picked = self.leads.picked if self.listed is self.leads else None
        return picked.id if picked and not picked.member_id else ""

    def _lay_out(self) -> None:
        side = QWidget()
        side.setFixedWidth(_SIDE)
        right = QVBoxLayout(side)
        right.setContentsMargins(0, 0, 0, 0)
        right.setSpacing(12)
        self._stack = QStackedLayout()
        right.addLayout(self._stack, 1)  # first: what it shows before would be a window of its own for a moment
        for each in (self.todo, self.leads):
            for beside in each.parts:
                self._stack.addWidget(beside)
        right.addWidget(self.today)
        self.page = ListPage(self, side)
        self.page.head(self.words("tasks.title"), self.filters, self.new)
        self.page.scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def _connect(self) -> None:
        for each in (self.todo, self.leads):
            each.said.connect(self.said)
        self.todo.member_wanted.connect(self.member_wanted)
        self.todo.page_wanted.connect(self.page_wanted)
        self.leads.lead_wanted.connect(self.lead_wanted)
        self.leads.page_wanted.connect(self.page_wanted)
        self.today.member_wanted.connect(self.member_wanted)
        self.today.leads_wanted.connect(lambda: self.show_list("leads"))

    def enter(self) -> None:
        """Another day may have come."""
        self.mark_stale()
        super().enter()
        self.setFocus()

    def refresh(self) -> None:
        """The list, what is looked at, and the day."""
        today, listed = self.bridge.today(), self.listed
        views = listed.views(str(self.filters.taken), today)
        walking = any(row.hasFocus() for row in self.rows.values())
        if walking:
            self.setFocus()  # else the keyboard goes to the next row, which would be looked at then
        self._views = {view.id: view for view in views}
        self.rows = {view.id: listed.row(view, today) for view in views}
        for row in self.rows.values():
            row.picked.connect(self._pick)
        self.page.fill(self.rows.values())
        self.page.empty.setText(self.words(f"tasks.none_{self.filters.taken}"))
        self.new.set_words(self.words(listed.new))
        store = self.bridge.read(find_till).store_id
        comers, leavers = self.bridge.read(find_day, today, store), self.bridge.read(find_leavers, today)
        due = 0 if listed is self.leads else self.bridge.read(count_leads_due, today)  # there they are to be seen
        self.today.paint(comers, leavers, due)
        listed.keep(views, today)
        self._show_picked()
        if walking and listed.picked is not None:
            self.rows[listed.picked.id].setFocus()

    def show_list(self, name: str) -> None:
        """The tasks of one kind, or the leads."""
        self.filters.take(name)
        self.refresh()

    def _pick(self, row_id: str) -> None:
        self.listed.pick(self._views[row_id], self.bridge.today())
        self._show_picked()

    def _show_picked(self) -> None:
        listed = self.listed
        self._stack.setCurrentWidget(listed.side)
        for row in self.rows.values():
            row.pick(listed.picked is not None and row.row_id == listed.picked.id)

    def _begin_new(self) -> None:
        self.listed.picked = None
        self._show_picked()
        self.listed.begin()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Up and down go through the list."""
        step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(Qt.Key(event.key()))
        if step is None or not self.rows:
            super().keyPressEvent(event)
            return
        ids, picked = list(self.rows), self.listed.picked
        here = ids.index(picked.id) if picked and picked.id in ids else -1 if step > 0 else len(ids)
        row = self.rows[ids[max(0, min(len(ids) - 1, here + step))]]
        row.setFocus()
        self._pick(row.row_id)
        self.page.scroll.ensureWidgetVisible(row, 0, 0)
