"""A till as every program opens it: its data, with what happens recorded for the hub, twice."""

from pathlib import Path

from desktop.clock import Clock
from desktop.desk import Desk
from desktop.store import Store
from sync import outbox
from sync.journal import Journal


def open_till(home: Path, clock: Clock | None = None) -> Desk:
    """The desk of the till in ``home``."""
    return Desk(open_store(home, clock))


def open_store(home: Path, clock: Clock | None = None) -> Store:
    """Its files without a thread."""
    return Store(home, outbox.record, Journal, clock)
