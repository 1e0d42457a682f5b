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
        heading, said = label(title, "h1"), label(hint, "muted", wrap=True)
        said.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        enrol = KeyedButton(words("counter.enrol"), KEYS.enrol, hint_only=True)
        enrol.clicked.connect(self.enrol_wanted)
        self.column.setSpacing(12)
        self.column.addStretch(2)
        self.column.addWidget(Icon("counter", 48, "faint"), 0, Qt.AlignmentFlag.AlignHCenter)
        self.column.addWidget(heading, 0, Qt.AlignmentFlag.AlignHCenter)
        self.column.addWidget(said)
        self.column.addSpacing(8)
        self.column.addWidget(enrol, 0, Qt.AlignmentFlag.AlignHCenter)
        self.column.addStretch(3)
