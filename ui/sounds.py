"""The sounds of a scan, played by what the system has: nothing to install, and silence where there is nothing."""

import sys
from collections.abc import Sequence
from typing import Literal

from PySide6.QtCore import QObject, QProcess, QStandardPaths, Slot
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
        self._processes: dict[str, QProcess] = {}

    def play(self, name: Literal["good", "bad"]) -> None:
        """Let the clerk hear how the scan went."""
        if self.volume == "off":
            return
        path = str(resources.path(f"sounds/{name}_{self.volume}.wav"))
        if sys.platform == "win32":
            winsound.PlaySound(path, winsound.SND_FILENAME | winsound.SND_ASYNC | winsound.SND_NODEFAULT)
        elif player := self._player():
            process = self._process(name)
            if process.state() == QProcess.ProcessState.NotRunning:
                process.start(player[0], [*player[1:], path])

    def close(self) -> None:
        """Be silent; may be called twice."""
        self._players.clear()
        for process in self._processes.values():
            process.kill()
            process.waitForFinished(500)

    def _player(self) -> Player | None:
        """The first that this machine has."""
        while self._players:
            program, *told = self._players[0]
            if found := QStandardPaths.findExecutable(program):
                self._players[0] = (found, *told)
                return self._players[0]
            del self._players[0]
        return None

    def _process(self, name: str) -> QProcess:
        if name not in self._processes:
            process = self._processes[name] = QProcess(self)
            process.setStandardOutputFile(QProcess.nullDevice())
            process.setStandardErrorFile(QProcess.nullDevice())
            process.finished.connect(self._see_how_it_went)
            process.errorOccurred.connect(self._see_whether_it_began)
        return self._processes[name]

    @Slot(int, QProcess.ExitStatus)
    def _see_how_it_went(self, code: int, _status: QProcess.ExitStatus) -> None:
        if code != 0:
            self._give_up_player()

    @Slot(QProcess.ProcessError)
    def _see_whether_it_began(self, error: QProcess.ProcessError) -> None:
        if error == QProcess.ProcessError.FailedToStart:  # after any other, it finishes too
            self._give_up_player()

    def _give_up_player(self) -> None:
        """Unless the other sound has given it up already."""
        process = self.sender()
        if isinstance(process, QProcess) and self._players and self._players[0][0] == process.program():
            del self._players[0]
