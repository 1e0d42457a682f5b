"""The line at the bottom: one sentence to the clerk, with a way out; a notice or key hints while nothing is said."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from resources import Words
from ui.keys import KEYS, shown
from ui.said import Said
from ui.widgets.card import label, set_look
from ui.widgets.elided_label import ElidedLabel
from ui.widgets.icon import Icon
from ui.widgets.keyed_button import KeyedButton

HEIGHT = 44
_SAID_MS, _WARNED_MS = 6_000, 15_000
_HINTS = ("help", "search", "enrol", "anonymous", "recall", "undo")
_ICONS = {"accent": "check", "warn": "warning", "info": "info"}


class MessageBar(QFrame):
    """``say`` what was done, ``warn`` of what was not. Never in the way: the next sentence replaces the last.

    The space is always there, so that nothing jumps. ``warned``: something is to be heard as well.
    """

    warned = Signal()

    def __init__(self, words: Words, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "messages")
        self.setFixedHeight(HEIGHT)
        self._halted = self._undoes = False
        self._notice = ""
        self._deeds: dict[KeyedButton, Callable[[], object] | None] = {}
        self._icon = Icon("check", 18)
        self._sentence = ElidedLabel()
        self._way_out, self._other_way = KeyedButton("", role="small"), KeyedButton("", role="small")
        for button in (self._way_out, self._other_way):
            button.clicked.connect(partial(self._act, button))
        self._dismiss = KeyedButton(words("shell.dismiss"), role="small")
        self._dismiss.clicked.connect(self.clear)
        self._hints = _hints(words)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 0, 6, 0)
        row.setSpacing(10)
        row.addWidget(self._icon)
        row.addWidget(self._sentence, 1)
        for button in (self._way_out, self._other_way, self._dismiss):
            row.addWidget(button)
        row.addWidget(self._hints, 1)
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self.clear)
        self.clear()

    @property
    def sentence(self) -> str:
        """What stands there now; "" for nothing."""
        return self._sentence.text()

    @property
    def is_quiet(self) -> bool:
        """Whether nothing that was said stands there now; a notice may."""
        return not (self._halted or self._timer.isActive())

    def say(self, text: str, action: str = "", deed: Callable[[], object] | None = None) -> None:
        """Something was done; ``action`` names a button that carries out ``deed``."""
        self._show("accent", text, action, deed)

    def tell(self, said: Said) -> None:
        """What a screen has to say."""
        if said.tone == "info":
            self.inform(said.text)
            return
        (self.warn if said.tone == "warn" else self.say)(said.text, said.way, said.act)
        self._offer(self._other_way, said.other, said.act_other)
        self._undoes = said.undoes

    def withdraw_undo(self) -> None:
        """What the sentence tells of is no longer the last deed: an undo would take back another."""
        if self._undoes:
            self._way_out.hide()

    def go_on(self, before: MessageBar) -> None:
        """Another window takes over: what was said in the old one is still to be read; its ways out went with it."""
        if not before.is_quiet:
            self._show(str(before.property("tone")), before.sentence, "", None)

    def inform(self, text: str) -> None:
        """Something is under way."""
        self._show("info", text, "", None)

    def warn(self, text: str, action: str = "", deed: Callable[[], object] | None = None) -> None:
        """Something could not be done; stays longer, and is heard."""
        self._show("warn", text, action, deed)
        self.warned.emit()

    def halt(self, text: str) -> None:
        """Nothing can be done in this window; that stays to be read."""
        self.warn(text)
        self._dismiss.hide()
        self._timer.stop()
        self._halted = True

    def notice(self, text: str) -> None:
        """What stands there whenever nothing else is said, until it is ""; it is announced when it first comes."""
        if text == self._notice:
            return
        if not self._notice:
            self._announce(text)
        self._notice = text
        if self.is_quiet:
            self.clear()

    def clear(self) -> None:
        """Back to the notice, or to the key hints."""
        if self._halted:
            return
        self._timer.stop()
        self._deeds.clear()
        self._paint("warn" if self._notice else "", self._notice)

    def _show(self, tone: str, text: str, action: str, deed: Callable[[], object] | None) -> None:
        self._paint(tone, text)
        self._offer(self._way_out, action, deed)
        self._dismiss.setVisible(tone == "warn")
        self._timer.start(_WARNED_MS if tone == "warn" else _SAID_MS)
        self._announce(text)

    def _paint(self, tone: str, text: str) -> None:
        """A sentence without a way out; without a sentence the key hints."""
        self._undoes = False
        if tone:
            self._icon.set_name(_ICONS[tone])
            self._icon.set_token(tone)
        self._sentence.setText(text)
        for button in (self._way_out, self._other_way, self._dismiss):
            button.hide()
        for part in (self._icon, self._sentence):
            part.setVisible(bool(text))
        self._hints.setVisible(not text)
        set_look(self, tone=tone)
        set_look(self._sentence, tone=tone)

    def _announce(self, text: str) -> None:
        """For those who cannot see it."""
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, text))

    def _offer(self, button: KeyedButton, words: str, deed: Callable[[], object] | None) -> None:
        self._deeds[button] = deed
        button.set_words(words)
        button.setVisible(bool(words))

    def _act(self, button: KeyedButton) -> None:
        deed = self._deeds.get(button)
        self.clear()
        if deed is not None:
            deed()


def _hints(words: Words) -> QWidget:
    """The keys that work everywhere."""
    strip = QWidget()
    row = QHBoxLayout(strip)
    row.setContentsMargins(0, 0, 10, 0)
    row.setSpacing(6)
    row.setAlignment(Qt.AlignmentFlag.AlignCenter)
    for name in _HINTS:
        row.addWidget(label(shown(getattr(KEYS, name)), "key"))
        row.addWidget(label(words(f"key.{name}"), "faint"))
        row.addSpacing(8)
    return strip
