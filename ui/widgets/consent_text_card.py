"""The whole texts of the consents, to be read by the member."""

from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

import resources
from resources import Words
from ui.widgets.card import Card, label, rule, set_look
from ui.widgets.consent_list import PURPOSES
from ui.widgets.growing_scroll import GrowingScroll

AGREED_IN = "zh"


class ConsentTextCard(Card):
    """``point_at(purpose)`` brings one text forward.

    In another language the Chinese text, which is what is agreed to, stands below each.
    """

    def __init__(self, words: Words) -> None:
        super().__init__(padding=0)
        self._words = words
        self._texts: dict[str, list[QLabel]] = {}
        self._scroll = GrowingScroll()
        self._scroll.column.setContentsMargins(24, 0, 24, 24)
        self._scroll.column.setSpacing(14)
        for place, purpose in enumerate(PURPOSES):
            if place:
                self._scroll.column.addWidget(rule())
            self._scroll.column.addWidget(self._section(purpose))
        self._scroll.column.addStretch()
        title = label(words("enrol.shown_text"), "h3")
        title.setContentsMargins(24, 24, 24, 12)
        self.column.setSpacing(0)
        self.column.addWidget(title)
        self.column.addWidget(self._scroll, 1)
        self.column.addStretch()

    def point_at(self, purpose: str) -> None:
        """The one that the clerk and the member are at."""
        for each, texts in self._texts.items():
            for text in texts:
                set_look(text, faded=each != purpose)
        self._scroll.ensureWidgetVisible(self._texts[purpose][0], 0, 80)

    def _section(self, purpose: str) -> QWidget:
        shown = resources.consent_text(purpose, self._words.language)
        agreed = resources.consent_text(purpose, AGREED_IN)
        section = QWidget()
        column = QVBoxLayout(section)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        texts = [label(shown.title, "h2", wrap=True), label(_flowing(shown.text), wrap=True)]
        if self._words.language != AGREED_IN:
            texts.append(label(f"{agreed.title}\n{_flowing(agreed.text)}", wrap=True))
        version = label(self._words("enrol.version", version=agreed.version), "small")
        for part in (texts[0], version, *texts[1:]):
            column.addWidget(part)
        self._texts[purpose] = texts
        return section


def _flowing(text: str) -> str:
    """The file breaks lines for its own width: they join again, Chinese ones without a gap, up to a full stop."""
    lines = text.split("\n")
    joined = lines[0]
    for line in lines[1:]:
        joined += ("\n" if joined.endswith(("。", ";")) else " " if joined.isascii() else "") + line
    return joined
