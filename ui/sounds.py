"""The sounds of a scan, played by what the system has: nothing to install, and silence where there is nothing."""

import sys
from collections.abc import Sequence
from typing import Literal

from PySide6.QtCore import QObject, QProcess, QStandardPaths
from PySide6.QtGui import QGuiApplication

import resources
from desktop.settings import Sound

if sys.platform == "win32":
    import winsound

Player = tuple[str, ...]  # a program and what it is told before the file

_PLAYERS: dict[str, tuple[Player, ...]] = {
    "darwin": (("afplay",),),
    "linux": (("pw-play",), ("paplay",), ("aplay", "-q")),
}


class Sounds(QObject):
    """``play`` returns at once, and plays nothing while the same sound is still to be heard: twenty scans a second
    are one sound, not a queue of twenty. A player that fails is not asked again. No screen, no sound.
    """

    def __init__(self, parent: QObject | None = None, *, players: Sequence[Player] | None = None) -> None:
        super().__init__(parent)
        self.volume: Sound = "normal"
        known = () if QGuiApplication.platformName() == "offscreen" else _PLAYERS.get(sys.platform, ())
        self._players = list(known if players is None else players)
        self._running: dict[str, QProcess] = {}

    def play(self, name: Literal["good", "bad"]) -> None:
        """Let the clerk hear how the scan went."""
        if self.volume == "off":
            return
        path = str(resources.path(f"sounds/{name}_{self.volume}.wav"))
        if sys.platform == "win32":
            winsound.PlaySound(path, winsound.SND_FILENAME | winsound.SND_ASYNC | winsound.SND_NODEFAULT)
        elif name not in self._running:
            self._start(name, path)

    def close(self) -> None:
        """Be silent; may be called twice."""
        self._players.clear()
        for process in list(self._running.values()):
            process.kill()
            process.waitForFinished(500)

    def _start(self, name: str, path: str) -> None:
        while self._players:
            program, *told = self._players[0]
            if found := QStandardPaths.findExecutable(program):
                process = QProcess(self)
                self._running[name] = process
                process.finished.connect(lambda code, _status: self._finish(name, failed=code != 0))
                process.errorOccurred.connect(lambda error: self._fail_to_start(name, error))
                process.setStandardOutputFile(QProcess.nullDevice())
                process.setStandardErrorFile(QProcess.nullDevice())
                process.start(found, [*told, path])
                return
            del self._players[0]

    def _fail_to_start(self, name: str, error: QProcess.ProcessError) -> None:
        if error == QProcess.ProcessError.FailedToStart:  # after any other, it finishes too
            self._finish(name, failed=True)

    def _finish(self, name: str, *, failed: bool) -> None:
        process = self._running.pop(name, None)
        if process is None:
            return
        if failed and self._players:
            del self._players[0]
        process.deleteLater()
