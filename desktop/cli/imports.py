"""``main.py import``: members and products from a CSV file."""

from pathlib import Path
from typing import Any

from desktop.cli.said import complain, progress, say
from desktop.desk import Desk
from desktop.services.imported_members import MEMBERS
from desktop.services.imported_products import PRODUCTS
from desktop.services.imports import Kind, Outcome, import_file
from resources import Words

KINDS: dict[str, Kind[Any]] = {"members": MEMBERS, "products": PRODUCTS}


def run_import(desk: Desk, kind: str, path: Path, words: Words) -> int:
    """Bring the file in and tell every row that was refused; 1 if there was one."""
    with progress(total=path.stat().st_size, unit="B", scaled=True) as bar:

        def told(outcome: Outcome, position: int, _size: int) -> None:
            bar.update(position - bar.n)
            for line, error in outcome.refused:
                complain(f"{path}:{line}: {words(f'error.{error.code}', **error.facts)}")

        outcome = import_file(desk, KINDS[kind], path, told)
    facts = {"new": outcome.new, "changed": outcome.changed, "unchanged": outcome.unchanged}
    say(words("cli.imported", refused=len(outcome.refused), **facts))
    return int(bool(outcome.refused))
