"""A word on a coloured ground beside a name: a tier, a VIP."""

from PySide6.QtWidgets import QPushButton

from ui.widgets.card import set_look


class Badge(QPushButton):
    """``say(text, tone)``; tone: gold, accent or "" for plain. A press asks why; ``about``: what it tells of."""

    def __init__(self, about: str) -> None:
        super().__init__()
        self._about = about
        self.setAccessibleName(about)
        self.setProperty("role", "badge")
        self.hide()

    def say(self, text: str, tone: str = "") -> None:
        """Show a word, or nothing for ""."""
        self.setText(text)
        self.setAccessibleName(f"{self._about} {text}")
        set_look(self, tone=tone)
        self.setVisible(bool(text))
