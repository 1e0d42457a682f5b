"""Statements over many rows, written once and handed to the driver as they are: a page must not make a deed wait."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import msgspec
from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from desktop.data.base import Base
from desktop.data.direct import Direct, execute, execute_many
from desktop.data.members import Redirect
from desktop.data.projections import resolve

Values = Sequence[tuple[Any, ...]]


def writing(table: type[Base], *columns: str, keep: tuple[str, ...] = ()) -> str:
    """The statement that writes these columns of rows that may be there; those to ``keep`` are for new rows only."""
    keys = [column.name for column in Base.metadata.tables[table.__tablename__].primary_key]
    over = ", ".join(f'"{name}" = excluded."{name}"' for name in columns if name not in (*keys, *keep))
    told = ", ".join(f'"{name}"' for name in columns)
    return (
        f"INSERT INTO {table.__tablename__} ({told}) VALUES ({', '.join('?' * len(columns))}) "  # noqa: S608
        f"ON CONFLICT ({', '.join(keys)}) DO " + (f"UPDATE SET {over}" if over else "NOTHING")
    )


def adding(table: type[Base], *columns: str) -> str:
    """The statement that writes these columns of new rows."""
    told = ", ".join(f'"{name}"' for name in columns)
    return f"INSERT INTO {table.__tablename__} ({told}) VALUES ({', '.join('?' * len(columns))})"  # noqa: S608


def removing(table: type[Base], *columns: str) -> str:
    """The statement that takes rows away by these columns."""
    return f"DELETE FROM {table.__tablename__} WHERE " + " AND ".join(f"{name} = ?" for name in columns)  # noqa: S608


def moving(table: str, column: str) -> str:
    """The statement that puts one value of a column in the place of another."""
    return f"UPDATE {table} SET {column} = ? WHERE {column} = ?"  # noqa: S608


def write(session: Session, statement: str, rows: Values) -> None:
    """Run it for every row; times are whole milliseconds already."""
    if rows:
        run = execute_many if len(rows) > 1 else execute
        run(session.connection(), statement, rows if len(rows) > 1 else rows[0])


def ids_of(name: str) -> Any:
    """For ``column.in_(…)``: a list of any length as one parameter, so that the statement stays cached."""
    return select(func.json_each(bindparam(name)).table_valued("value").c.value)


def among(session: Session, query: Direct, ids: Iterable[str | None], **others: object) -> Sequence[Any]:
    """The rows of a query that asks ``ids_of("ids")``; ``others`` are its other parameters."""
    wanted = [each for each in ids if each]
    if not wanted:
        return ()
    return query.rows(session.connection(), ids=msgspec.json.encode(wanted).decode(), **others)


_MERGED = Direct(select(Redirect.id).where(Redirect.id.in_(ids_of("ids"))))


def merged_into(members: Any) -> Any:
    """For ``column.in_(…)``: the ids of all who were merged into these members, be it by way of others."""
    led = select(Redirect.id).where(Redirect.keep.in_(members)).cte("led", recursive=True)
    led = led.union(select(Redirect.id).join(led, Redirect.keep == led.c.id))
    return select(led.c.id)


def resolved(session: Session, member_ids: Iterable[str | None]) -> Callable[[str | None], str | None]:
    """Who these members are by now."""
    keep = {row.id: resolve(session, row.id) for row in among(session, _MERGED, set(member_ids))}
    return lambda member_id: keep.get(member_id, member_id) if member_id else None
