"""Why a value is what it is: the sentence of its rule, and the days it rests on."""

from collections.abc import Sequence

from PySide6.QtWidgets import QFrame, QGridLayout, QVBoxLayout, QWidget

from desktop.views.portrait import Evidence
from resources import Words
from ui.widgets.card import label
from ui.widgets.elided_label import ElidedLabel

SHOWN = 4


class WhyBox(QFrame):
    """Folded until ``tell``; the same ``about`` told again folds it."""

    def __init__(self, words: Words) -> None:
        super().__init__()
        self._words = words
        self.about = ""
        self.setProperty("role", "why")
        self.sentence = label("", "line", wrap=True)
        self._facts = QWidget()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(12, 10, 12, 10)
        self._column.setSpacing(4)
        self._column.addWidget(self.sentence)
        self._column.addWidget(self._facts)
        self.fold()

    def tell(self, about: str, sentence: str, facts: Sequence[Evidence], *, note: str = "") -> None:
        """Show the reason of ``about``; a note stands under it."""
        if about == self.about:
            self.fold()
            return
        self.about = about
        self.sentence.setText(sentence)
        fresh = QWidget()
        grid = QGridLayout(fresh)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(2)
        grid.setColumnStretch(1, 1)
        for row, fact in enumerate(facts[:SHOWN]):
            said = self._words(f"fact.{fact.kind}")
            grid.addWidget(label(fact.day.isoformat(), "small"), row, 0)
            grid.addWidget(ElidedLabel(f"{said} · {fact.what}" if fact.what else said, "small"), row, 1)
        if note:
            grid.addWidget(ElidedLabel(note, "faint"), len(facts[:SHOWN]), 0, 1, 2)
        self._column.replaceWidget(self._facts, fresh)
        self._facts.hide()
        self._facts.deleteLater()
        self._facts = fresh
        self._facts.setVisible(bool(facts) or bool(note))
        self.setAccessibleName(sentence)
        self.show()

    def fold(self) -> None:
        """Say nothing."""
        self.about = ""
        self.hide()
