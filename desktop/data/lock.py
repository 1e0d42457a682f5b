"""One process at a time: a lock that the system itself lets go when its holder dies."""

import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
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


class Claim:
    """The lock of the file ``path``, held by the first who took it until that one lets it go or dies."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._held: ExitStack | None = None

    def take(self) -> bool:
        """Whether it is this one's, now or already."""
        if self._held is None:
            with suppress(NotNow), ExitStack() as stack:  # another has it: that is the answer
                stack.enter_context(only_one(self._path))
                self._held = stack.pop_all()
        return self._held is not None

    def release(self) -> None:
        """Let it go; may be called twice."""
        if self._held is not None:
            self._held.close()
            self._held = None


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
