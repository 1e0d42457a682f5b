"""One process at a time: a lock that the system itself lets go when its holder dies."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from desktop.errors import NotNow


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold the lock of the file ``path``, made when missing; waits while another process holds it."""
    with path.open("a+b") as file:
        _lock(file.fileno())  # closing the file unlocks it
        yield


@contextmanager
def only_one(path: Path) -> Iterator[None]:
    """Hold the lock of the file ``path``, or raise NotNow ``till_open`` at once when another holds it."""
    with path.open("a+b") as file:
        try:
            _try_to_lock(file.fileno())
        except OSError as error:
            raise NotNow("till_open") from error
        yield


if sys.platform == "win32":
    import msvcrt

    def _lock(descriptor: int) -> None:
        msvcrt.locking(descriptor, msvcrt.LK_LOCK, 1)

    def _try_to_lock(descriptor: int) -> None:
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _lock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX)

    def _try_to_lock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
