"""The list of tasks: whom to reach out to, and what came of it."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from PySide6.QtCore import Signal

from desktop.services.tasks import cancel_task, finish_task, open_task, postpone_task
from desktop.views.search import find_members
from desktop.views.tasks import TaskView, done_on, open_tasks
from desktop.views.till import find_till
from ui.said import Said
from ui.screen import Screen
from ui.screens.listed import Listed
from ui.sending import Sending
from ui.widgets.new_task_card import NewTaskCard
from ui.widgets.task_card import TaskCard
from ui.widgets.task_row import TaskRow


class TaskList(Listed[TaskView]):
    """member_wanted, page_wanted: the id of whoever is to be served or looked at."""

    member_wanted = Signal(str)
    page_wanted = Signal(str)
    new = "tasks.new"

    def __init__(self, over: Screen) -> None:
        card = TaskCard(over.words)
        form = NewTaskCard(over.words, lambda text, limit: over.bridge.read(find_members, text, limit))
        super().__init__(over, card, form)
        self.card, self.form = card, form
        self._sending = Sending(self.bridge, self.words, form)
        self.card.done.connect(self._finish)
        self.card.postponed.connect(self._postpone)
        self.card.dropped.connect(lambda: self._act(cancel_task, "tasks.dropped_said"))
        self.card.opened.connect(self._serve)
        self.card.name.clicked.connect(self._look_closer)
        self.form.wanted.connect(self._open)

    def views(self, taken: str, today: date) -> Sequence[TaskView]:
        if taken == "done":
            return self.bridge.read(done_on, today)
        views = self.bridge.read(open_tasks, today)
        if taken == "mine":
            guide = self.bridge.read(find_till).guide_id
            return tuple(view for view in views if view.guide_id == guide)
        return tuple(view for view in views if view.due < today) if taken == "late" else views

    def row(self, view: TaskView, today: date) -> TaskRow:
        return TaskRow(view, self.words, today)

    def paint(self, view: TaskView, today: date) -> None:
        self.card.paint(view, today)

    def begin(self) -> None:
        self.form.begin()
        self.form.who.field.setFocus()

    def may_pick(self, view: TaskView) -> bool:
        return view.state == "open"

    def _serve(self) -> None:
        if self.picked:
            self.member_wanted.emit(self.picked.member_id)

    def _look_closer(self) -> None:
        if self.picked:
            self.page_wanted.emit(self.picked.member_id)

    def _finish(self, outcome: str, contact: str, note: str) -> None:
        self._act(finish_task, "tasks.done_said", outcome, contact=contact or None, note=note)

    def _postpone(self, days: int) -> None:
        self._act(postpone_task, "tasks.postponed_said", self.bridge.today() + timedelta(days))

    def _act(self, deed: Any, told: str, *args: Any, **kwargs: Any) -> None:
        if self.picked:
            name = self.picked.name or self.words("profile.unnamed")
            self.act(deed, self.words(told, name=name), *args, **kwargs)

    def _open(self, member_id: str, title: str, days: int) -> None:
        due, told = self.bridge.today() + timedelta(days), Said(self.words("tasks.added"))
        self._sending.send(open_task, member_id, title, due, then=lambda: self.said.emit(told))
