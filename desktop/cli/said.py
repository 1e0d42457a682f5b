"""What the command line says: lines on stdout, trouble on stderr; and where it may write."""

import sys
from pathlib import Path
from typing import Any

from tqdm import tqdm

from desktop.errors import BadInput


def say(line: str) -> None:
    """One line on stdout."""
    sys.stdout.write(line + "\n")


def complain(line: str) -> None:
    """One line on stderr, above a progress bar if there is one."""
    tqdm.write(line, file=sys.stderr)


def progress(*, total: int, unit: str, scaled: bool = False) -> "tqdm[Any]":
    """A bar on stderr where a person watches; nothing in a pipe."""
    return tqdm(total=total, unit=unit, unit_scale=scaled, file=sys.stderr, disable=None, leave=False)


def check_target(path: Path) -> None:
    """Raises BadInput where no file can be put: no such folder, or something there that is not a file."""
    if not path.parent.is_dir():
        raise BadInput("file_missing", path=str(path.parent))
    if path.is_dir():
        raise BadInput("file_is_folder", path=str(path))
    if path.exists() and not path.is_file():  # a device: a file must not take its place
        raise BadInput("file_is_special", path=str(path))
