"""``main.py scan``: which codes are in picture files."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from desktop.cli.said import complain, say
from desktop.errors import TillError
from desktop.scanning.codes import MemberCode, PaymentCode, ProductCode, parse_code
from desktop.scanning.decode import Found, decode_file
from desktop.troubles import as_trouble
from resources import Words


@dataclass(frozen=True, slots=True)
class Reading:
    """One code. kind: member, product, payment, unknown or damaged. text: None of a payment code, which is let go."""

    kind: str
    text: str | None
    symbology: str
    decoder: str


def scan_files(paths: Iterable[Path], words: Words, *, as_json: bool) -> int:
    """Print what is in each file; 1 if one could not be read, else 0."""
    failed = 0
    for path in paths:
        try:
            picture = decode_file(path)
        except Exception as error:  # noqa: BLE001 - whatever is wrong with one file, the others are read
            failed = 1
            _tell_failure(path, as_trouble(error), words, as_json=as_json)
            continue
        readings = [read(found) for found in picture.found]
        if as_json:
            _say_json(path, ok=True, milliseconds=round(picture.milliseconds, 1), codes=readings)
        else:
            _say_lines(path, readings, picture.milliseconds, words)
    return failed


def read(found: Found) -> Reading:
    """What a code in a picture stands for."""
    try:
        code = parse_code(found.text)
    except TillError:
        return Reading("damaged", found.text, found.symbology, found.decoder)
    match code:
        case MemberCode(text):
            kind, told = "member", text
        case ProductCode(gtin=gtin):
            kind, told = "product", gtin
        case PaymentCode():
            return Reading("payment", None, found.symbology, found.decoder)
        case _:
            kind, told = "unknown", code.text
    return Reading(kind, told, found.symbology, found.decoder)


def _tell_failure(path: Path, error: TillError, words: Words, *, as_json: bool) -> None:
    sentence = words(f"error.{error.code}", **error.facts)
    complain(f"{path}: {sentence}")
    if as_json:
        _say_json(path, ok=False, error={"code": error.code, "words": sentence})


def _say_json(path: Path, **facts: Any) -> None:
    name = str(path).encode("utf-8", "backslashreplace").decode()  # a name need not be text
    say(msgspec.json.encode({"file": name, **facts}).decode())


def _say_lines(path: Path, readings: list[Reading], milliseconds: float, words: Words) -> None:
    for reading in readings:
        say(f"{path}: {reading.symbology} {reading.kind} {reading.text or ''} ({milliseconds:.0f} ms)")
    if not readings:
        say(f"{path}: {words('cli.no_code')} ({milliseconds:.0f} ms)")
