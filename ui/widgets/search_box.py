"""The box for everything: type a phone, a name, its initials, a card, or a code; hits stand below while typing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QHideEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QWidget

from resources import Words
from ui import theme
from ui.keys import KEYS, shown
from ui.widgets.card import label
from ui.widgets.icon import Icon
from ui.widgets.search_field import SearchField

if TYPE_CHECKING:  # read in only after the first paint
    from desktop.views.search import Found
    from ui.widgets.hit_list import HitList

_BLINK_MS = 70  # the first letter of a scan is gone again by then: no list flashes up for it
_STEPS = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_PageDown: 5, Qt.Key.Key_PageUp: -5}


class SearchBox(QFrame):
    """typed: the text, when it has stood for a blink. chosen: the id of a hit. entered: Enter on a text, no hit picked.

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
        self._hits: HitList | None = None

    @property
    def hits(self) -> HitList:
        """The list below, made when it is first needed: lists cost the start of the app a tenth of a second."""
        if self._hits is None:
            from ui.widgets.hit_list import HitList  # as above

            self._hits = HitList(self._words, self)
            self._hits.people.chosen.connect(self._choose)
            self._hits.enrol.clicked.connect(lambda: self.enrol_wanted.emit(self.text))
        return self._hits

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
        self._hide_hits()

    def show_hits(self, people: Sequence[Found]) -> None:
        """The answer to what was typed."""
        if not self.text or not self.field.hasFocus():
            self._hide_hits()
            return
        self.hits.paint(people, self.text, enrol=bool(not people and looks_like_phone(self.text)))
        self.hits.stand_below(self)

    def _on_text(self, text: str) -> None:
        if text.strip():
            self._blink.start()
        else:
            self._blink.stop()
            self._hide_hits()

    def _hide_hits(self) -> None:
        if self._hits is not None:
            self._hits.hide()

    def _choose(self, member_id: str) -> None:
        self.clear()
        self.chosen.emit(member_id)

    def _enter(self) -> None:
        picked = self._hits.people.picked if self._hits and self._hits.isVisible() else None
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

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._blink.stop()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.FocusIn, QEvent.Type.FocusOut):
            self.update()
            if event.type() == QEvent.Type.FocusOut:
                self._hide_hits()
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            return self._take_key(event)
        return super().eventFilter(watched, event)

    def _take_key(self, event: QKeyEvent) -> bool:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._enter()
            return True
        step = _STEPS.get(Qt.Key(event.key()))
        if step is None or self._hits is None or not (self._hits.isVisible() and self._hits.people.count):
            return False
        self._hits.people.pick(step)
        return True


def looks_like_phone(text: str) -> bool:
    """Whether a new member could be enrolled with it: a whole Chinese mobile, or a number with its country."""
    digits = text.replace(" ", "").replace("-", "")
    if digits.startswith("+"):
        return digits[1:].isdigit() and 8 <= len(digits) <= 16
    return digits.isdigit() and len(digits) == 11 and digits[0] == "1" and digits[1] >= "3"
