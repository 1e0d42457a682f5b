"""A till that empties its outbox into a hub, as a process: ``python -m tests.benchmarks.drain HOME URL TICKET``."""

import json
import resource
import sys
import threading
import time
from pathlib import Path

from desktop.status import HubStatus, Link
from sync.loop import SyncLoop
from sync.till import open_till


def main(home: Path, url: str, ticket: str) -> None:
    """Print as JSON the seconds until nothing waited, those until all was read back, and the peak memory in MiB."""
    empty, done = [], threading.Event()

    def note(status: HubStatus) -> None:
        if status.waiting == 0 and not empty:
            empty.append(time.perf_counter())
        if status.link is Link.ONLINE and status.waiting == 0:
            done.set()

    desk = open_till(home)
    loop = SyncLoop(desk, url=url, ticket=ticket, on_status=note)
    began = time.perf_counter()
    loop.start()
    done.wait(600)
    ended = time.perf_counter()
    loop.stop()
    desk.close()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    json.dump({"empty": empty[0] - began, "whole": ended - began, "peak": peak}, sys.stdout)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], sys.argv[3])
