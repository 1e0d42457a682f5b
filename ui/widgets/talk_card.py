"""What to speak of with a member."""

from PySide6.QtWidgets import QWidget

from resources import Words
from ui.portrayed import Portrayed
from ui.widgets.card import Card, label


class TalkCard(Card):
    """``paint(portrayed)``: what is due first, what they said last."""

    def __init__(self, words: Words) -> None:
        super().__init__()
        self._words = words
        self._said: list[str] | None = None
        self._points: list[QWidget] = []
        self.head(words("talk.title"))
        self.column.setSpacing(6)

    def paint(self, portrayed: Portrayed) -> None:
        """Show a member's points."""
        said = [portrayed.point(point) for point in portrayed.talk]
        if said == self._said:
            return
        self._said = said
        for old in self._points:
            self.column.removeWidget(old)
            old.hide()
            old.deleteLater()
        told = [f"· {each}" for each in said] or [self._words("talk.none")]
        self._points = [label(each, "line" if said else "small", wrap=True) for each in told]
        for point in self._points:
            self.column.addWidget(point)
