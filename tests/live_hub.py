"""A real hub process with the sample shop, for tests and the demo's checks."""

import contextlib
import re
import signal
import subprocess
import sys
from pathlib import Path

import resources
from sync.hub.hub import Hub
from sync.hub.imports import import_file, stores

STORE = "上海南京西路店"
OTHER_STORE = "杭州湖滨店"
ROOT = Path(__file__).parent.parent


class LiveHub:
    """``python -m sync.hub serve`` on a free port of this machine; ``stop`` and ``start`` keep port and data."""

    def __init__(self, folder: Path) -> None:
        self.database = f"sqlite:///{folder / 'hub.db'}"
        self.url = ""
        self._port = "0"
        self._process: subprocess.Popen[str] | None = None

    def start(self) -> "LiveHub":
        """Begin to listen; returns when it really does."""
        command = [sys.executable, "-m", "sync.hub", "serve", "--database", self.database, "--port", self._port]
        self._process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
        assert self._process.stdout is not None
        found = re.search(r"http://\S+:(\d+)", self._process.stdout.readline())
        assert found is not None
        self.url, self._port = found[0], found[1]
        return self

    def stop(self, number: signal.Signals = signal.SIGTERM) -> None:
        """Be gone; what was answered is kept."""
        if self._process is not None:
            self._process.send_signal(number)
            self._process.wait(20)
            assert self._process.stdout is not None
            self._process.stdout.close()
            self._process = None

    def ticket(self, store: str = STORE) -> str:
        """A code for one till of a store."""
        with contextlib.closing(Hub.open(self.database)) as hub:
            with hub.database.read() as connection:
                store_id = stores(connection)[store]
            return hub.issue_ticket(store_id)


def stock(database: str) -> None:
    """Fill a new hub with the sample shop: stores, guides and products."""
    with contextlib.closing(Hub.open(database)) as hub:
        for kind in ("stores", "guides", "products"):
            import_file(hub, kind, resources.path(f"sample/{kind}.csv"))
