"""What every table shares: the base class, constraint names, and time kept as whole milliseconds."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Dialect, MetaData
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import TypeDecorator

from desktop.clock import from_milliseconds, milliseconds


class Base(DeclarativeBase):
    """Base of the till's tables. Ids are UUIDv7 in canonical text."""

    metadata = MetaData(
        naming_convention={"ix": "ix_%(table_name)s_%(column_0_N_name)s", "fk": "fk_%(table_name)s_%(column_0_name)s"}
    )


class UtcTime(TypeDecorator[datetime]):
    """An aware UTC time, stored as milliseconds since 1970: sorts, compares and indexes as a number."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:  # noqa: ARG002
        return None if value is None else milliseconds(value)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        return None if value is None else from_milliseconds(value)
