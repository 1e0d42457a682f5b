"""The second step of the start: what needs data, once the shell is on the glass."""

from PySide6.QtCore import QObject, QTimer, Slot
from PySide6.QtWidgets import QApplication

from desktop.errors import TillError
from desktop.settings import Settings, read_settings, save_settings
from desktop.troubles import as_trouble
from resources import Words
from ui.app import dress
from ui.bridge import Bridge
from ui.flow import Flow
from ui.screens.settings import SettingsScreen
from ui.serial_lines import SerialLines
from ui.window import Window


class Front(QObject):
    """The furnished window. Another language or other colours put a new ``window`` in the place of the old one, as soon
    as that takes nothing from whoever works in it."""

    def __init__(self, window: Window, bridge: Bridge, settings: Settings) -> None:
        super().__init__(bridge)
        self.bridge = bridge
        self.settings = self._worn = settings
        self.window = window
        bridge.came_to_rest.connect(self._wear)
        self.lines = SerialLines(self)
        self.lines.scanned.connect(self._take_scan)
        self.lines.failed.connect(self._tell_fault)
        with window.scanner.resting():
            self.flow = self._furnish(window)
            self.flow.home()
        window.inbox.open()
        QTimer.singleShot(0, self.flow, self.flow.prepare)
        for trouble in read_settings(bridge.desk.home)[1][:1]:
            window.tell_fault(trouble)

    @Slot(object)
    def change(self, settings: Settings) -> None:
        """Keep the settings. Another language and other colours dress the window anew."""
        try:
            save_settings(self.bridge.desk.home, settings)
        except OSError as error:
            self.window.tell_fault(as_trouble(error))
            self.flow.screens.settings.take(self.settings)
            return
        self.settings = settings
        self._apply()
        self._wear()

    def close(self) -> None:
        """Close the window, and listen to no scanner any more."""
        self.lines.close()
        self.window.close()

    @Slot()
    def _wear(self) -> None:
        """Dress the window anew, if that is to be: not before all that was asked in it is answered, which would be lost
        with it, and not while somebody works elsewhere in it."""
        before, settings = self._worn, self.settings
        same = (before.language, before.theme) == (settings.language, settings.theme)
        if same or not self.bridge.is_at_rest or self.flow.current != "settings":
            return
        self._worn = settings
        app = QApplication.instance()
        if isinstance(app, QApplication):
            dress(app, settings)
        self._dress_anew(recoloured=before.theme != settings.theme)

    def _dress_anew(self, *, recoloured: bool) -> None:
        self.flow.retire()
        old, self.window = self.window, Window(Words(self.settings.language))
        self.window.setGeometry(old.geometry())
        self.flow = self._furnish(self.window)
        self.flow.show("settings")
        if recoloured:
            self.flow.screens.settings.themes.take_focus()
        self.window.inbox.open()
        self.window.messages.go_on(old.messages)
        self.window.setWindowState(old.windowState())
        self.window.show()
        old.close()
        old.deleteLater()

    def _apply(self) -> None:
        """What needs no other window."""
        self.window.scanner.use(self.settings.profile)
        self.window.feedback.sounds.volume = self.settings.sound
        self.lines.use(self.settings.serial)

    @Slot(str)
    def _take_scan(self, text: str) -> None:
        self.window.take_scan(text)

    @Slot(object)
    def _tell_fault(self, error: TillError) -> None:
        self.window.tell_fault(error)

    def _furnish(self, window: Window) -> Flow:
        self._apply()
        return Flow(window, self.bridge, lambda: self._make_settings(window))

    def _make_settings(self, window: Window) -> SettingsScreen:
        screen = SettingsScreen(self.bridge, window.words, self.settings)
        screen.changed.connect(self.change)
        screen.entered.connect(self._wear)
        screen.attend(window, self.lines)
        return screen
