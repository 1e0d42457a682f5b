"""Statements run by the driver itself: SQLAlchemy takes ten times as long over a small one as SQLite does."""

from collections import namedtuple
from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.expression import ClauseElement
from sqlcipher3 import dbapi2  # type: ignore[import-untyped]

_DIALECT = SQLiteDialect_pysqlite(paramstyle="qmark")
_Convert = Callable[[Any], Any] | None


class Direct:
    """A Core statement, compiled when it is first run. Values go by the names of its bindparams; rows are named tuples.
    A list goes as one value, in JSON: the text stays as it was compiled.

    What a session holds is to be flushed before, and read anew after.
    """

    def __init__(self, statement: ClauseElement) -> None:
        self._statement = statement

    def rows(self, connection: Connection, **values: object) -> list[Any]:
        """Every row."""
        return list(map(self._row, self._run(connection, values).fetchall()))

    def first(self, connection: Connection, **values: object) -> Any:
        """The first row; None if there is none."""
        found = self._run(connection, values).fetchone()
        return None if found is None else self._row(found)

    def scalar(self, connection: Connection, **values: object) -> Any:
        """The first value of the first row; None if there is none."""
        found = self.first(connection, **values)
        return None if found is None else found[0]

    def scalars(self, connection: Connection, **values: object) -> list[Any]:
        """The first value of every row."""
        return [row[0] for row in self.rows(connection, **values)]

    def run(self, connection: Connection, **values: object) -> int:
        """For what gives no rows: the id of the row that was written last."""
        return int(self._run(connection, values).lastrowid or 0)

    def _run(self, connection: Connection, values: dict[str, object]) -> Any:
        told = (values.get(name, fixed) for name, fixed, _ in self._places)
        bound = [convert(each) if convert else each for each, (_, _, convert) in zip(told, self._places, strict=True)]
        return execute(connection, self._text, bound)

    def _row(self, found: Sequence[Any]) -> Any:
        if any(self._converts):
            found = [convert(each) if convert else each for each, convert in zip(found, self._converts, strict=True)]
        return self._make(found)

    @cached_property
    def _compiled(self) -> SQLCompiler:
        compiled = self._statement.compile(dialect=_DIALECT)
        assert isinstance(compiled, SQLCompiler)
        return compiled

    @cached_property
    def _text(self) -> str:
        return str(self._compiled)

    @cached_property
    def _places(self) -> list[tuple[str, object, _Convert]]:
        """Of each value its name, what it is if nothing else is said, and how it is stored."""
        fixed, binds = self._compiled.params, self._compiled.binds
        names = self._compiled.positiontup or ()
        return [(name, fixed.get(name), binds[name].type.bind_processor(_DIALECT)) for name in names]

    @cached_property
    def _columns(self) -> list[Any]:
        statement: Any = self._statement
        return list(statement.selected_columns if hasattr(statement, "selected_columns") else statement._returning)

    @cached_property
    def _converts(self) -> list[_Convert]:
        return [column.type.result_processor(_DIALECT, None) for column in self._columns]

    @cached_property
    def _make(self) -> Callable[[Sequence[Any]], Any]:
        names = " ".join(getattr(column, "name", None) or "_" for column in self._columns)
        made: Any = namedtuple("Row", names, rename=True)  # type: ignore[misc]
        make: Callable[[Sequence[Any]], Any] = made._make
        return make


def execute(connection: Connection, text: str, values: Sequence[Any] = ()) -> Any:
    """Run it once, in the transaction of the connection; its cursor. Raises DBAPIError as SQLAlchemy does."""
    try:
        return _driver(connection).execute(text, values)
    except dbapi2.Error as error:
        raise _as_sqlalchemy(error, text) from error


def execute_many(connection: Connection, text: str, rows: Sequence[Sequence[Any]]) -> None:
    """Run it for every row."""
    try:
        _driver(connection).executemany(text, rows)
    except dbapi2.Error as error:
        raise _as_sqlalchemy(error, text) from error


def _driver(connection: Connection) -> Any:
    if not connection.in_transaction():
        connection.begin()
    return connection.connection.driver_connection


def _as_sqlalchemy(error: Exception, text: str) -> BaseException:
    return DBAPIError.instance(text, None, error, dbapi2.Error, hide_parameters=True)
