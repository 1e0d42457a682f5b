"""The serial scanners of this till: their threads' news brought to the Qt thread."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QObject, Qt, Signal, Slot

from desktop.scanning.serial_port import SerialScanner
from desktop.settings import SerialPort


class SerialLines(QObject):
    """scanned: the text of a code. failed: a BadInput. told: a port and how it stands (connected, missing, forbidden,
    busy). All on the Qt thread.
    """

    scanned = Signal(str)
    failed = Signal(object)
    told = Signal(str, str)

    _heard = Signal(str)
    _refused = Signal(object)
    _stands = Signal(str, str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._ports: tuple[SerialPort, ...] = ()
        self._scanners: list[SerialScanner] = []
        self.states: dict[str, str] = {}
        self._heard.connect(self.scanned, Qt.ConnectionType.QueuedConnection)
        self._refused.connect(self.failed, Qt.ConnectionType.QueuedConnection)
        self._stands.connect(self._keep_state, Qt.ConnectionType.QueuedConnection)

    def use(self, ports: Sequence[SerialPort]) -> None:
        """Read these from now on, and no others."""
        if tuple(ports) == self._ports:
            return
        self.close()
        self._ports = tuple(ports)
        for port in self._ports:
            scanner = SerialScanner(
                port.port,
                port.baud,
                heard=self._heard.emit,
                failed=self._refused.emit,
                told=partial(self._stands.emit, port.port),
            )
            self._scanners.append(scanner)
            scanner.start()

    def close(self) -> None:
        """Read nothing any more; may be called twice."""
        for scanner in self._scanners:
            scanner.stop()
        self._scanners, self._ports = [], ()
        self.states.clear()

    @Slot(str, str)
    def _keep_state(self, port: str, state: str) -> None:
        self.states[port] = state
        self.told.emit(port, state)
