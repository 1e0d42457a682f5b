"""Naming a member in a form: a line to search by, the hits below it, and whoever was picked."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.views.search import Found
from resources import Words
from ui.widgets.chip import Chip
from ui.widgets.people_list import ROW_HEIGHT, PeopleList
from ui.widgets.search_field import SearchField

_MOST = 4


class MemberPick(QWidget):
    """``member_id`` is who was picked, "" for nobody yet. ``find(text, limit)`` gives the hits. ``changed`` by hand."""

    changed = Signal()

    def __init__(self, words: Words, find: Callable[[str, int], Sequence[Found]]) -> None:
        super().__init__()
        self._words, self._find = words, find
        self.member_id = ""
        self._names: dict[str, str] = {}
        self.field = SearchField(words("members.search"))
        self.field.textEdited.connect(self._search)
        self.field.installEventFilter(self)
        self.hits = PeopleList(words)
        self.hits.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.hits.setAccessibleName(words("members.search"))
        self.hits.chosen.connect(self._take)
        self.picked = Chip("", tall=True, removable=True)
        self.picked.removed.connect(self._let_go)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        for part in (self.field, self.hits):
            column.addWidget(part)
        column.addWidget(self.picked, 0, Qt.AlignmentFlag.AlignLeft)
        self.show_picked("", "")

    def show_picked(self, member_id: str, name: str) -> None:
        """Somebody is picked already; "" for nobody."""
        self.member_id = member_id
        self.picked.setText(name or self._words("shell.unnamed_member"))
        self.picked.setAccessibleName(self.picked.text())
        self.picked.setChecked(bool(member_id))
        self.picked.setVisible(bool(member_id))
        self.field.setVisible(not member_id)
        self.field.clear()
        self.hits.hide()
        self.updateGeometry()

    def _search(self, text: str) -> None:
        people = self._find(text.strip(), _MOST) if text.strip() else ()
        self._names = {each.member_id: each.name for each in people}
        self.hits.paint(people)
        self.hits.setFixedHeight(len(people) * ROW_HEIGHT)
        self.hits.setVisible(bool(people))

    def _take(self, member_id: str) -> None:
        self.show_picked(member_id, self._names.get(member_id, ""))
        self.changed.emit()

    def _let_go(self) -> None:
        self.show_picked("", "")
        self.field.setFocus()
        self.changed.emit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent) and not self.hits.isHidden():
            if event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Up):
                self.hits.pick(1 if event.key() == Qt.Key.Key_Down else -1)
                return True
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and (who := self.hits.picked or self.hits.first()):
                self._take(who)
                return True
        return super().eventFilter(watched, event)
