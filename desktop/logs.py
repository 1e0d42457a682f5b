"""The till's log file: where bugs are told, without anything about people."""

import logging
from logging.handlers import RotatingFileHandler
from pathlib import Path
from traceback import format_tb
from types import TracebackType

from desktop.data.ballast import is_tight

_LARGEST, _KEPT = 1 << 20, 3


class Discreet(logging.Formatter):
    """Tells where an error happened and of what kind, but not its message, which may quote what was typed."""

    def formatException(
        self, ei: tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]
    ) -> str:
        kind, _, trace = ei
        return "".join(format_tb(trace)) + (kind.__name__ if kind else "")


class Frugal(logging.Filter):
    """Lets nothing through while the disk is nearly full: the last space is for what was done."""

    def __init__(self, home: Path) -> None:
        super().__init__()
        self._home = home

    def filter(self, record: logging.LogRecord) -> bool:  # noqa: ARG002
        return not is_tight(self._home)


def keep_log(home: Path) -> None:
    """Log warnings and worse to ``storeguide.log`` in the data directory; nothing goes to the screen."""
    logging.raiseExceptions = False  # a full disk must not print tracebacks over the counter
    handler = RotatingFileHandler(
        home / "storeguide.log", maxBytes=_LARGEST, backupCount=_KEPT, encoding="utf-8", delay=True
    )
    handler.addFilter(Frugal(home))
    handler.setFormatter(Discreet("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
