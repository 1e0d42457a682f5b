"""What is amiss when the data cannot be read or written: the trouble that a failure of the disk or of SQLite tells."""

import errno
import sqlite3

from sqlalchemy.exc import DBAPIError

from desktop.errors import StorageTrouble

_FULL = (errno.ENOSPC, errno.EDQUOT)
_READ_ONLY = (errno.EROFS, errno.EACCES, errno.EPERM)
_DAMAGED = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
# SQLCipher answers so on a connection that has met a damaged page before; only a fresh look tells what it is.
_DOUBTFUL = (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_NOMEM)


def storage_trouble(error: BaseException) -> StorageTrouble:
    """``disk_full``, ``disk_read_only`` or ``storage_failed``."""
    cause = error.orig if isinstance(error, DBAPIError) else error
    code = sqlite_code(error)
    number = cause.errno if isinstance(cause, OSError) else None
    if code == sqlite3.SQLITE_FULL or number in _FULL:
        return StorageTrouble("disk_full")
    if code == sqlite3.SQLITE_READONLY or number in _READ_ONLY:
        return StorageTrouble("disk_read_only")
    return StorageTrouble("storage_failed", reason=str(cause))


def is_damage(error: BaseException) -> bool:
    """Whether the file itself is not what was written."""
    return sqlite_code(error) in _DAMAGED


def may_be_damage(error: BaseException) -> bool:
    """Whether the file should be looked at."""
    return sqlite_code(error) in (*_DAMAGED, *_DOUBTFUL)


def sqlite_code(error: BaseException) -> int | None:
    """SQLite's primary result code behind an error; None if SQLite has none to do with it."""
    cause = error.orig if isinstance(error, DBAPIError) else error
    code = getattr(cause, "sqlite_errorcode", None)
    return None if code is None else code & 0xFF
