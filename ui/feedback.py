"""How a scan went, for ears and the corner of an eye; the message bar says it in words."""

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QWidget

from ui.sounds import Sounds
from ui.widgets.edge import Edge


class Feedback(QObject):
    """``begin`` before a scan is acted on, ``end`` after it: good, unless ``warn`` came in between."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self.sounds = Sounds(self)
        self.edge = Edge(window)
        self._warned = False

    def begin(self) -> None:
        """A code was read; nobody knows yet what it is worth."""
        self._warned = False

    def end(self) -> None:
        """It was acted on."""
        if not self._warned:
            self.sounds.play("good")
            self.edge.flash("good")

    @Slot()
    def warn(self) -> None:
        """Something is wrong, now or later."""
        self._warned = True
        self.sounds.play("bad")
        self.edge.flash("bad")

    def close(self) -> None:
        """Be silent."""
        self.sounds.close()
