"""A large field for a phone number: grouped while it is typed, with a word about it at its right."""

import re

from PySide6.QtCore import QEvent, QObject, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QPushButton

from resources import Words
from ui.widgets.card import label, set_look

_GROUPS = (3, 7)  # 139 1688 2045


class PhoneField(QFrame):
    """``edited(text)`` on each key. ``say`` puts a word beside the number, ``offer`` a button that emits ``taken``."""

    edited = Signal(str)
    taken = Signal()

    def __init__(self, words: Words) -> None:
        super().__init__()
        self.setProperty("role", "field")
        self.number = QLineEdit()
        self.number.setMaxLength(24)
        self.number.setAccessibleName(words("enrol.phone"))
        self.number.textEdited.connect(self._regroup)
        self.number.installEventFilter(self)
        self._country = label("+86")
        self.word = label(role="small")
        self.open = QPushButton(words("enrol.phone_taken"))
        self.open.setProperty("role", "small")
        self.open.clicked.connect(self.taken)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 0, 12, 0)
        row.setSpacing(12)
        row.addWidget(self._country)
        row.addWidget(self.number, 1)
        row.addWidget(self.word)
        row.addWidget(self.open)
        self.setFocusProxy(self.number)
        self.say("")

    @property
    def text(self) -> str:
        """The number as it stands there."""
        return self.number.text()

    def put(self, text: str) -> None:
        """Replace the number."""
        self.number.setText(grouped(text))
        self._show_country()

    def say(self, text: str, tone: str = "") -> None:
        """A word beside the number; tone: accent, danger or plain."""
        self.word.setText(text)
        self.word.show()
        self.open.hide()
        set_look(self.word, tone=tone)
        set_look(self, wrong=tone == "danger")
        self.number.setAccessibleDescription(text)

    def offer(self) -> None:
        """The number is a member's: offer to open them."""
        self.say("")
        self.word.hide()
        self.open.show()
        self.number.setAccessibleDescription(self.open.text())

    def _regroup(self, typed: str) -> None:
        """Set the gaps anew; the cursor stays behind the same digit."""
        before = len(_bare(typed[: self.number.cursorPosition()]))
        neat = grouped(typed)
        self.number.setText(neat)
        self.number.setCursorPosition(_place(neat, before))
        self._show_country()
        self.edited.emit(neat)

    def _show_country(self) -> None:
        self._country.setVisible(not self.text.startswith(("+", "00")))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.FocusIn, QEvent.Type.FocusOut):
            set_look(self, active=event.type() == QEvent.Type.FocusIn)
        return super().eventFilter(watched, event)


def grouped(text: str) -> str:
    """``139 1688 2045``; a number of another country only loses what is not part of it."""
    bare = _bare(text)
    if bare.startswith("+86"):
        bare = bare[3:]
    if not re.fullmatch(r"1\d{0,10}", bare):
        return bare
    return " ".join(part for part in (bare[: _GROUPS[0]], bare[_GROUPS[0] : _GROUPS[1]], bare[_GROUPS[1] :]) if part)


def _bare(text: str) -> str:
    return re.sub(r"[^\d+]|(?<=.)\+", "", text)


def _place(neat: str, digits: int) -> int:
    """Where the cursor stands in ``neat`` behind so many digits."""
    for place in range(len(neat) + 1):
        if len(_bare(neat[:place])) >= digits:
            return place
    return len(neat)
