"""Codes in pictures that are dropped on the window or pasted into it, and on the screen, read off the Qt thread."""

import logging
from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QMimeData, QObject, Qt, QThreadPool, Signal, Slot
from PySide6.QtGui import QGuiApplication, QImage

from desktop.errors import BadInput, TillError

log = logging.getLogger(__name__)


class Pictures(QObject):
    """found: the text of each code, in order. failed: a TillError with words for the clerk. begun: reading one."""

    found = Signal(str)
    failed = Signal(object)
    begun = Signal()

    _done = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._reader = QThreadPool(self)
        self._reader.setMaxThreadCount(1)
        self._done.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    def can_take(self, mime: QMimeData) -> bool:
        """Whether there is a picture in it, or a file that may be one."""
        return mime.hasImage() or any(url.isLocalFile() for url in mime.urls())

    def take(self, mime: QMimeData) -> bool:
        """Read what was dropped or pasted; nothing is fetched from anywhere."""
        files = [url.toLocalFile() for url in mime.urls() if url.isLocalFile()]
        for path in files:
            self._read(partial(_codes_in_file, path))
        if not files and mime.hasImage():
            self._read(partial(_codes_in_images, [QImage(mime.imageData())]))
        return self.can_take(mime)

    def take_clipboard(self, *, text_goes_first: bool) -> bool:
        """Read the picture on the clipboard; what is text as well belongs to the field that has the keyboard."""
        mime = QGuiApplication.clipboard().mimeData()
        if text_goes_first and mime.hasText() and not mime.hasUrls():
            return False
        return self.take(mime)

    @Slot()
    def take_screen(self) -> None:
        """Read what stands on the screens: a code in a chat or on a web page."""
        images = [screen.grabWindow(0).toImage() for screen in QGuiApplication.screens()]
        images = [image for image in images if not image.isNull()]
        if images:
            self._read(partial(_codes_in_images, images))
        else:  # Wayland lets no program see the others
            self.failed.emit(BadInput("screen_unseen"))

    def close(self) -> None:
        """Abandon what waits; may be called twice."""
        self._reader.clear()
        self._reader.waitForDone()

    def _read(self, decode: Callable[[], list[str]]) -> None:
        self.begun.emit()
        self._reader.start(partial(self._try, decode))

    def _try(self, decode: Callable[[], list[str]]) -> None:
        """On the reading thread."""
        try:
            self._done.emit(decode())
        except Exception as error:  # noqa: BLE001 - told on the Qt thread
            self._done.emit(error)

    @Slot(object)
    def _deliver(self, outcome: list[str] | Exception) -> None:
        if isinstance(outcome, TillError):
            self.failed.emit(outcome)
        elif isinstance(outcome, Exception):
            log.error("a picture could not be read", exc_info=outcome)
            self.failed.emit(TillError("bug", reason=type(outcome).__name__))
        else:
            for text in outcome:
                self.found.emit(text)


def _codes_in_file(path: str) -> list[str]:
    from desktop.scanning.decode import decode_file  # the decoders cost a tenth of a second: the first picture pays

    return _texts([code.scanned for code in decode_file(path).found])


def _codes_in_images(images: list[QImage]) -> list[str]:
    from desktop.scanning.decode import decode  # as above
    from ui.grey import grey_of

    return _texts(list(dict.fromkeys(code.scanned for image in images for code in decode(grey_of(image)))))


def _texts(found: list[str]) -> list[str]:
    if not found:
        raise BadInput("picture_without_code")
    return found
