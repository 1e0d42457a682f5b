"""A camera and the thread that looks through it, while the panel is open."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any, Protocol

from PySide6.QtCore import QObject, Qt, Signal, SignalInstance, Slot

from desktop.scanning.views import Grey
from ui.camera_looker import Looker, Sight


class Source(Protocol):
    """Where frames come from: ``ui.camera.Camera``, or something that replays them."""

    frame: SignalInstance
    listed: SignalInstance
    failed: SignalInstance

    def names(self) -> dict[str, str]: ...
    def open(self, name: str) -> None: ...
    def close(self) -> None: ...


class CameraSession(QObject):
    """seen: a Sight. changed: the cameras, the one in use or what is amiss.

    ``trouble``: "" or the word for what is amiss: none (no camera), failed.
    """

    seen = Signal(object)
    changed = Signal()

    def __init__(self, source: Source, open_grey: Callable[[Any], AbstractContextManager[Grey]]) -> None:
        super().__init__()
        self._source = source
        self.used, self.trouble = "", ""
        self._looker = Looker(open_grey)
        source.frame.connect(self._looker.take, Qt.ConnectionType.DirectConnection)
        source.listed.connect(self._follow)
        source.failed.connect(self._fail)
        self._looker.failed.connect(self._fail, Qt.ConnectionType.QueuedConnection)
        self._looker.seen.connect(self._tell, Qt.ConnectionType.QueuedConnection)
        self._follow()

    @property
    def names(self) -> dict[str, str]:
        """The cameras there are."""
        return self._source.names()

    def use(self, name: str) -> None:
        """Look through this camera."""
        self.used, self.trouble = name, ""
        self._source.open(name)
        self.changed.emit()

    def close(self) -> None:
        """Let go of the camera; may be called twice."""
        self._source.close()
        self._looker.close()

    @Slot()
    def _follow(self) -> None:
        """Keep the camera in use; where it was pulled out, the next best; where there is none, wait for one."""
        names = self.names
        if self.used in names and not self.trouble:
            self.changed.emit()
        elif names:
            self.use(self.used if self.used in names else next(iter(names)))
        else:
            self._source.close()
            self.used, self.trouble = "", "none"
            self.changed.emit()

    @Slot()
    def _fail(self) -> None:
        if not self.trouble:
            self._source.close()  # else its light would stay on, and each of its frames fail
        self.trouble = "failed" if self.names else "none"
        self.changed.emit()

    @Slot(object)
    def _tell(self, sight: Sight) -> None:
        if not self.trouble:
            self.seen.emit(sight)
