"""Store: the till's files, read and written here and now."""

from collections.abc import Callable
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from desktop.clock import Clock
from desktop.data.engine import open_reader, open_writer
from desktop.data.exchange import Till
from desktop.data.keys import Key, load_key
from desktop.data.lock import locked
from desktop.data.migrate import migrate
from desktop.errors import StorageTrouble
from desktop.events import Changes
from desktop.second_copy import OpenSecondCopy, Since
from desktop.work import Recorder, Work

P = ParamSpec("P")
T = TypeVar("T")


class Store:
    """The files of one till in ``home``, made when missing.

    ``read`` may be called by any thread; ``write`` and ``carry_out`` by one thread at a time, each one transaction
    that is durable on disk, in the database and in the second copy, when they return.
    """

    def __init__(self, home: Path, record: Recorder, second: OpenSecondCopy, clock: Clock | None = None) -> None:
        home.mkdir(parents=True, exist_ok=True)
        self.home = home
        self.clock = clock or Clock()
        self._record = record
        with locked(home / "till.lock"):  # two first starts at once must not make two keys
            self.key: Key = load_key(home)
            self._second = second(home, self.key.secret, self.clock)
            crashed = (home / "till.db-wal").exists()
            self._writer: Engine = open_writer(home / "till.db", self.key.secret)
            self._prepare("crash" if crashed else "close")
        self._reader: Engine = open_reader(home / "till.db", self.key.secret)

    def read(self, query: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run ``query`` on a read-only connection; it sees one moment of the data."""
        with self._reader.connect() as connection:
            return query(connection, *args, **kwargs)

    def write(self, operation: Callable[Concatenate[Work, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run ``operation`` as one transaction."""
        return self.carry_out(lambda work: operation(work, *args, **kwargs))[0]

    def carry_out(self, operation: Callable[[Work], T]) -> tuple[T, Changes]:
        """The same, with what it changed; what cannot be written is the storage's trouble and leaves nothing behind."""
        try:
            with Session(self._writer, expire_on_commit=False) as session, session.begin():
                work = Work(session, self.clock, self._record)
                result = operation(work)
        except OperationalError as error:
            raise StorageTrouble("storage_failed", reason=str(error.orig)) from error
        self._second.append(work.written)
        self._second.sign(work.till)
        return result, work.changes

    def close(self) -> None:
        """Close the files."""
        self._reader.dispose()
        self._writer.dispose()
        self._second.close()

    def _prepare(self, since: Since) -> None:
        migrate(self._writer, self.clock)
        with Session(self._writer, expire_on_commit=False) as session, session.begin():
            if session.get(Till, 1) is None:  # the first start gives this installation its device id
                session.add(Till(id=1, device_id=self.clock.new_id()))
                since = "loss" if self._second.holds_something() else since
            work = Work(session, self.clock, self._record)
            self._second.catch_up(work, since)
        self._second.sign(work.till)
