"""What every screen has in common: it enters, leaves, and follows what changes."""

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QWidget

from desktop.events import Changes
from resources import Words
from ui.bridge import Bridge


class Screen(QWidget):
    """A page of the window. While it is up, changes refresh it; while it is not, they only make it stale."""

    def __init__(self, bridge: Bridge, words: Words, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "page")
        self.bridge = bridge
        self.words = words
        self._stale = True
        bridge.changed.connect(self.on_changed)

    @property
    def awaits(self) -> bool:
        """Whether somebody is to be served here, and is not saved yet; overridden."""
        return False

    def enter(self) -> None:
        """Come up: read what is stale."""
        if self._stale:
            self._stale = False
            self.refresh()

    def leave(self) -> None:
        """Go down."""

    def retire(self) -> None:
        """Follow nothing any more: another window takes over."""
        self.bridge.changed.disconnect(self.on_changed)

    def refresh(self) -> None:
        """Read and paint everything anew; overridden."""

    def mark_stale(self) -> None:
        """Have the next ``enter`` read anew."""
        self._stale = True

    @Slot(object)
    def on_changed(self, changes: Changes) -> None:
        """Something was committed; overridden where not every change matters."""
        del changes
        if self.isVisible():
            self.refresh()
        else:
            self.mark_stale()
