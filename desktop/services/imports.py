"""Bringing a file in: its records are read, checked and written by the thousand, whatever kind they are."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Generic, Protocol, TypeVar

from desktop.csv_files import Aliases, CsvFile, Record, open_csv
from desktop.desk import Desk
from desktop.errors import BadInput, TillError
from desktop.work import Work

# One transaction each. Between two the file is free for a clerk's deed of another process.
CHUNK = 4000


class Entry(Protocol):
    """A record that was understood. keys: what no other record of the file may have as well."""

    @property
    def line(self) -> int: ...

    @property
    def keys(self) -> tuple[str, ...]: ...


E = TypeVar("E", bound=Entry)


@dataclass(slots=True)
class Outcome:
    """How many records were new, changed something, or said what was known; and the refused, by line."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    refused: list[tuple[int, TillError]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Kind(Generic[E]):
    """A kind of file. needed: of each group at least one column must be there.

    read: a record's entry, or a TillError raised. put: writes entries that the file tells for the first time.
    """

    aliases: Aliases
    needed: tuple[tuple[str, ...], ...]
    read: Callable[[Record], E]
    put: Callable[[Work, list[E]], Outcome]


def import_file(desk: Desk, kind: Kind[E], path: Path, told: Callable[[Outcome, int, int], object]) -> Outcome:
    """Bring the file in; a second time changes nothing. A failure in the middle leaves whole chunks behind.

    told: called after each chunk with what became of it, the bytes read so far and the size of the file.
    Raises BadInput ``columns_missing`` and what open_csv raises.
    """
    total = Outcome()
    with open_csv(path, kind.aliases) as file:
        _check_columns(file, kind)
        for chunk in _chunks(file, kind):
            outcome = desk.do_behind(kind.put, chunk.entries).result()
            outcome.refused = sorted([*outcome.refused, *chunk.refused], key=lambda refusal: refusal[0])
            told(outcome, file.position, file.size)
            _add(total, outcome)
    return total


@dataclass(slots=True)
class _Chunk(Generic[E]):
    entries: list[E] = field(default_factory=list)
    refused: list[tuple[int, TillError]] = field(default_factory=list)


def _chunks(file: CsvFile, kind: Kind[E]) -> Iterator[_Chunk[E]]:
    """The first of two records about the same thing counts: with the last, every import would change something."""
    seen: dict[str, int] = {}
    records = iter(file)
    while some := list(islice(records, CHUNK)):
        chunk: _Chunk[E] = _Chunk()
        for record in some:
            try:
                chunk.entries.append(_read(record, kind, seen))
            except TillError as error:
                chunk.refused.append((record.line, error))
        yield chunk


def _read(record: Record, kind: Kind[E], seen: dict[str, int]) -> E:
    if record.error:
        raise record.error
    entry = kind.read(record)
    for key in entry.keys:
        if key in seen:
            raise BadInput("row_repeated", line=seen[key])
    seen.update(dict.fromkeys(entry.keys, entry.line))
    return entry


def _check_columns(file: CsvFile, kind: Kind[E]) -> None:
    missing = [" / ".join(group) for group in kind.needed if not file.columns & set(group)]
    if missing:
        raise BadInput("columns_missing", columns=", ".join(missing))


def _add(total: Outcome, outcome: Outcome) -> None:
    total.new += outcome.new
    total.changed += outcome.changed
    total.unchanged += outcome.unchanged
    total.refused += outcome.refused
