"""Ballast: disk space that is kept so that a full disk still takes the deeds of the day."""

import os
import shutil
from pathlib import Path

SIZE = 64 * 1024 * 1024
LITTLE = 500 * 1024 * 1024  # free bytes below which a clerk is told
_ROOM_TO_TAKE = 4 * SIZE  # taking it must not be what fills the disk


def take_ballast(home: Path, size: int = SIZE) -> None:
    """Keep the space, unless it is kept already or too little is left; where a file system cannot, it is done without.

    Raises OSError when the disk does not even take that.
    """
    path = home / "ballast"
    kept = path.stat().st_size if path.exists() else 0
    if kept >= size or free_space(home) < max(_ROOM_TO_TAKE, 2 * size):
        return
    with path.open("wb") as file:
        if hasattr(os, "posix_fallocate"):
            os.posix_fallocate(file.fileno(), 0, size)
        else:
            file.truncate(size)


def release_ballast(home: Path) -> bool:
    """Give the space back; whether there was any."""
    try:
        (home / "ballast").unlink()
    except FileNotFoundError:
        return False
    return True


def is_tight(home: Path) -> bool:
    """Whether so little is left that only what must not be lost should be written."""
    return free_space(home) < SIZE


def free_space(home: Path) -> int:
    """Bytes that are left on the disk of the data."""
    return shutil.disk_usage(home).free
