"""One piece of content in the list: its kind, its title, and what came of it."""

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout

from desktop.views.contents import ContentView
from resources import Words
from ui.widgets.card import label
from ui.widgets.elided_label import ElidedLabel
from ui.widgets.pickable import Pickable


class ContentRow(Pickable):
    """What is read at the right when it is picked."""

    def __init__(self, view: ContentView, words: Words) -> None:
        super().__init__(view.id)
        self.view = view
        row, texts, head = QHBoxLayout(self), QVBoxLayout(), QHBoxLayout()
        row.setContentsMargins(8, 8, 12, 8)
        row.setSpacing(12)
        head.setSpacing(8)
        head.addWidget(label(view.title, "strong"))
        if view.fits:
            fits = label(words("content.fits"), "small")
            fits.setProperty("tone", "accent")
            head.addWidget(fits)
        head.addStretch(1)
        texts.setSpacing(2)
        texts.addLayout(head)
        texts.addWidget(ElidedLabel(" · ".join((words(f"content.{view.kind}"), *view.tags)), "small"))
        row.addLayout(texts, 1)
        row.addWidget(
            label(words("content.effect", used=view.used, arrived=view.arrived) if view.used else "", "small")
        )
        self.setAccessibleName(f"{words(f'content.{view.kind}')} {view.title}")
