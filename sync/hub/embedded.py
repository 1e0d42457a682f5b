"""A hub of one's own, as a process on this machine: for the demo, and for tests of tills."""

import contextlib
import re
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from sync.hub.hub import Hub
from sync.hub.imports import import_file, stores
from sync.hub.problems import HubError

_ROOT = Path(__file__).resolve().parents[2]
_PATIENCE_SECONDS = 20


class EmbeddedHub:
    """``python -m sync.hub serve`` on a free port of this machine, its data in ``folder``.

    ``stop`` and ``start`` keep the port and the data. url: where it listens, "" before the first start.
    """

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.database = f"sqlite:///{folder / 'hub.db'}"
        self.url = ""
        self._port = "0"
        self._process: subprocess.Popen[str] | None = None

    def stock(self, files: Mapping[str, Path]) -> None:
        """Bring in stores, guides, products or members from CSV files; a second time changes nothing."""
        with self._opened() as hub:
            for kind, file in files.items():
                import_file(hub, kind, file)

    def ticket(self, store: str) -> str:
        """A code for one till of the store of this name."""
        with self._opened() as hub:
            with hub.database.read() as connection:
                store_id = stores(connection)[store]
            return hub.issue_ticket(store_id)

    def start(self) -> "EmbeddedHub":
        """Begin to listen; returns when it really does."""
        process = self._spawn("serve", "--database", self.database, "--port", self._port)
        told = process.stdout.readline() if process.stdout else ""
        found = re.search(r"http://\S+:(\d+)", told)
        if found is None:
            with process:  # closes the pipe, and waits
                process.kill()
            raise HubError("the embedded hub did not start")
        self._process, self.url, self._port = process, found[0], found[1]
        return self

    def stop(self, number: signal.Signals = signal.SIGTERM) -> None:
        """Be gone; whatever was answered is kept. May be called twice."""
        if self._process is not None:
            with self._process as process:
                process.send_signal(number)
                process.wait(_PATIENCE_SECONDS)
            self._process = None

    def _spawn(self, *arguments: str) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "sync.hub", *arguments]
        return subprocess.Popen(command, cwd=_ROOT, stdout=subprocess.PIPE, text=True)  # noqa: S603 - our own module

    def _opened(self) -> contextlib.closing[Hub]:
        return contextlib.closing(Hub.open(self.database))
