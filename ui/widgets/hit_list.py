"""The hits of a search, hanging below the box."""

from collections.abc import Sequence

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from desktop.views.search import Found
from resources import Words
from ui.keys import KEYS
from ui.widgets.card import label
from ui.widgets.keyed_button import KeyedButton
from ui.widgets.people_list import ROW_HEIGHT, PeopleList

_MOST_ROWS = 7


class HitList(QFrame):
    """The list that hangs below the box, over whatever is there, and never takes the keyboard."""

    def __init__(self, words: Words, box: QWidget) -> None:
        super().__init__(box)
        self._words = words
        self.setProperty("role", "float")
        self.setCursor(Qt.CursorShape.ArrowCursor)
        self.people = PeopleList(words)
        self.people.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.people.setAccessibleName(words("shell.search_hint"))
        self._none = label(words("shell.search_none"), "muted")
        self._none.setMinimumHeight(40)
        self._none.setContentsMargins(12, 0, 12, 0)
        self.enrol = KeyedButton("", KEYS.enrol, hint_only=True)
        self.enrol.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        column = QVBoxLayout(self)
        column.setContentsMargins(6, 6, 6, 6)
        for part in (self.people, self._none, self.enrol):
            column.addWidget(part)
        self.hide()

    def paint(self, people: Sequence[Found], text: str, *, enrol: bool) -> None:
        """The hits; or that there are none, or to ``enrol`` with the text."""
        self.people.paint(people)
        self.people.setVisible(bool(people))
        self.people.setFixedHeight(min(len(people), _MOST_ROWS) * ROW_HEIGHT)
        self._none.setVisible(not people and not enrol)
        self.enrol.setVisible(enrol)
        self.enrol.set_words(self._words("shell.search_enrol", phone=text))

    def stand_below(self, box: QWidget) -> None:
        """Hang below the box, as wide as it, above everything else in the window."""
        window = box.window()
        self.setParent(window)
        self.setFixedWidth(box.width() - 6)
        self.move(box.mapTo(window, QPoint(3, box.height() + 2)))
        self.adjustSize()
        self.show()
        self.raise_()
