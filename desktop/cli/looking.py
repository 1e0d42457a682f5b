"""Where ``main.py scan`` looks: picture files, folders of them, and stdin with a picture or with lines of text."""

import os
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from datetime import date
from io import BufferedReader
from pathlib import Path

from desktop.errors import BadInput, NotFound, TillError
from desktop.scanning.codes import parse_code
from desktop.scanning.decode import Found, Picture, decode_file, decode_image
from desktop.scanning.kinds import KINDS, Code, PaymentCode
from desktop.troubles import as_trouble

STDIN = "-"
PICTURE_SUFFIXES = (".png", ".jpg", ".jpeg", ".webp", ".bmp", ".gif", ".tif", ".tiff", ".ppm", ".pgm", ".pbm")
MOST_PICTURES = 10_000
LARGEST_INPUT = 64 * 1024 * 1024  # bytes of a picture on stdin
_LONGEST_LINE = 4096  # bytes: more than any code has

_NOT_TOLD = ("text", "signature")

Fact = str | int


@dataclass(frozen=True, slots=True)
class Reading:
    """One code. kind: one of KINDS, or damaged, and then ``error`` says why. text: in canonical form; None of a
    payment code, which is let go. facts: what else it says. symbology, decoder: None of a line of text.
    """

    kind: str
    text: str | None
    facts: dict[str, Fact]
    symbology: str | None = None
    decoder: str | None = None
    error: TillError | None = None


@dataclass(frozen=True, slots=True)
class Look:
    """What is in one file, or in one line of stdin. error: why nothing could be read there."""

    name: str
    readings: tuple[Reading, ...] = ()
    milliseconds: float = 0.0
    error: TillError | None = None

    @property
    def good(self) -> bool:
        """Whether a code was found there that means something."""
        return any(reading.error is None for reading in self.readings)


def look_into(paths: Iterable[Path], stdin: BufferedReader, *, most: int = MOST_PICTURES) -> Iterator[Look]:
    """One after the other, as each is read; whatever is wrong with one, the others are read. most: of one folder."""
    for path in paths:
        if str(path) == STDIN:
            yield from _look_into_stdin(stdin)
        elif path.is_dir():
            yield from _look_into_folder(path, most)
        else:
            yield _look_into_file(path)


def read(text: str, found: Found | None = None) -> Reading:
    """What a code stands for, by the rules that every till begins with."""
    symbology, decoder = (found.symbology, found.decoder) if found else (None, None)
    try:
        code = parse_code(found.scanned if found else text)
    except TillError as error:
        return Reading("damaged", text, {}, symbology, decoder, error)
    told = None if isinstance(code, PaymentCode) else code.text
    return Reading(KINDS[type(code)], told, _facts_of(code), symbology, decoder)


def _facts_of(code: Code) -> dict[str, Fact]:
    values = {field.name: getattr(code, field.name) for field in fields(code) if field.name not in _NOT_TOLD}
    return {name: _plain(value) for name, value in values.items() if value is not None}


def _plain(value: object) -> Fact:
    match value:
        case bytes():
            return value.hex()
        case date():
            return value.isoformat()
        case int():
            return value
    return str(value)


def _look_into_file(path: Path) -> Look:
    try:
        return _looked(str(path), decode_file(path))
    except Exception as error:  # noqa: BLE001 - whatever is wrong with one file, the others are read
        return Look(str(path), error=as_trouble(error))


def _looked(name: str, picture: Picture) -> Look:
    return Look(name, tuple(read(found.text, found) for found in picture.found), picture.milliseconds)


def _look_into_folder(folder: Path, most: int) -> Iterator[Look]:
    """Its pictures and those of the folders in it, by name; no hidden ones, and links to folders are not followed."""
    unreadable: list[OSError] = []
    number = 0
    for number, path in enumerate(_pictures_in(folder, unreadable), 1):
        if number > most:
            yield Look(str(folder), error=BadInput("folder_too_large", most=most))
            return
        yield _look_into_file(path)
    yield from (Look(str(error.filename), error=as_trouble(error)) for error in unreadable)
    if not number and not unreadable:
        yield Look(str(folder), error=NotFound("folder_without_pictures"))


def _pictures_in(folder: Path, unreadable: list[OSError]) -> Iterator[Path]:
    for place, folders, files in os.walk(folder, onerror=unreadable.append):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        pictures = (name for name in sorted(files) if name.lower().endswith(PICTURE_SUFFIXES))
        yield from (Path(place, name) for name in pictures if not name.startswith("."))


def _look_into_stdin(stdin: BufferedReader) -> Iterator[Look]:
    if _is_text(stdin.peek()):
        yield from _look_into_lines(stdin)
        return
    try:
        content = stdin.read(LARGEST_INPUT + 1)
        if len(content) > LARGEST_INPUT:
            raise BadInput("picture_too_large")
        yield _looked(STDIN, decode_image(content))
    except Exception as error:  # noqa: BLE001 - as with a file
        yield Look(STDIN, error=as_trouble(error))


def _is_text(beginning: bytes) -> bool:
    """Every picture has bytes near its beginning that no text has."""
    try:
        beginning[:-3].decode()  # the last character may be cut
    except UnicodeDecodeError:
        return False
    return b"\0" not in beginning


def _look_into_lines(stdin: BufferedReader) -> Iterator[Look]:
    """Each line is told as it comes: somebody may be typing, or a scanner sending."""
    some = False
    for number, line in enumerate(_lines(stdin), 1):
        if line.strip(b" \t\r\n"):
            some, started = True, time.perf_counter()
            reading = read(line.rstrip(b"\r\n").decode(errors="replace"))
            yield Look(f"{STDIN}:{number}", (reading,), (time.perf_counter() - started) * 1000)
    if not some:
        yield Look(STDIN, error=BadInput("code_empty"))


def _lines(stdin: BufferedReader) -> Iterator[bytes]:
    """Without the rest of those that are longer than any code."""
    while line := stdin.readline(_LONGEST_LINE):
        rest = line
        while rest and not rest.endswith(b"\n"):
            rest = stdin.readline(_LONGEST_LINE)
        yield line
