"""The form of a task that a guide writes: for whom, what, and by when."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import Signal

from desktop.views.search import Found
from resources import Words
from ui.keys import KEYS
from ui.widgets.card import Card, label
from ui.widgets.chip_choice import ChipChoice
from ui.widgets.keyed_button import KeyedButton
from ui.widgets.member_pick import MemberPick
from ui.widgets.typing_field import TypingField

_DAYS = (3, 7, 14)  # from today
_USUAL = "3"


class NewTaskCard(Card):
    """wanted(member_id, title, days from today) when it is filled in."""

    wanted = Signal(str, str, int)

    def __init__(self, words: Words, find: Callable[[str, int], Sequence[Found]]) -> None:
        super().__init__()
        self._words = words
        self.head(words("tasks.new"))
        self.who = MemberPick(words, find)
        self.title = TypingField(hint=words("tasks.title_hint"))
        near = [("0", words("tasks.today")), ("1", words("tasks.tomorrow"))]
        self.days = ChipChoice([*near, *((str(days), words("tasks.in_days", days=days)) for days in _DAYS)], _USUAL)
        self.error = label("", "error")
        self.save = KeyedButton(words("tasks.add"), KEYS.finish, role="primary")
        for name, part in (("who", self.who), ("what", self.title), ("due", self.days)):
            self.column.addWidget(label(words(f"tasks.{name}"), "h3"))
            self.column.addWidget(part)
        self.column.addWidget(self.error)
        self.column.addWidget(self.save)
        self.column.addStretch(1)
        self.save.clicked.connect(self._save)

    def begin(self) -> None:
        """Empty, for the next one."""
        self.who.show_picked("", "")
        self.title.clear()
        self.days.take(_USUAL)
        self.error.clear()

    @property
    def typed(self) -> object:
        """What stands in it."""
        return self.who.member_id, self.title.text(), self.days.taken

    def complain(self, text: str) -> None:
        """Say what is wrong."""
        self.error.setText(text)

    def _save(self) -> None:
        if not self.who.member_id:
            self.complain(self._words("appointments.pick_who"))
        elif not self.title.text().strip():
            self.complain(self._words("tasks.pick_title"))
        else:
            self.wanted.emit(self.who.member_id, self.title.text(), int(self.days.taken or 0))
