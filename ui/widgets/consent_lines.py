"""What a member agreed to, line by line, to be given or taken back."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

import resources
from desktop.views.profile import ConsentView
from resources import Words
from ui import figures
from ui.widgets.card import label, set_look
from ui.widgets.elided_label import ElidedLabel
from ui.widgets.icon import Icon


class ConsentLine(QWidget):
    """One purpose: ``open`` unfolds its text and ``button``."""

    changed = Signal(str, bool)
    opened = Signal(QWidget)

    def __init__(self, purpose: str, words: Words) -> None:
        super().__init__()
        self._words, self._purpose, self._agreed = words, purpose, False
        text = resources.consent_text(purpose, words.language)
        self._title = text.title
        self._mark = Icon("minus", 14, "faint")
        self._state = ElidedLabel(role="small")
        self.open = QPushButton()
        self.open.setCheckable(True)
        self.open.setProperty("role", "line")
        self.open.toggled.connect(self._unfold)
        self._text = label(text.text, "small", wrap=True)
        self.button = QPushButton()
        self.button.setProperty("role", "small")
        self.button.clicked.connect(lambda: self.changed.emit(self._purpose, not self._agreed))
        self._lay_out()
        self._unfold(False)

    def _lay_out(self) -> None:
        row = QHBoxLayout(self.open)
        row.setContentsMargins(2, 0, 2, 0)
        row.setSpacing(8)
        row.addWidget(self._mark)
        row.addWidget(self._state, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        for part in (self.open, self._text, self.button):
            column.addWidget(part)

    def paint(self, consent: ConsentView) -> None:
        self._agreed = consent.agreed
        since = f" · {figures.full_day(consent.at)}" if consent.agreed and consent.at else ""
        self._state.setText(self._title + since)
        said = self._words("consent.agreed" if consent.agreed else "consent.not_agreed", title=self._title)
        self.open.setAccessibleName(said + since)
        self.open.setToolTip(said)
        self._mark.set_name("check" if consent.agreed else "minus")
        self._mark.set_token("accent" if consent.agreed else "faint")
        self.button.setText(self._words("consent.withdraw" if consent.agreed else "consent.give"))
        set_look(self.button, role="small")

    def _unfold(self, unfolded: bool) -> None:
        self._text.setVisible(unfolded)
        self.button.setVisible(unfolded)
        if unfolded:
            self.opened.emit(self.button)


class ConsentLines(QWidget):
    """``paint(consents)``. A press opens a line's text with the button that emits ``changed(purpose, agreed)``.

    opened: that button, which is to be scrolled into sight.
    """

    changed = Signal(str, bool)
    opened = Signal(QWidget)

    def __init__(self, words: Words) -> None:
        super().__init__()
        self._words = words
        self._lines: dict[str, ConsentLine] = {}
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)

    def paint(self, consents: Sequence[ConsentView]) -> None:
        """Show each purpose; an opened line stays open."""
        for consent in consents:
            if consent.purpose not in self._lines:
                line = self._lines[consent.purpose] = ConsentLine(consent.purpose, self._words)
                line.changed.connect(self.changed)
                line.opened.connect(self.opened)
                self._column.addWidget(line)
            self._lines[consent.purpose].paint(consent)

    def line(self, purpose: str) -> ConsentLine:
        """The line of one purpose."""
        return self._lines[purpose]

    def fold(self) -> None:
        """Close every text."""
        for line in self._lines.values():
            line.open.setChecked(False)
