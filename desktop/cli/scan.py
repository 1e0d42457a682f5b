"""``main.py scan``: which codes are in pictures, and what a code's text stands for."""

import sys
from collections.abc import Iterable
from io import BufferedReader
from pathlib import Path
from typing import Any

import msgspec

from desktop.cli.looking import Look, Reading, look_into
from desktop.cli.said import complain, say
from desktop.errors import TillError
from resources import Words

_MOST_SHOWN = 160


def run_scan(paths: Iterable[Path], stdin: BufferedReader, words: Words, *, as_json: bool) -> int:
    """Tell what is in each file and line; 0 if there was a code in every one of them, else 1."""
    missed = False
    for look in look_into(paths, stdin):
        if look.error:
            complain(f"{look.name}: {_sentence(look.error, words)}")
        if as_json:
            say(msgspec.json.encode(_facts(look, words)).decode())
        elif look.error is None:
            _say_lines(look, words)
        sys.stdout.flush()  # a program may wait for it before it sends the next line
        missed |= not look.good
    return int(missed)


def _facts(look: Look, words: Words) -> dict[str, Any]:
    name = look.name.encode("utf-8", "backslashreplace").decode()  # a name need not be text
    told: dict[str, Any] = {"file": name, "ok": look.error is None}
    if look.error:
        return told | {"error": _error(look.error, words)}
    codes = [_code(reading, words) for reading in look.readings]
    return told | {"milliseconds": round(look.milliseconds, 1), "codes": codes}


def _code(reading: Reading, words: Words) -> dict[str, Any]:
    told: dict[str, Any] = {"kind": reading.kind, "text": reading.text, "facts": reading.facts}
    told |= {"symbology": reading.symbology, "decoder": reading.decoder}
    return told | ({"error": _error(reading.error, words)} if reading.error else {})


def _error(error: TillError, words: Words) -> dict[str, str]:
    return {"code": error.code, "words": _sentence(error, words)}


def _sentence(error: TillError, words: Words) -> str:
    return words(f"error.{error.code}", **error.facts)


def _say_lines(look: Look, words: Words) -> None:
    for reading in look.readings or (None,):
        told = _told(reading, words) if reading else words("cli.no_code")
        say(f"{look.name}: {told} ({look.milliseconds:.0f} ms)")


def _told(reading: Reading, words: Words) -> str:
    parts = [words(f"code_kind.{reading.kind}"), _visible(reading.text or "")]
    parts += [f"{name}={value}" for name, value in reading.facts.items()]
    parts += [reading.symbology or "", _sentence(reading.error, words) if reading.error else ""]
    return " ".join(part for part in parts if part)


def _visible(text: str) -> str:
    """Nothing in a code steers the terminal it is shown on."""
    shown = "".join(letter if letter.isprintable() else f"\\x{ord(letter):02x}" for letter in text[:_MOST_SHOWN])
    return shown if len(text) <= _MOST_SHOWN else shown + "…"
