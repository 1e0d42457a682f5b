"""The journal: a second copy, outside the database, of every event that may still be needed; one file a day."""

import errno
import os
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path

from sqlalchemy import Connection

from desktop.clock import Clock
from desktop.data.amiss import storage_trouble
from desktop.data.ballast import release_ballast
from desktop.data.durable import make_folder, sync_folder, write_private
from desktop.data.installation import Installation
from desktop.data.lock import locked
from desktop.errors import StorageTrouble
from desktop.second_copy import Since
from desktop.work import Work
from sync.outbox import held
from sync.passport import Passport, portray
from sync.replay import replay
from sync.retention import tidy
from sync.sealed import Sealer

_END = 65536  # bytes that hold the last event whatever its size


class Journal:
    """The files ``outbox-YYYYMMDD.sgj`` in ``home``/journal. Several programs may write them at a time.

    trouble: why the last events could not be written, None if all are on disk. They are then owed, and written with
    the next ones; the database has them meanwhile.
    """

    def __init__(self, home: Path, secret: bytes, clock: Clock) -> None:
        self._home = home
        self._folder = home / "journal"
        make_folder(self._folder)
        self._sealer = Sealer(secret)
        self._clock = clock
        self._turn = threading.Lock()
        self._owed: list[bytes] = []
        self._passport = Passport(self._folder / "till.sgp", self._sealer)
        self.trouble: StorageTrouble | None = None

    def append(self, events: Sequence[bytes]) -> None:
        """Write them, and what is owed; on disk when this returns, or else ``trouble`` says why not."""
        with self._turn:
            self._owed += events
            if not self._owed:
                return
            try:
                self._write()
            except OSError as error:
                self.trouble = storage_trouble(error)
            else:
                self._owed.clear()
                self.trouble = None

    def weigh(self, connection: Connection) -> None:
        """What is owed about somebody whom another program has made the data forget since is owed no more."""
        with self._turn:
            if self._owed:
                self._owed = held(connection, self._owed)

    def portray(self, till: Installation) -> bytes:
        """Who this till is to its hub."""
        return portray(till)

    def sign(self, portrait: bytes) -> None:
        """Keep who this till is, so that it can go on with its hub after the database was lost."""
        try:
            self._passport.keep(portrait)
        except OSError as error:
            self.trouble = storage_trouble(error)

    def catch_up(self, work: Work, since: Since) -> bool:
        """Put into the data what only the journal has, and the other way; whether the data had gone back in time."""
        if since == "loss":
            self._passport.give(work.till)
        else:
            self._passport.remind(work.till)
        return replay(work, self, since)

    def holds_something(self) -> bool:
        """Whether there is anything that the right key would open."""
        return self._passport.exists() or any(path.stat().st_size for path in self.files())

    def opens(self) -> bool:
        """Whether this key opens any of it."""
        return self._passport.opens() or next(self.read(), None) is not None

    def files(self) -> list[Path]:
        """The oldest day first."""
        return sorted(self._folder.glob("outbox-*.sgj"))

    def read(self, *files: Path) -> Iterator[bytes]:
        """All events that can be read, of all files or of these; with all of them come those that are owed."""
        for path in files or self.files():
            yield from self._sealer.open_all(self._bytes_of(path))
        if not files:
            yield from list(self._owed)

    def ends(self) -> list[bytes | None]:
        """The last event of every file; None where the end is not whole."""
        ends = (self._bytes_of(path, last=_END) for path in self.files())
        return [self._sealer.open_last(end) for end in ends if end]

    def end(self, path: Path) -> bytes | None:
        """The last event of a file; None if the end is not whole."""
        return self._sealer.open_last(self._bytes_of(path, last=_END))

    def tidy(self, work: Work) -> bool:
        """Drop a day that nobody will ask for again; whether there may be another."""
        return tidy(work, self)

    def forget(self, is_about: Callable[[bytes], bool]) -> bool:
        """Write anew the files that hold such events, without them; what a crash has left half written goes. False if
        the disk does not give one of them just now: that one is left as it is.
        """
        with self._turn:
            self._owed = [body for body in self._owed if not is_about(body)]
        clean = [self.drop(path, is_about) for path in self.files()]
        with locked(self._folder / "lock"):
            for stray in self._folder.glob("*.new"):
                stray.unlink()
            sync_folder(self._folder)
        return all(clean)

    def drop(self, path: Path, is_about: Callable[[bytes], bool]) -> bool:
        """Write one file anew without such events; it goes if it has no others. False as ``forget``."""
        if self._must_be_rewritten(path, is_about):  # found without the lock: a deed waits for one file at most
            with locked(self._folder / "lock"):
                data = self._bytes_of(path)
                if not data and path.exists() and path.stat().st_size:
                    return False
                kept = [body for body in self._sealer.open_all(data) if not is_about(body)]
                _replace(path, b"".join(map(self._sealer.seal, kept)))
        return True

    def _must_be_rewritten(self, path: Path, is_about: Callable[[bytes], bool]) -> bool:
        """Whether it holds such an event, or something damaged: nobody can say whom that is about."""
        whole = 0
        for body in self.read(path):
            if is_about(body):
                return True
            whole += self._sealer.length_of(body)
        return whole < path.stat().st_size

    def close(self) -> None:
        """Write what is owed, if it can be written by now."""
        self.append(())

    def _bytes_of(self, path: Path, last: int | None = None) -> bytes:
        """All, or the last so many. Nothing, if the disk does not give it: the rest must still be of use, and a till
        must open."""
        try:
            with path.open("rb") as file:
                if last is not None:
                    file.seek(max(0, os.fstat(file.fileno()).st_size - last))
                return file.read()
        except FileNotFoundError:  # another program has just done away with it
            return b""
        except OSError as error:
            self.trouble = storage_trouble(error)
            return b""

    def _write(self) -> None:
        data = b"".join(map(self._sealer.seal, self._owed))
        path = self._folder / f"outbox-{self._clock.now():%Y%m%d}.sgj"
        with locked(self._folder / "lock"):
            try:
                _extend(path, data)
            except OSError as error:
                if error.errno != errno.ENOSPC or not release_ballast(self._home):
                    raise
                _extend(path, data)


def _extend(path: Path, data: bytes) -> None:
    """Write at the end of the file, and wait for the disk; what fails leaves the file as it was, if it lets itself."""
    with path.open("ab", buffering=0) as file:
        start = os.fstat(file.fileno()).st_size
        if not start:  # it may have been made by a try that failed
            sync_folder(path.parent)
        try:
            rest = memoryview(data)
            while rest:
                rest = rest[file.write(rest) :]
            os.fsync(file.fileno())
        except OSError:
            with suppress(OSError):  # torn records are passed over by whoever reads
                file.truncate(start)
            raise


def _replace(path: Path, data: bytes) -> None:
    if data:
        write_private(path, data)
    else:
        path.unlink()
        sync_folder(path.parent)
