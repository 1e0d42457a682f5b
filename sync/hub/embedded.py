"""A hub of one's own, as a process on this machine: for the demo, and for tests of tills."""

import contextlib
import re
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from desktop.rules.trust_bundle import LONGEST_LIFE
from sync.hub.archive import Archive
from sync.hub.definition_orders import send_definitions
from sync.hub.documents import Documents
from sync.hub.hub import Hub
from sync.hub.imports import import_file, stores
from sync.hub.keys import root_key
from sync.hub.problems import HubError
from sync.hub.trust import Renewal, find_bundle, renew

_ROOT = Path(__file__).resolve().parents[2]
_PATIENCE_SECONDS = 20


class EmbeddedHub:
    """``python -m sync.hub serve`` on a free port of this machine, its data in ``folder``.

    ``stop`` and ``start`` keep the port and the data. url: where it listens, "" before the first start.
    """

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self.database = f"sqlite:///{folder / 'hub.db'}"
        self.url = ""
        self._port = "0"
        self._process: subprocess.Popen[str] | None = None

    def stock(self, files: Mapping[str, Path]) -> None:
        """Bring in stores, guides, products or members from CSV files, and make the keys that sign codes; a second time
        changes nothing."""
        with self._opened() as hub:
            for kind, file in files.items():
                import_file(hub, kind, file)
            self._make_keys(hub)

    def define(self, file: Path) -> None:
        """Let every till judge by the definitions of this file."""
        with self._opened() as hub:
            send_definitions(hub, file)

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

    def _make_keys(self, hub: Hub) -> None:
        """The root key lies beside the data here: nobody's money hangs on a demo."""
        now = hub.clock.now_ms() // 1000
        with hub.database.read() as connection:
            bundle = find_bundle(Documents(Archive(connection, lock=False)))
        if bundle is None or bundle.expires < now + LONGEST_LIFE // 2:
            root = root_key(self._folder / "root.key")
            hub.database.retry(lambda connection: renew(connection, root, hub.keyring, Renewal(now=now)))

    def _spawn(self, *arguments: str) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "sync.hub", *arguments]
        return subprocess.Popen(command, cwd=_ROOT, stdout=subprocess.PIPE, text=True)  # noqa: S603 - our own module

    def _opened(self) -> contextlib.closing[Hub]:
        return contextlib.closing(Hub.open(self.database))
