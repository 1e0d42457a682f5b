"""Being told to stop by the system or from the terminal: the window closes as by its own cross, and nothing is left."""

import signal
import socket

from PySide6.QtCore import QObject, QSocketNotifier, Slot
from PySide6.QtWidgets import QApplication

_SIGNALS = ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK")  # of which each system has some


class Interrupts(QObject):
    """Python hears of a signal only when it gets to run, and amid Qt's waiting that may be never: a socket wakes it."""

    def __init__(self, app: QApplication) -> None:
        super().__init__(app)
        self._woken, self._waking = socket.socketpair()
        for end in (self._woken, self._waking):
            end.setblocking(False)
        notifier = QSocketNotifier(self._woken.fileno(), QSocketNotifier.Type.Read, self)
        notifier.activated.connect(self._hear)
        signal.set_wakeup_fd(self._waking.fileno())
        for name in _SIGNALS:
            if number := getattr(signal, name, None):
                signal.signal(number, lambda _number, _frame: app.quit())

    @Slot()
    def _hear(self) -> None:
        self._woken.recv(64)  # the handlers have run before this line
