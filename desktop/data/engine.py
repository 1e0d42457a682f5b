"""Opening the encrypted database: one writer, any number of read-only readers."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine
from sqlalchemy.pool import QueuePool, StaticPool
from sqlcipher3 import dbapi2  # type: ignore[import-untyped]

from desktop.data.amiss import is_damage, storage_trouble
from desktop.errors import StorageTrouble

_PATIENCE = "busy_timeout=5000"  # ms
# FULL: with NORMAL a power cut loses commits that were already answered. secure_delete: erased people leave no bytes.
# cache_size, in KiB: with the 2 MiB it has by itself, a file of members comes in at half the speed.
WRITER_PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",
    "foreign_keys=ON",
    "secure_delete=ON",
    _PATIENCE,
    "cache_size=-65536",
)
# A month of credit reads some 16 MiB of pages all over the file; with fewer of them held, each is decrypted many times.
_READER_PRAGMAS = ("query_only=ON", _PATIENCE, "cache_size=-16384")


def open_writer(path: Path, key: bytes) -> Engine:
    """The only read-write connection; its transactions take the write lock at once."""
    return _engine(_connector(path, key, WRITER_PRAGMAS), "BEGIN IMMEDIATE", poolclass=StaticPool)


def open_reader(path: Path, key: bytes) -> Engine:
    """Read-only connections, one for each thread that reads at the same time; each read sees one moment."""
    return _engine(_connector(path, key, _READER_PRAGMAS), "BEGIN", poolclass=QueuePool, pool_size=4, max_overflow=4)


def empty_log(writer: Engine) -> bool:
    """Let nothing be in SQLite's log any more; False if somebody reads or writes just now: nobody is waited for,
    because whoever wants to write waits as long.
    """
    with writer.connect() as connection:
        raw: Any = connection.connection.driver_connection
        raw.execute("PRAGMA busy_timeout=0").fetchall()
        try:
            return not raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
        finally:
            raw.execute(f"PRAGMA {_PATIENCE}").fetchall()


def connect(path: Path, key: bytes, pragmas: tuple[str, ...], *, mode: str = "rwc") -> Any:
    """A raw sqlcipher3 connection. ``key`` is 32 random bytes, used as they are: no key derivation on open.

    mode: ``rw`` makes no new file.
    """
    connection, place = None, f"{path.absolute().as_uri()}?mode={mode}"
    try:
        connection = dbapi2.connect(place, isolation_level=None, check_same_thread=False, uri=True)
        connection.execute("PRAGMA cipher_log_level = NONE")  # it would write on stderr what is raised here anyway
        connection.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        for pragma in pragmas:
            connection.execute(f"PRAGMA {pragma}").fetchall()
    except dbapi2.DatabaseError as error:
        if connection is not None:
            connection.close()
        raise _why_closed(path, error) from error
    return connection


def _why_closed(path: Path, error: Exception) -> StorageTrouble:
    """``storage_damaged`` is for the file itself, or a key that is not its own; all else may pass."""
    trouble = storage_trouble(error)
    if is_damage(error):
        return StorageTrouble("storage_damaged", path=str(path))
    if trouble.code == "storage_failed":
        return StorageTrouble("storage_unreadable", path=str(path), reason=str(error))
    return trouble


def _connector(path: Path, key: bytes, pragmas: tuple[str, ...]) -> Callable[[], Any]:
    return lambda: connect(path, key, pragmas)


def _engine(creator: Callable[[], Any], begin: str, **pool: Any) -> Engine:
    """The driver leaves transactions alone: it would begin them late, and a late upgrade fails with BUSY."""
    engine = create_engine("sqlite://", creator=creator, module=dbapi2, hide_parameters=True, **pool)
    # Not by an event: every statement takes longer on an engine that somebody listens to.
    engine.dialect.do_begin = partial(_begin, begin)  # type: ignore[method-assign]
    return engine


def _begin(statement: str, connection: Any) -> None:
    connection.execute(statement)
