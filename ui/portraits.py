"""Pictures of the real window, for a machine without a display and for the guide."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QEvent, QSize
from PySide6.QtWidgets import QApplication

from desktop.desk import Desk
from desktop.settings import Settings
from desktop.status import HubStatus
from resources import Words
from ui.app import dress, make_app
from ui.bridge import Bridge
from ui.furnish import Front
from ui.window import Window

SIZE = QSize(1280, 800)
PLACES = ("members", "tasks", "appointments", "content", "credit")  # by the keys that lead there


class Portraits:
    """Takes one picture after another of the window at ``desk``; it shows the hub as ``status`` tells it."""

    def __init__(self, app: QApplication, desk: Desk, status: HubStatus, folder: Path) -> None:
        self._app = app
        self._folder = folder
        self._bridge = Bridge(desk, sync_now=lambda: None, status=status)
        self._front: Front | None = None

    def dress(self, settings: Settings, size: QSize = SIZE) -> None:
        """Open the window in another language, other colours or another size."""
        self.close()
        dress(self._app, settings)
        window = Window(Words(settings.language))
        window.resize(size)
        window.show()
        self._front = Front(window, self._bridge, settings)

    def scan(self, text: str) -> None:
        """What a scanner would do."""
        self._shown.flow.scan(text)

    def press(self, name: str) -> None:
        """What a key would do, by its name in the key map."""
        self._shown.flow.press(name)

    def take(self, name: str) -> Path:
        """Wait until every deed is done, every reading read and all of it painted, then save ``name.png``."""
        desk = self._bridge.desk
        for wait in (desk.do, desk.read_behind):
            wait(lambda _: None).result()
            for _ in range(20):  # answers and changes come as queued events, and may queue more
                self._app.processEvents()
        path = self._folder / f"{name}.png"
        self._shown.window.grab().save(str(path))
        return path

    def close(self) -> None:
        """Close the window that is open."""
        if self._front is not None:
            self._front.flow.retire()
            self._front.window.close()
            self._front.window.deleteLater()
            self._front = None
            # Else every later style sheet would be worn by all windows there ever were.
            QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)

    @property
    def _shown(self) -> Front:
        if self._front is None:
            raise RuntimeError("no window is open: dress one first")
        return self._front


def paint_screens(desk: Desk, status: HubStatus, folder: Path, scans: Sequence[str]) -> None:
    """Idle, enrolment, the counter after ``scans`` (a member, products), in dark and in English too, and the others."""
    settings = Settings()
    app = QApplication.instance()
    app = app if isinstance(app, QApplication) else make_app(["storeguide"], settings)
    portraits = Portraits(app, desk, status, folder)
    portraits.dress(settings)
    portraits.take("idle")
    portraits.press("enrol")
    portraits.take("enrol")
    portraits.press("back")
    for text in scans:
        portraits.scan(text)
    portraits.take("counter")
    for name in PLACES:
        portraits.press(name)
        portraits.take(name)
    portraits.dress(Settings(theme="dark"))
    portraits.take("counter-dark")
    portraits.dress(Settings(language="en"))
    portraits.take("counter-en")
    portraits.close()
