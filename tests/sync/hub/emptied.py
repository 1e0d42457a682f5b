"""Makes a hub's database as it was before its first row."""

from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool

from sync.hub.tables import metadata

_DISCONNECT_OTHERS = """
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()
"""


def empty(url: str) -> None:
    """Take all rows away; whoever is still connected is no more, and a table that was broken is whole again."""
    engine = create_engine(url, poolclass=NullPool)
    with engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql(_DISCONNECT_OTHERS)
            metadata.create_all(connection)
        for table in reversed(metadata.sorted_tables):
            connection.exec_driver_sql(f"DELETE FROM {table.name}")
