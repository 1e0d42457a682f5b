"""Whatever goes wrong, as an error that has words: nobody at a counter ever reads a traceback."""

import errno
import logging

from sqlalchemy.exc import DBAPIError

from desktop.errors import BadInput, StorageTrouble, TillError

_log = logging.getLogger(__name__)


def as_trouble(error: BaseException) -> TillError:
    """``error`` itself if it has words, or the one that tells it; a bug goes to the log as well."""
    if isinstance(error, TillError):
        return error
    if isinstance(error, KeyboardInterrupt):
        return TillError("interrupted")
    if isinstance(error, DBAPIError):
        return StorageTrouble("storage_failed", reason=str(error.orig))
    if isinstance(error, OSError):
        return _file_trouble(error)
    _log.error("a bug", exc_info=error)
    return TillError("bug", reason=type(error).__name__)


def _file_trouble(error: OSError) -> TillError:
    path = str(error.filename or "")
    match error:
        case FileNotFoundError():
            return BadInput("file_missing", path=path)
        case IsADirectoryError():
            return BadInput("file_is_folder", path=path)
        case NotADirectoryError() | FileExistsError():
            return BadInput("file_is_no_folder", path=path)
        case PermissionError():
            return BadInput("file_forbidden", path=path)
    if error.errno == errno.ENOSPC:
        return StorageTrouble("disk_full")
    if error.errno == errno.EROFS:
        return StorageTrouble("disk_read_only")
    return StorageTrouble("file_broken", path=path, reason=error.strerror or type(error).__name__)
