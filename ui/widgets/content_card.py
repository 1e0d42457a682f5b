"""The piece of content that is read: its words, to copy or to tell, and what came of telling it."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from desktop.views.contents import ContentView, UseView
from desktop.views.search import Found
from resources import Words
from ui.figures import clock
from ui.widgets.card import Card, empty, label
from ui.widgets.keyed_button import KeyedButton
from ui.widgets.member_pick import MemberPick


class ContentCard(Card):
    """told(member_id, how): a guide told it. answered(use_id). copied: its words are to be copied."""

    told = Signal(str, str)
    answered = Signal(str)
    copied = Signal()

    def __init__(self, words: Words, find: Callable[[str, int], Sequence[Found]]) -> None:
        super().__init__()
        self._words = words
        self.title = label("", "h1", wrap=True)
        self.facts = label("", "small", wrap=True)
        self.text = label("", wrap=True)
        self.text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.effect = label("", "muted", wrap=True)
        self.who = MemberPick(words, find)
        self.copy = KeyedButton(words("content.copy"), role="small")
        self.store = KeyedButton(words("content.by_store"), role="primary")
        self.message = KeyedButton(words("content.by_message"))
        self.error = label("", "error")
        self._uses = QVBoxLayout()
        self.uses: list[KeyedButton] = []
        self._lay_out()
        self.copy.clicked.connect(self.copied)
        self.store.clicked.connect(lambda: self._tell("store"))
        self.message.clicked.connect(lambda: self._tell("message"))

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.addWidget(self.title, 1)
        head.addWidget(self.copy, 0, Qt.AlignmentFlag.AlignTop)
        self.column.addLayout(head)
        self.column.addWidget(self.facts)
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 8, 0, 8)
        column.addWidget(self.text)
        column.addSpacing(8)
        column.addWidget(self.effect)
        column.addLayout(self._uses)
        column.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setWidget(inside)
        self.column.addWidget(scroll, 1)
        self.column.addWidget(label(self._words("content.who"), "h3"))
        self.column.addWidget(self.who)
        self.column.addWidget(self.error)
        foot = QHBoxLayout()
        foot.addWidget(self.message)
        foot.addWidget(self.store, 1)
        self.column.addLayout(foot)

    def paint(self, view: ContentView, uses: Sequence[UseView]) -> None:
        """Another piece to read, with its latest uses."""
        words = self._words
        self.title.setText(view.title)
        until = words("content.until", day=f"{view.until:%m-%d}") if view.until else ""
        self.facts.setText(" · ".join(part for part in (words(f"content.{view.kind}"), *view.tags, until) if part))
        self.text.setText(view.text)
        figures = {"used": view.used, "answered": view.answered, "arrived": view.arrived}
        self.effect.setText(words("content.effects", **figures) if view.used else words("content.unused"))
        self._paint_uses(uses)
        self.error.clear()

    def complain(self, text: str) -> None:
        """Say what is wrong."""
        self.error.setText(text)

    def _paint_uses(self, uses: Sequence[UseView]) -> None:
        empty(self._uses)
        self.uses = []
        for use in uses:
            row = QWidget()
            line = QHBoxLayout(row)
            line.setContentsMargins(0, 0, 0, 0)
            how = self._words(f"content.was_{use.how}")
            told = f"{use.at.astimezone():%m-%d} {clock(use.at)}  {use.name or self._words('profile.unnamed')} · {how}"
            line.addWidget(label(told, "small"), 1)
            if use.answered:
                line.addWidget(label(self._words("content.answered"), "small"))
            else:
                line.addWidget(self._answer_button(use))
            self._uses.addWidget(row)

    def _answer_button(self, use: UseView) -> KeyedButton:
        button = KeyedButton(self._words("content.answer"), role="small")
        button.clicked.connect(lambda: self.answered.emit(use.id))
        self.uses.append(button)
        return button

    def _tell(self, how: str) -> None:
        if self.who.member_id:
            self.told.emit(self.who.member_id, how)
        else:
            self.complain(self._words("appointments.pick_who"))
