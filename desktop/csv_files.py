"""CSV files as shops have them: of any usual encoding and delimiter, with headings in two languages."""

import codecs
import csv
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from io import TextIOWrapper
from pathlib import Path
from typing import BinaryIO

from desktop.errors import BadInput, TillError

_BLOCK = 1 << 20
_ENCODINGS = ("utf-8", "gb18030")  # the second is what spreadsheets on Chinese Windows write

Aliases = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Record:
    """One record. line: where it begins, from 1. cells: by column, stripped, empty ones left out.

    error: why it could not be read, and then there are no cells.
    """

    line: int
    cells: Mapping[str, str]
    error: TillError | None = None


class CsvFile:
    """An open file after its heading; iterate it for its records. ``size`` in bytes."""

    def __init__(self, raw: BinaryIO, encoding: str, aliases: Aliases) -> None:
        self._raw = raw
        self.size = os.fstat(raw.fileno()).st_size
        text = TextIOWrapper(raw, encoding, newline="")
        heading = text.readline()
        text.seek(0)
        delimiter = max(",;\t", key=heading.count)
        self._reader = csv.reader(text, delimiter=delimiter, strict=True)
        self._places = _places(next(self._reader, []), aliases)

    @property
    def columns(self) -> frozenset[str]:
        """The columns that were recognised."""
        return frozenset(self._places)

    @property
    def position(self) -> int:
        """Bytes read so far."""
        return self._raw.tell()

    def __iter__(self) -> Iterator[Record]:
        while True:
            line = self._reader.line_num + 1
            try:
                row = next(self._reader)
            except StopIteration:
                return
            except csv.Error:
                yield Record(line, {}, BadInput("row_broken"))
                continue
            if any(cell.strip() for cell in row):
                yield Record(line, self._cells(row))

    def _cells(self, row: list[str]) -> dict[str, str]:
        told = ((name, row[place].strip()) for name, place in self._places.items() if place < len(row))
        return {name: text for name, text in told if text}


@contextmanager
def open_csv(path: Path, aliases: Aliases) -> Iterator[CsvFile]:
    """The file, opened. ``aliases``: what each column may be called, lower case, the best name first.

    Raises BadInput ``file_empty`` or ``file_not_csv`` (path), and OSError.
    """
    encoding = _encoding(path)
    with path.open("rb") as file:
        try:
            opened = CsvFile(file, encoding, aliases)
        except csv.Error as error:
            raise BadInput("file_not_csv", path=str(path)) from error
        yield opened


def _encoding(path: Path) -> str:
    """The first encoding that reads the whole file: to find out in the middle would be too late."""
    if _is_empty(path):
        raise BadInput("file_empty", path=str(path))
    fitting = (encoding for encoding in _ENCODINGS if _reads(path, encoding))
    encoding = next(fitting, None)
    if encoding is None:
        raise BadInput("file_not_csv", path=str(path))
    return "utf-8-sig" if encoding == "utf-8" else encoding


def _is_empty(path: Path) -> bool:
    with path.open("rb") as file:
        return not file.read(_BLOCK).removeprefix(codecs.BOM_UTF8).strip()


def _reads(path: Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    with path.open("rb") as file:
        try:
            while block := file.read(_BLOCK):
                if b"\0" in block:  # a spreadsheet's own format, UTF-16 or a picture
                    return False
                decoder.decode(block)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return False
    return True


def _places(heading: list[str], aliases: Aliases) -> dict[str, int]:
    names = [name.strip().lower() for name in heading]
    found = ((column, next((names.index(name) for name in known if name in names), None))
             for column, known in aliases.items())  # fmt: skip
    return {column: place for column, place in found if place is not None}
