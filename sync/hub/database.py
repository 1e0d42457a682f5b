"""The door to the hub's database, SQLite or PostgreSQL: its transactions."""

import contextlib
import sqlite3
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import psycopg
from sqlalchemy import Connection, Engine, Table, create_engine, event, inspect
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, IntegrityError, SQLAlchemyError, TimeoutError

from sync.hub.statements import as_sqlalchemy, is_postgres

Result = TypeVar("Result")

ATTEMPTS = 6
_PG_SETTINGS = "-c lock_timeout=5s -c idle_in_transaction_session_timeout=10s"
_POOL: dict[str, Any] = {"pool_size": 10, "max_overflow": 30}


class Database:
    """One engine. ``write`` and ``read`` give transactions; ``retry`` runs a step again when it met another."""

    def __init__(self, url: str) -> None:
        self.engine = _engine(url)
        self._turn = threading.Lock() if self.engine.dialect.name == "sqlite" else contextlib.nullcontext()

    @contextlib.contextmanager
    def write(self) -> Iterator[Connection]:
        """A transaction that may change things; committed at the end, rolled back on any error."""
        # SQLite has one writer; waiting here is a queue, its own busy handler only sleeps and tries again.
        with self._turn, self.engine.connect() as connection, connection.begin():
            if not is_postgres(connection):
                _begin(connection, "BEGIN IMMEDIATE")
            yield connection

    @contextlib.contextmanager
    def read(self) -> Iterator[Connection]:
        """One snapshot."""
        with self.engine.connect() as connection:
            if is_postgres(connection):
                connection = connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
            with connection.begin():
                if not is_postgres(connection):
                    _begin(connection, "BEGIN")
                yield connection

    def retry(self, step: Callable[[Connection], Result]) -> Result:
        """The result of ``step`` in a write transaction of its own; tried again if another got in its way."""
        for attempt in range(1, ATTEMPTS + 1):
            try:
                with self.write() as connection:
                    return step(connection)
            except DBAPIError as error:
                if attempt == ATTEMPTS or not was_crossed(error):
                    raise
        raise AssertionError

    def scrub(self) -> None:
        """Let nothing stay in SQLite's log of what is gone from its tables, unless a reader is in the way."""
        if self.engine.dialect.name == "sqlite":  # PostgreSQL's VACUUM does it, in its own time
            with (
                contextlib.closing(sqlite3.connect(str(self.engine.url.database), timeout=1)) as connection,
                self._turn,
            ):
                connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def has(self, table: Table) -> bool:
        """Whether there is such a table. Of a SQLite file that is not there, none is made to find out."""
        if self.engine.dialect.name == "sqlite" and not Path(str(self.engine.url.database)).exists():
            return False
        with self.read() as connection:
            return inspect(connection).has_table(table.name)

    def close(self) -> None:
        """Let go of every connection."""
        self.engine.dispose()


def was_crossed(error: DBAPIError) -> bool:
    """Whether another transaction was the cause (same new key, deadlock, lock wait, serialisation), or whoever ended
    our session. A step that was cut off at its commit may have happened: it must be harmless twice."""
    state = getattr(error.orig, "sqlstate", None)
    return error.connection_invalidated or isinstance(error, IntegrityError) or state in {"40001", "40P01", "55P03"}


def was_busy(error: SQLAlchemyError) -> bool:
    """Whether it is worth asking again a little later; a database that is away comes back."""
    if not isinstance(error, DBAPIError):
        return isinstance(error, TimeoutError)  # nobody gave a connection back in time
    return (
        was_crossed(error)
        or getattr(error.orig, "sqlite_errorcode", None) == sqlite3.SQLITE_BUSY
        or isinstance(error.orig, psycopg.OperationalError)
    )


def _engine(url: str) -> Engine:
    """Parameters hold what people told us, so ``hide_parameters``: they must never reach an error message."""
    where = make_url(url)
    if where.get_backend_name() == "postgresql":
        where = where.set(drivername="postgresql+psycopg")
        return create_engine(where, hide_parameters=True, connect_args={"options": _PG_SETTINGS}, **_POOL)
    if where.get_backend_name() != "sqlite" or not where.database:
        raise ArgumentError("neither a SQLite file nor PostgreSQL")
    settings = {"timeout": 30, "check_same_thread": False}
    engine = create_engine(where, hide_parameters=True, connect_args=settings, **_POOL)
    event.listen(engine, "connect", _prepare_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # BEGIN is ours: by an event, every statement would take longer
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "secure_delete=ON", "cache_size=-65536"):
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: Connection, statement: str) -> None:
    """By the driver itself: every request begins with it."""
    driver: Any = connection.connection.driver_connection
    try:
        driver.execute(statement)
    except sqlite3.Error as error:
        raise as_sqlalchemy(error, statement) from error
