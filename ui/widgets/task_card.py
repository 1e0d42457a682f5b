"""The task that is looked at: why it is there, how the member was reached, what came of it, or another day."""

from datetime import date, timedelta

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from desktop.rules.tasks import CONTACTS, OUTCOMES
from desktop.views.tasks import TaskView
from resources import Words
from ui.keys import KEYS
from ui.widgets.card import Card, label
from ui.widgets.chip_choice import ChipChoice
from ui.widgets.flow_layout import FlowLayout
from ui.widgets.keyed_button import KeyedButton
from ui.widgets.name_link import NameLink
from ui.widgets.task_row import day_of, reason_of, title_of
from ui.widgets.typing_field import TypingField
from ui.wishes_said import wishes_said

_LATER = (1, 3, 7)  # days from today


class TaskCard(Card):
    """done(outcome, contact, note): the outcome was saved by hand. postponed(days from today). dropped: it need not be
    done. opened: the member is to be served.
    """

    done = Signal(str, str, str)
    postponed = Signal(int)
    dropped = Signal()
    opened = Signal()

    def __init__(self, words: Words) -> None:
        super().__init__()
        self._words, self._of = words, ""
        self.name = NameLink(words("page.open"), "h2")
        self.title = label("", "strong", wrap=True)
        self.reason = label("", wrap=True)
        self.wishes = label("", "strong", wrap=True)
        self.facts = label("", "small", wrap=True)
        self.contacts = ChipChoice([(each, words(f"tasks.by_{each}")) for each in CONTACTS])
        self.outcomes = ChipChoice([(each, words(f"tasks.outcome_{each}")) for each in OUTCOMES])
        self.note = TypingField(hint=words("tasks.note_hint"))
        self.save = KeyedButton(words("tasks.save"), KEYS.finish, role="primary")
        self.error = label("", "error")
        self.open = KeyedButton(words("tasks.open"), role="small")
        self.drop = KeyedButton(words("tasks.drop"), role="small")
        self.later = [KeyedButton(words("tasks.later", days=days), role="small") for days in _LATER]
        self._lay_out()
        self._connect()

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.addWidget(self.name, 1)
        head.addWidget(self.open)
        self.column.addLayout(head)
        for part in (self.title, self.reason, self.wishes, self.facts):
            self.column.addWidget(part)
        self.column.addSpacing(8)
        for name, choice in (("contact", self.contacts), ("outcome", self.outcomes)):
            self.column.addWidget(label(self._words(f"tasks.{name}"), "h3"))
            self.column.addWidget(choice)
        self.column.addWidget(self.note)
        self.column.addWidget(self.error)
        self.column.addWidget(self.save)
        other = QWidget()
        row = FlowLayout(other, gap=8, line_gap=8)
        for button in (*self.later, self.drop):
            row.addWidget(button)
        self.column.addWidget(other)
        self.column.addStretch(1)

    def _connect(self) -> None:
        self.save.clicked.connect(self._save)
        self.open.clicked.connect(self.opened)
        self.drop.clicked.connect(self.dropped)
        for days, button in zip(_LATER, self.later, strict=True):
            button.clicked.connect(lambda _checked=False, days=days: self.postponed.emit(days))

    def paint(self, view: TaskView, today: date) -> None:
        """Another task to look at."""
        words = self._words
        self.name.setText(view.name or words("profile.unnamed"))
        self.title.setText(f"{title_of(view, words)} · {day_of(view.due, today, words)}")
        self.reason.setText(reason_of(view, words))
        self.reason.setVisible(bool(view.rule))
        until = words("tasks.until", day=f"{view.until:%m-%d}") if view.until else ""
        wished = wishes_said(words, view.wishes, today)
        self.wishes.setText(words("wish.told", wishes=wished))
        self.wishes.setVisible(bool(wished))
        self.facts.setText(" · ".join(part for part in (view.guide or "", until) if part))
        for days, button in zip(_LATER, self.later, strict=True):
            button.setEnabled(view.until is None or today + timedelta(days) <= view.until)
        if view.id != self._of:  # of the same one what is half typed stays
            self._of = view.id
            self.contacts.take(None)
            self.outcomes.take(None)
            self.note.clear()
            self.error.clear()

    def _save(self) -> None:
        if self.outcomes.taken is None:
            self.error.setText(self._words("tasks.pick_outcome"))
            return
        self.done.emit(self.outcomes.taken, self.contacts.taken or "", self.note.text())
