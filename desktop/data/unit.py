"""Transactions on connections that are kept: to take one out of SQLAlchemy's pool takes longer than most statements."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine
from sqlalchemy.orm import Session, SessionTransaction

_KEPT = 4


class Unit(Session):
    """A session that takes part in the transaction of a connection; whoever began it ends it.

    It gives its connection at once: SQLAlchemy's own answer takes as long as a statement.
    """

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection, expire_on_commit=False)
        self._here = connection

    def connection(self, *_args: Any, **_options: Any) -> Connection:
        """Whatever is asked, there is but one."""
        return self._here

    def begin_nested(self) -> SessionTransaction:
        """A savepoint, set now: what asks for the connection does not tell the session."""
        nested = super().begin_nested()
        super().connection()
        return nested


class Door:
    """The connections of one engine, each used by one thread at a time. Those at rest hold no transaction."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._at_rest: list[Connection] = []

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """One moment of the data."""
        with self._taken() as connection:
            yield connection
            connection.rollback()

    @contextmanager
    def write(self) -> Iterator[Unit]:
        """One transaction: committed at the end, rolled back on any error."""
        with self._taken() as connection, connection.begin(), Unit(connection) as unit:
            yield unit

    def close(self) -> None:
        """Close the files; used again, they are opened anew."""
        at_rest, self._at_rest = self._at_rest, []
        for connection in at_rest:
            connection.close()
        self.engine.dispose()

    @contextmanager
    def _taken(self) -> Iterator[Connection]:
        at_rest = self._at_rest
        try:
            connection = at_rest.pop()  # another thread may have taken the last one just now
        except IndexError:
            connection = self.engine.connect()
        try:
            yield connection
        except BaseException:  # whatever is amiss with it goes with it
            connection.close()
            raise
        if at_rest is self._at_rest and len(at_rest) < _KEPT:
            at_rest.append(connection)
        else:
            connection.close()
