"""A till that empties its outbox into a hub, as a process: ``python -m tests.benchmarks.drain HOME URL TICKET``."""

import json
import sys
import threading
import time
from pathlib import Path
from typing import NamedTuple

from desktop.desk import Desk
from desktop.status import HubStatus, Link
from sync.loop import SyncLoop
from sync.till import open_till
from tests.benchmarks.memory import peak

_PATIENCE = 600.0


class Drained(NamedTuple):
    """Seconds until nothing waited, and until all was read back too and one more round found nothing to do."""

    empty: float
    whole: float


def drain(desk: Desk, url: str, ticket: str | None = None) -> Drained:
    """Exchange until till and hub are at rest."""
    emptied: list[float] = []
    calm = threading.Event()

    def note(status: HubStatus) -> None:
        if status.waiting == 0 and not emptied:
            emptied.append(time.perf_counter())
        if _is_at_rest(status):
            calm.set()

    loop = SyncLoop(desk, url=url, ticket=ticket, on_status=note)
    began = time.perf_counter()
    loop.start()
    try:
        while True:
            if not calm.wait(_PATIENCE):
                raise TimeoutError(loop.status())
            calm.clear()
            if _is_at_rest(loop.sync_now().result(_PATIENCE)):  # what was calm may have been amid a round
                return Drained(emptied[0] - began, time.perf_counter() - began)
    finally:
        loop.stop()


def _is_at_rest(status: HubStatus) -> bool:
    return status.link is Link.ONLINE and status.waiting == 0 and status.loading is None


def main(home: Path, url: str, ticket: str) -> None:
    """Print both as JSON, and the peak memory of this process in MiB."""
    desk = open_till(home)
    drained = drain(desk, url, ticket)
    desk.close()
    json.dump({**drained._asdict(), "peak": peak()}, sys.stdout)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], sys.argv[3])
