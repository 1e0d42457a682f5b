"""How a program dies: what it leaves are its files as they lie there at that moment."""

import os
import random
import shutil
from collections.abc import Callable
from pathlib import Path

_PAGE = 4096


def left_now(home: Path) -> Path:
    """A copy of all files of a program that goes on: what it would leave if it died here."""
    left = home.with_name(f"{home.name}-left")
    shutil.rmtree(left, ignore_errors=True)
    return shutil.copytree(home, left)


def left_by(deed: Callable[[], None], home: Path, chance: random.Random) -> Path:
    """What is left if the power fails as a deed goes to disk: the database has it, the second copy as many of its
    bytes as chance will have.
    """
    before, sync, left = _lengths(home), os.fsync, []

    def fsync(descriptor: int) -> None:
        if not left:
            left.append(left_now(home))
        sync(descriptor)

    os.fsync = fsync
    try:
        deed()
    finally:
        os.fsync = sync
    if not left:  # there was nothing to write
        return left_now(home)
    for name, length in sorted(_lengths(left[0]).items()):
        os.truncate(left[0] / "journal" / name, chance.randint(before.get(name, 0), length))
    return left[0]


def spoil(left: Path, chance: random.Random) -> None:
    """A page of the database is not what was written there."""
    with (left / "till.db").open("rb+") as file:
        pages = os.fstat(file.fileno()).st_size // _PAGE
        file.seek(chance.randrange(pages) * _PAGE)
        file.write(chance.randbytes(_PAGE))


def rise(home: Path, left: Path) -> None:
    """Let what was left be all there is."""
    shutil.rmtree(home)
    left.rename(home)


def _lengths(home: Path) -> dict[str, int]:
    return {path.name: path.stat().st_size for path in (home / "journal").glob("*.sgj")}
