"""Names that outlast a power cut."""

import os
from pathlib import Path


def sync_folder(folder: Path) -> None:
    """Make what was named or renamed in it outlast a power cut; Windows has no such thing, and needs none."""
    if hasattr(os, "O_DIRECTORY"):
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
