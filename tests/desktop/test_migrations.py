"""From every version there ever was to this one."""

from pathlib import Path

import pytest
from sqlalchemy import inspect, text

import desktop.data
from desktop.clock import Clock
from desktop.data import catalogue, codes, desk_state, escrow, exchange, members, portraits, requests, tasks, visits
from desktop.data.base import Base
from desktop.data.engine import open_writer
from desktop.data.migrate import migrate
from desktop.errors import StorageTrouble

KEY = bytes(32)
FOLDER = Path(desktop.data.__file__).with_name("migrations")
# so that their tables are known
MODELS = (catalogue, codes, desk_state, escrow, exchange, members, portraits, requests, tasks, visits)


def test_the_migrations_make_just_the_tables_of_the_models(tmp_path: Path) -> None:
    engine = open_writer(tmp_path / "till.db", KEY)
    migrate(engine, Clock())
    made = inspect(engine)
    assert set(made.get_table_names()) == {*Base.metadata.tables, "migration"}
    for name, table in Base.metadata.tables.items():
        assert {column["name"] for column in made.get_columns(name)} == {column.name for column in table.columns}
        assert {index["name"] for index in made.get_indexes(name)} == {index.name for index in table.indexes}
    engine.dispose()


def test_a_second_start_changes_nothing(tmp_path: Path) -> None:
    engine = open_writer(tmp_path / "till.db", KEY)
    migrate(engine, Clock())
    migrate(engine, Clock())
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM migration")) == 1
    engine.dispose()


def test_a_migration_that_fails_leaves_the_file_as_it_was(tmp_path: Path) -> None:
    folder = tmp_path / "migrations"
    folder.mkdir()
    (folder / "0001_first.sql").write_text("CREATE TABLE a (x);\nCREATE TABEL b (x);\n")
    engine = open_writer(tmp_path / "till.db", KEY)
    with pytest.raises(Exception, match="syntax error"):
        migrate(engine, Clock(), folder)
    assert inspect(engine).get_table_names() == ["migration"]
    engine.dispose()


def test_a_file_of_a_newer_version_is_left_alone(tmp_path: Path) -> None:
    engine = open_writer(tmp_path / "till.db", KEY)
    migrate(engine, Clock())
    with engine.begin() as connection:
        connection.execute(text("INSERT INTO migration VALUES (9999, '9999_later', 0)"))
    with pytest.raises(StorageTrouble, match="data_newer_than_app"):
        migrate(engine, Clock())
    engine.dispose()


def test_no_upgrade_touches_what_is_to_be_sent() -> None:
    """The outbox is as the first migration made it: its rows are bytes, whatever they say."""
    first, *later = sorted(FOLDER.glob("*.sql"))
    assert "CREATE TABLE outbox" in first.read_text("utf-8")
    assert [path.name for path in later if "outbox" in path.read_text("utf-8").lower()] == []
