"""The door to the hub's database, SQLite or PostgreSQL: transactions, and statements over many rows at once."""

import contextlib
import sqlite3
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

import msgspec
import psycopg
from sqlalchemy import (
    JSON,
    ColumnElement,
    Connection,
    Engine,
    Table,
    create_engine,
    event,
    func,
    inspect,
    literal,
    select,
)
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, IntegrityError, SQLAlchemyError, TimeoutError

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
                connection.exec_driver_sql("BEGIN IMMEDIATE")
            yield connection

    @contextlib.contextmanager
    def read(self) -> Iterator[Connection]:
        """One snapshot."""
        with self.engine.connect() as connection:
            if is_postgres(connection):
                connection = connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
            with connection.begin():
                if not is_postgres(connection):
                    connection.exec_driver_sql("BEGIN")
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


def is_postgres(connection: Connection) -> bool:
    """PostgreSQL, as against SQLite."""
    return connection.dialect.name == "postgresql"


def among(connection: Connection, where: ColumnElement[str], values: Iterable[str]) -> ColumnElement[bool]:
    """``where`` is one of ``values``: a single parameter however many there are, so that the statement stays cached."""
    if is_postgres(connection):
        return where.in_(select(func.json_array_elements_text(literal(list(values), JSON)).column_valued("value")))
    return where.in_(select(func.json_each(_json(list(values))).table_valued("value").c.value))


def insert_rows(connection: Connection, table: Table, rows: Sequence[tuple[Any, ...]], *, over: bool = False) -> None:
    """All rows in one statement, values in the order of the table's columns; ``over`` replaces rows of the same key."""
    if not rows:
        return
    statement = _insert_statement(table, postgres=is_postgres(connection), over=over)
    if is_postgres(connection):
        # A JSON array for every column: measured as fast as COPY, four times faster than executemany.
        connection.exec_driver_sql(statement, tuple(_json(values) for values in zip(*rows, strict=True)))
    else:
        connection.exec_driver_sql(statement, list(rows))


@lru_cache
def _insert_statement(table: Table, *, postgres: bool, over: bool) -> str:
    names = [c.name for c in table.columns]
    if postgres:
        fields = ", ".join(f"{c.name}::{c.type}" for c in table.columns)
        unfolded = ", ".join(["json_array_elements_text(%s::json)"] * len(names))
        source = f"SELECT {fields} FROM ROWS FROM ({unfolded}) AS told ({', '.join(names)})"  # noqa: S608
    else:
        source = f"VALUES ({', '.join('?' * len(names))})"
    statement = f"INSERT INTO {table.name} ({', '.join(names)}) {source}"
    if over:
        keys = [c.name for c in table.primary_key]
        values = ", ".join(f"{name} = excluded.{name}" for name in names if name not in keys)
        statement += f" ON CONFLICT ({', '.join(keys)}) DO UPDATE SET {values}"
    return statement


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode()


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
