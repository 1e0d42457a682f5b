"""Files that outlast a power cut, written whole or not at all, and the folders that hold them."""

import os
from pathlib import Path


def write_private(path: Path, content: bytes) -> None:
    """Put ``content`` in the place of what was there; only this user may read it, and it is on disk afterwards."""
    fresh = path.with_name(path.name + ".new")
    fresh.unlink(missing_ok=True)
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
    put_in_place(fresh, path)


def put_in_place(fresh: Path, path: Path) -> None:
    """Let a file that is written take the place of ``path``, in the same folder; it is on disk afterwards."""
    descriptor = os.open(fresh, os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    os.replace(fresh, path)
    sync_folder(path.parent)


def make_folder(folder: Path) -> None:
    """Make it if it is missing, and what is missing above it."""
    if not folder.is_dir():
        make_folder(folder.parent)
        folder.mkdir(exist_ok=True)
        sync_folder(folder.parent)


def sync_folder(folder: Path) -> None:
    """Make what was named, renamed or removed in it outlast a power cut."""
    if os.name == "posix":  # elsewhere a folder cannot be opened, and the file system sees to it
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
