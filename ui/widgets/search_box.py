"""The box for everything: type a phone, a name, its initials, a card, or a code; hits stand below while typing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QPoint, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from resources import Words
from ui import theme
from ui.keys import KEYS, shown
from ui.widgets.card import label
from ui.widgets.icon import Icon
from ui.widgets.keyed_button import KeyedButton
from ui.widgets.people_list import ROW_HEIGHT, PeopleList
from ui.widgets.search_field import SearchField

if TYPE_CHECKING:  # read in only after the first paint
    from desktop.views.search import Found

_MOST_ROWS = 7
_BLINK_MS = 70  # the first letter of a scan is gone again by then: no list flashes up for it
_STEPS = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_PageDown: 5, Qt.Key.Key_PageUp: -5}


class SearchBox(QFrame):
    """typed: the text, when it has stood for a blink. chosen: the id of a hit. entered: Enter on a text, no hit being picked.

    enrol_wanted: nobody was found for what looks like a whole phone number.
    """

    typed = Signal(str)
    chosen = Signal(str)
    entered = Signal(str)
    enrol_wanted = Signal(str)

    def __init__(self, words: Words, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words = words
        self.setProperty("role", "omni")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMaximumWidth(566)
        self.setCursor(Qt.CursorShape.IBeamCursor)
        self.field = SearchField(words("shell.search_hint"))
        self.field.setProperty("role", "omni")
        self.field.textChanged.connect(self._on_text)
        self._blink = QTimer(self, singleShot=True, interval=_BLINK_MS)
        self._blink.timeout.connect(lambda: self.typed.emit(self.text))
        self.field.installEventFilter(self)
        row = QHBoxLayout(self)
        row.setContentsMargins(17, 3, 17, 3)
        row.setSpacing(10)
        row.addWidget(Icon("search", 20, "faint"))
        row.addWidget(self.field, 1)
        row.addWidget(label(shown(KEYS.search), "key"), 0, Qt.AlignmentFlag.AlignVCenter)
        self.hits = _Hits(words, self)
        self.hits.people.chosen.connect(self._choose)
        self.hits.enrol.clicked.connect(lambda: self.enrol_wanted.emit(self.text))

    @property
    def text(self) -> str:
        """What stands in the box."""
        return self.field.text().strip()

    def take_focus(self) -> None:
        """Have the keyboard, with whatever stood there marked to be overwritten."""
        self.field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.field.selectAll()

    def clear(self) -> None:
        """Forget the text and the hits."""
        self.field.clear()
        self.hits.hide()

    def show_hits(self, people: Sequence[Found]) -> None:
        """The answer to what was typed."""
        if not self.text or not self.field.hasFocus():
            self.hits.hide()
            return
        self.hits.paint(people, self.text)
        self.hits.stand_below(self)

    def _on_text(self, text: str) -> None:
        if text.strip():
            self._blink.start()
        else:
            self._blink.stop()
            self.hits.hide()

    def _choose(self, member_id: str) -> None:
        self.clear()
        self.chosen.emit(member_id)

    def _enter(self) -> None:
        picked = self.hits.people.picked if self.hits.isVisible() else None
        if picked:
            self._choose(picked)
        elif self.text:
            self.entered.emit(self.text)

    def sizeHint(self) -> QSize:
        return QSize(566, 50)

    def paintEvent(self, _event: QPaintEvent) -> None:
        tokens = theme.current()
        on = self.field.hasFocus()
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            if on:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(QColor(tokens.accent_soft))
                painter.drawRoundedRect(self.rect(), 14, 14)
            painter.setPen(QPen(QColor(tokens.accent if on else tokens.line), 1.5))
            painter.setBrush(QColor(tokens.surface if on else tokens.bg))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(3.5, 3.5, -3.5, -3.5), 12, 12)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.field.setFocus(Qt.FocusReason.MouseFocusReason)
        super().mousePressEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.FocusIn, QEvent.Type.FocusOut):
            self.update()
            if event.type() == QEvent.Type.FocusOut:
                self.hits.hide()
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            return self._take_key(event)
        return super().eventFilter(watched, event)

    def _take_key(self, event: QKeyEvent) -> bool:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._enter()
            return True
        step = _STEPS.get(Qt.Key(event.key()))
        if step is None or not self.hits.isVisible() or not self.hits.people.count:
            return False
        self.hits.people.pick(step)
        return True


class _Hits(QFrame):
    """The list that hangs below the box, over whatever is there, and never takes the keyboard."""

    def __init__(self, words: Words, box: SearchBox) -> None:
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

    def paint(self, people: Sequence[Found], text: str) -> None:
        """The hits, or that there are none and what to do then."""
        self.people.paint(people)
        self.people.setVisible(bool(people))
        self.people.setFixedHeight(min(len(people), _MOST_ROWS) * ROW_HEIGHT)
        phone = looks_like_phone(text)
        self._none.setVisible(not people and not phone)
        self.enrol.setVisible(not people and phone)
        self.enrol.set_words(self._words("shell.search_enrol", phone=text))

    def stand_below(self, box: SearchBox) -> None:
        """Hang below the box, as wide as it, above everything else in the window."""
        window = box.window()
        self.setParent(window)
        self.setFixedWidth(box.width() - 6)
        self.move(box.mapTo(window, QPoint(3, box.height() + 2)))
        self.adjustSize()
        self.show()
        self.raise_()


def looks_like_phone(text: str) -> bool:
    """Whether a new member could be enrolled with it: a whole number, not a part of one."""
    digits = text.replace(" ", "").replace("-", "")
    return digits.lstrip("+").isdigit() and 11 <= len(digits) <= 16
