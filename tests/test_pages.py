"""Promises of the tests that look into files: they see what SQLite has let go of but not overwritten."""

import contextlib
from pathlib import Path

from desktop.data.engine import WRITER_PRAGMAS, connect
from tests.pages import pages_in_clear

KEY = bytes(range(32))
SAID = "怕痒"
KEEPING = (*WRITER_PRAGMAS, "secure_delete=OFF")  # SQLCipher has it on by itself


def said_and_taken_back(home: Path, pragmas: tuple[str, ...], *, emptied: bool) -> bytes:
    """What the database and its log hold when a row was written and deleted."""
    path = home / "till.db"
    with contextlib.closing(connect(path, KEY, pragmas)) as connection:
        for statement in ("CREATE TABLE note (text)", f"INSERT INTO note VALUES ('{SAID}')", "DELETE FROM note"):
            connection.execute(statement)
        if emptied:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
            assert connection.execute("SELECT count(*) FROM note").fetchone() == (0,)
        files = (path, path.with_name("till.db-wal"))
        return b"\n".join(page for file in files for page in pages_in_clear(file, KEY))


def test_all_that_is_written_is_seen(tmp_path: Path) -> None:
    held = said_and_taken_back(tmp_path, WRITER_PRAGMAS, emptied=True)
    assert b"CREATE TABLE note" in held


def test_a_row_that_was_deleted_but_not_overwritten_is_seen(tmp_path: Path) -> None:
    assert SAID.encode() in said_and_taken_back(tmp_path, KEEPING, emptied=True)


def test_a_row_that_the_log_still_holds_is_seen(tmp_path: Path) -> None:
    assert SAID.encode() in said_and_taken_back(tmp_path, WRITER_PRAGMAS, emptied=False)


def test_a_row_that_was_overwritten_is_gone(tmp_path: Path) -> None:
    assert SAID.encode() not in said_and_taken_back(tmp_path, WRITER_PRAGMAS, emptied=True)
