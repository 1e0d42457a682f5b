"""The second step of the start: the screens that need data, made once the shell is on the glass."""

from dataclasses import fields

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication

from desktop.settings import Settings, save_settings
from resources import Words
from ui.app import dress
from ui.bridge import Bridge
from ui.flow import Flow, Screens
from ui.screens.appointments import Appointments
from ui.screens.counter import Counter
from ui.screens.enrol import Enrol
from ui.screens.idle import Idle
from ui.screens.members import Members
from ui.screens.settings import SettingsScreen
from ui.screens.sync import Sync
from ui.window import Window


class Front(QObject):
    """The furnished window. Another language or other colours put a new ``window`` in the place of the old one."""

    def __init__(self, window: Window, bridge: Bridge, settings: Settings) -> None:
        super().__init__(bridge)
        self.bridge = bridge
        self.settings = settings
        self.window = window
        self.flow = self._furnish(window)
        self.flow.home()
        window.inbox.open()

    def change(self, settings: Settings) -> None:
        """Keep the settings, and dress the window anew."""
        save_settings(self.bridge.desk.home, settings)
        recoloured, self.settings = settings.theme != self.settings.theme, settings
        app = QApplication.instance()
        if isinstance(app, QApplication):
            dress(app, settings)
        self.flow.retire()
        self.bridge.forget_callers()
        old, self.window = self.window, Window(Words(settings.language))
        self.window.setGeometry(old.geometry())
        self.flow = self._furnish(self.window)
        self.flow.show("settings")
        if recoloured:
            self.flow.screens.settings.themes.take_focus()
        self.window.inbox.open()
        self.window.setWindowState(old.windowState())
        self.window.show()
        old.close()
        old.deleteLater()

    def _furnish(self, window: Window) -> Flow:
        words, bridge = window.words, self.bridge
        screens = Screens(
            idle=Idle(bridge, words, window.prompt),
            counter=Counter(bridge, words),
            enrol=Enrol(bridge, words),
            members=Members(bridge, words),
            appointments=Appointments(bridge, words),
            sync=Sync(bridge, words),
            settings=SettingsScreen(bridge, words, self.settings),
        )
        screens.settings.changed.connect(self.change)
        window.hold_screens(*(getattr(screens, each.name) for each in fields(screens)))
        return Flow(window, bridge, screens)
