"""Bringing a database up to date: numbered SQL files, each in one transaction with its own record."""

import re
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import Connection, Engine

from desktop.clock import Clock, milliseconds
from desktop.errors import StorageTrouble

_FOLDER = Path(__file__).with_name("migrations")
_RECORD = "CREATE TABLE IF NOT EXISTS migration (number INTEGER PRIMARY KEY, name TEXT NOT NULL, at BIGINT NOT NULL)"


def migrate(
    engine: Engine, clock: Clock, folder: Path = _FOLDER, *, before: Callable[[], object] = lambda: None
) -> None:
    """Run what has not run yet; call ``before`` if that will change a database that is in use already.

    Raises StorageTrouble ``data_newer_than_app`` for a file of a newer version.
    """
    done = _done(engine)
    files = {_number(path): path for path in folder.glob("*.sql")}
    if done and max(done) > max(files):
        raise StorageTrouble("data_newer_than_app")
    if done and max(done) < max(files):
        before()
    for number in sorted(files.keys() - done):
        with engine.begin() as connection:
            _run(connection, files[number])
            connection.exec_driver_sql(
                "INSERT INTO migration VALUES (?, ?, ?)", (number, files[number].stem, milliseconds(clock.now()))
            )


def _done(engine: Engine) -> set[int]:
    with engine.begin() as connection:
        connection.exec_driver_sql(_RECORD)
        return set(connection.exec_driver_sql("SELECT number FROM migration").scalars())


def _number(path: Path) -> int:
    return int(path.name.split("_", 1)[0])


def _run(connection: Connection, path: Path) -> None:
    # One statement at a time: the driver's executescript would commit first.
    for statement in re.split(r";\s*\n", path.read_text("utf-8")):
        if statement.strip():
            connection.exec_driver_sql(statement)
