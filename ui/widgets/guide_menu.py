"""The list of guides to switch to, beside the avatar."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Signal
from PySide6.QtWidgets import QMenu, QWidget

from resources import Words

if TYPE_CHECKING:  # read in only after the first paint
    from desktop.views.till import GuideView


class GuideMenu(QMenu):
    """``picked`` gives the guide's id and name. Arrow keys and Enter, or a press."""

    picked = Signal(str, str)

    def __init__(self, words: Words, guides: Sequence[GuideView], on_duty: str | None, parent: QWidget) -> None:
        super().__init__(parent)
        self.aboutToHide.connect(self.deleteLater)
        for guide in guides:
            entry = self.addAction(guide.name.replace("&", "&&"))
            entry.setCheckable(True)
            entry.setChecked(guide.id == on_duty)
            entry.triggered.connect(lambda _checked=False, guide=guide: self.picked.emit(guide.id, guide.name))
        if not guides:
            self.addAction(words("shell.no_guides")).setEnabled(False)

    def open_at(self, corner: QPoint) -> None:
        """With its lower left corner there, standing on the one who is on duty."""
        self.popup(QPoint(corner.x(), corner.y() - self.sizeHint().height()))
        checked = next((entry for entry in self.actions() if entry.isChecked()), None)
        self.setActiveAction(checked or self.actions()[0])
