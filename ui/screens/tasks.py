"""Tasks: whom to reach out to, why, and what came of it; who comes today and who has left."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QStackedLayout, QVBoxLayout, QWidget

from desktop.errors import TillError
from desktop.services.tasks import cancel_task, finish_task, open_task, postpone_task
from desktop.views.appointments import find_day
from desktop.views.leavers import find_leavers
from desktop.views.search import Found, find_members
from desktop.views.tasks import TaskView, done_on, open_tasks
from desktop.views.till import find_till
from resources import Words
from ui.bridge import Bridge
from ui.said import Said, sentence
from ui.screen import Screen
from ui.widgets.card import Card, label
from ui.widgets.keyed_button import KeyedButton
from ui.widgets.new_task_card import NewTaskCard
from ui.widgets.segmented import Segmented
from ui.widgets.task_card import TaskCard
from ui.widgets.task_row import TaskRow
from ui.widgets.today_card import TodayCard

_SIDE = 348
_FILTERS = ("all", "mine", "late", "done")


class Tasks(Screen):
    """member_wanted gives the id of whoever is to be served; said is a Said for the message bar."""

    member_wanted = Signal(str)
    page_wanted = Signal(str)
    said = Signal(object)

    def __init__(self, bridge: Bridge, words: Words) -> None:
        super().__init__(bridge, words)
        self.filters = Segmented([(each, words(f"tasks.{each}")) for each in _FILTERS])
        self.filters.chosen.connect(self._filter)
        self.filters.take("all")
        self.new = KeyedButton(words("tasks.new"), role="small")
        self.new.clicked.connect(self._begin_new)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.rows: dict[str, TaskRow] = {}
        self.picked: TaskView | None = None
        self.empty = label("", "empty", wrap=True)
        self._list = QVBoxLayout()
        self.card, self.form = TaskCard(words), NewTaskCard(words, self._find)
        self.today = TodayCard(words)
        self._lay_out()
        self._connect()

    def _lay_out(self) -> None:
        card = Card()
        head = QHBoxLayout()
        head.addWidget(label(self.words("tasks.title"), "h1"))
        head.addStretch(1)
        for part in (self.filters, self.new):
            head.addWidget(part)
        card.column.addLayout(head)
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 8, 0, 0)
        column.setSpacing(0)
        self._list.setSpacing(0)
        column.addWidget(self.empty)
        column.addLayout(self._list)
        column.addStretch(1)
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setWidget(inside)
        card.column.addWidget(self._scroll, 1)
        side = QWidget()
        side.setFixedWidth(_SIDE)
        right = QVBoxLayout(side)
        right.setContentsMargins(0, 0, 0, 0)
        right.setSpacing(12)
        self._stack = QStackedLayout()
        right.addLayout(self._stack, 1)  # first: what it shows before would be a window of its own for a moment
        self._stack.addWidget(self.form)
        self._stack.addWidget(self.card)
        right.addWidget(self.today)
        page = QHBoxLayout(self)
        page.setContentsMargins(24, 16, 24, 8)
        page.setSpacing(16)
        page.addWidget(card, 1)
        page.addWidget(side)

    def _connect(self) -> None:
        self.card.done.connect(self._finish)
        self.card.postponed.connect(self._postpone)
        self.card.dropped.connect(lambda: self._act(cancel_task, "tasks.dropped_said"))
        self.card.opened.connect(self._serve)
        self.card.name.clicked.connect(self._look_closer)
        self.form.wanted.connect(self._open)
        self.today.member_wanted.connect(self.member_wanted)

    def enter(self) -> None:
        """Another day may have come."""
        self.mark_stale()
        super().enter()
        self.setFocus()

    def refresh(self) -> None:
        """The list, the task that is looked at, and the day."""
        today = self._today()
        views = self._views(today)
        while item := self._list.takeAt(0):
            if old := item.widget():
                old.hide()
                old.deleteLater()
        self.rows = {view.id: self._row(view, today) for view in views}
        for row in self.rows.values():
            self._list.addWidget(row)
        self.empty.setVisible(not views)
        self.empty.setText(self.words(f"tasks.none_{self.filters.taken}"))
        store = self.bridge.read(find_till).store_id
        self.today.paint(self.bridge.read(find_day, today, store), self.bridge.read(find_leavers, today))
        self._keep_picked(views, today)

    def _views(self, today: date) -> tuple[TaskView, ...]:
        taken = self.filters.taken
        if taken == "done":
            return self.bridge.read(done_on, today)
        views = self.bridge.read(open_tasks, today)
        if taken == "mine":
            guide = self.bridge.read(find_till).guide_id
            return tuple(view for view in views if view.guide_id == guide)
        return tuple(view for view in views if view.due < today) if taken == "late" else views

    def _row(self, view: TaskView, today: date) -> TaskRow:
        row = TaskRow(view, self.words, today)
        row.picked.connect(self._pick)
        return row

    def _keep_picked(self, views: tuple[TaskView, ...], today: date) -> None:
        """What was looked at is looked at further, if it is still there to be done."""
        before = self.picked
        self.picked = next((view for view in views if before and view.id == before.id and view.state == "open"), None)
        if self.picked is None:
            self._stack.setCurrentWidget(self.form)
        elif self.picked != before:
            self.card.paint(self.picked, today)
        for row in self.rows.values():
            row.pick(self.picked is not None and row.view.id == self.picked.id)

    def _pick(self, task_id: str) -> None:
        view = self.rows[task_id].view
        if view.state != "open" or (self.picked and self.picked.id == task_id):
            return
        self.picked = view
        self.card.paint(view, self._today())
        self._stack.setCurrentWidget(self.card)
        for row in self.rows.values():
            row.pick(row.view.id == task_id)

    def _serve(self) -> None:
        if self.picked:
            self.member_wanted.emit(self.picked.member_id)

    def _look_closer(self) -> None:
        if self.picked:
            self.page_wanted.emit(self.picked.member_id)

    def _begin_new(self) -> None:
        self.picked = None
        for row in self.rows.values():
            row.pick(False)
        self.form.begin()
        self._stack.setCurrentWidget(self.form)
        self.form.who.field.setFocus()

    def _filter(self, name: str) -> None:
        self.filters.take(name)
        self.refresh()

    def _finish(self, outcome: str, contact: str, note: str) -> None:
        self._act(finish_task, "tasks.done_said", outcome, contact=contact or None, note=note)

    def _postpone(self, days: int) -> None:
        self._act(postpone_task, "tasks.postponed_said", self._today() + timedelta(days))

    def _act(self, deed: Callable[..., object], told: str, *args: Any, **kwargs: Any) -> None:
        if self.picked:
            said = Said(self.words(told, name=self.picked.name or self.words("profile.unnamed")))
            self.bridge.run(deed, self.picked.id, *args, **kwargs, then=lambda _: self.said.emit(said))

    def _open(self, member_id: str, title: str, days: int) -> None:
        def saved(_task_id: str) -> None:
            self.form.begin()
            self.said.emit(Said(self.words("tasks.added")))

        due = self._today() + timedelta(days)
        self.bridge.run(open_task, member_id, title, due, then=saved, failed=self._refused)

    def _refused(self, error: TillError) -> None:
        self.form.complain(sentence(self.words, error))

    def _find(self, text: str, limit: int) -> Sequence[Found]:
        return self.bridge.read(find_members, text, limit)

    def _today(self) -> date:
        return self.bridge.desk.clock.now().astimezone().date()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Up and down go through the list."""
        step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(Qt.Key(event.key()))
        if step is None or not self.rows:
            super().keyPressEvent(event)
            return
        ids = list(self.rows)
        here = ids.index(self.picked.id) if self.picked and self.picked.id in ids else -1 if step > 0 else len(ids)
        row = self.rows[ids[max(0, min(len(ids) - 1, here + step))]]
        row.setFocus()
        self._pick(row.view.id)
        self._scroll.ensureWidgetVisible(row, 0, 0)
