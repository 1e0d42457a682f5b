"""The thread that looks at a camera's frames: always at the newest one, never at a queue of old ones."""

import logging
import threading
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

import numpy as np
from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage

from desktop.scanning.live import Live
from desktop.scanning.readers import Outline
from desktop.scanning.steady import Steady
from desktop.scanning.views import Grey

log = logging.getLogger(__name__)

PREVIEW = 480  # pixels wide, about


@dataclass(frozen=True, slots=True)
class Sight:
    """What a frame showed. preview: small and grey. outlines: of the codes, 0 to 1 each way; sure: those that counted.

    accepted: the texts that have just become sure.
    """

    preview: QImage
    outlines: tuple[tuple[Outline, bool], ...]
    accepted: tuple[str, ...]


class Looker(QObject):
    """``take`` frames; ``seen`` tells what the newest one showed. failed: it could not be read. Both on its own thread.

    ``open_grey``: makes a frame readable. ``clock``: seconds that never run back.
    """

    seen = Signal(object)
    failed = Signal()

    def __init__(
        self,
        open_grey: Callable[[Any], AbstractContextManager[Grey]],
        clock: Callable[[], float] = time.monotonic,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._open_grey, self._clock = open_grey, clock
        self._live, self._steady = Live(), Steady()
        self._newest: Any = None
        self._ending = False
        self._wake = threading.Condition()
        self._thread = threading.Thread(target=self._run, name="camera", daemon=True)
        self._thread.start()

    def take(self, frame: object) -> None:
        """A frame has come; one that waits still is let go."""
        with self._wake:
            self._newest = frame
            self._wake.notify()

    def close(self) -> None:
        """Look at nothing any more; may be called twice."""
        with self._wake:
            self._ending, self._newest = True, None
            self._wake.notify()
        self._thread.join()

    def _run(self) -> None:
        while (frame := self._next()) is not None:
            try:
                with self._open_grey(frame) as grey:
                    sight = self._look(grey)
            except Exception:
                log.exception("a frame of the camera could not be read")
                self.failed.emit()
                continue  # the next one may be another camera's
            if sight is not None and not self._ending:
                self.seen.emit(sight)

    def _next(self) -> Any:
        with self._wake:
            self._wake.wait_for(lambda: self._ending or self._newest is not None)
            frame, self._newest = self._newest, None
            return frame

    def _look(self, grey: Grey) -> Sight | None:
        found = self._live.look(grey)
        if found is None:  # the preview is still right
            return None
        accepted = tuple(each.scanned for each in self._steady.see(found, self._clock()))
        height, width = grey.shape
        outlines = tuple((each.scaled(1 / width, 1 / height).outline, self._steady.holds(each.text)) for each in found)
        return Sight(_preview(grey), outlines, accepted)


def _preview(grey: Grey) -> QImage:
    step = max(1, grey.shape[1] // PREVIEW)
    small = np.ascontiguousarray(grey[::step, ::step])
    height, width = small.shape
    return QImage(small.tobytes(), width, height, width, QImage.Format.Format_Grayscale8).copy()
