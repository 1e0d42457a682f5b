"""What can be done while nobody is known."""

from PySide6.QtCore import Qt, Signal

from resources import Words
from ui.keys import KEYS
from ui.widgets.card import Card, label
from ui.widgets.icon import Icon
from ui.widgets.keyed_button import KeyedButton


class InviteCard(Card):
    """``title`` and ``hint``, and the way to a new member: ``enrol_wanted``."""

    enrol_wanted = Signal()

    def __init__(self, words: Words, title: str, hint: str) -> None:
        super().__init__(padding=24)
        self._title, self._hint = label(title, "h1"), label(hint, "muted", wrap=True)
        self._hint.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        enrol = KeyedButton(words("counter.enrol"), KEYS.enrol, hint_only=True)
        enrol.clicked.connect(self.enrol_wanted)
        self.column.setSpacing(12)
        self.column.addStretch(2)
        self.column.addWidget(Icon("counter", 48, "faint"), 0, Qt.AlignmentFlag.AlignHCenter)
        self.column.addWidget(self._title, 0, Qt.AlignmentFlag.AlignHCenter)
        self.column.addWidget(self._hint)
        self.column.addSpacing(8)
        self.column.addWidget(enrol, 0, Qt.AlignmentFlag.AlignHCenter)
        self.column.addStretch(3)

    def say(self, title: str, hint: str) -> None:
        """Another title and hint."""
        self._title.setText(title)
        self._hint.setText(hint)
