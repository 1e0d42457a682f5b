"""The counter without a window: one JSON command a line in, one JSON answer a line out, after the deed is saved."""

import codecs
from collections.abc import Iterator
from typing import Any, BinaryIO

import msgspec

from desktop.drive_commands import COMMANDS
from desktop.drive_counter import Command, Counter, Facts
from desktop.errors import BadInput, TillError
from desktop.troubles import as_trouble

LONGEST_LINE = 1 << 20
_OFFERS = {"member_unknown": "enrol", "card_unknown": "enrol", "text_unknown": "teach", "product_unknown": "teach"}


def drive(counter: Counter, source: BinaryIO, sink: BinaryIO) -> None:
    """Answer every line of ``source`` until it ends. Blank lines are passed over."""
    for line in read_lines(source):
        if line is None or line.strip():
            sink.write(msgspec.json.encode(answer(counter, line), enc_hook=str) + b"\n")
            sink.flush()


def read_lines(source: BinaryIO) -> Iterator[bytes | None]:
    """The lines of ``source``, the last one too if nothing ends it; None for one that is too long."""
    while line := source.readline(LONGEST_LINE + 1):
        if len(line) <= LONGEST_LINE or line.endswith(b"\n"):
            yield line
        else:
            while line and not line.endswith(b"\n"):
                line = source.readline(LONGEST_LINE)
            yield None


def answer(counter: Counter, line: bytes | None) -> Facts:
    """What became of one command: always ``ok``; ``error`` when it is false; the command's own ``id``."""
    told: Facts = {}
    try:
        told = _read(line)
        facts = _command(told).run(counter)
    except Exception as error:  # noqa: BLE001 - whatever happens, the next command must be answered
        facts = _refusal(counter, as_trouble(error))
    mark = {"id": told["id"]} if "id" in told else {}
    return {"ok": "error" not in facts, **facts, **mark}


def _refusal(counter: Counter, error: TillError) -> Facts:
    facts: Facts = {"error": counter.tell(error)}
    return {**facts, "offer": _OFFERS[error.code]} if error.code in _OFFERS else facts


def _read(line: bytes | None) -> Facts:
    if line is None:
        raise BadInput("line_too_long", limit=LONGEST_LINE)
    try:
        told: Any = msgspec.json.decode(line.removeprefix(codecs.BOM_UTF8))
        msgspec.json.encode(told)  # numbers that JSON can hold and an answer cannot
    except (ValueError, OverflowError, RecursionError) as error:
        raise BadInput("bad_command", reason=str(error)) from error
    if not isinstance(told, dict):
        raise BadInput("bad_command", reason="not a JSON object")
    return told


def _command(told: Facts) -> Command:
    name = told.get("do")
    if not isinstance(name, str) or name not in COMMANDS:
        raise BadInput("command_unknown", do=str(name)[:40], allowed=", ".join(COMMANDS))
    try:
        return msgspec.convert(told, COMMANDS[name])
    except msgspec.ValidationError as error:
        raise BadInput("command_incomplete", do=name, field=_field(str(error))) from error


def _field(complaint: str) -> str:
    """The field that msgspec complains of: of ``… `text``` or ``… at `$.text```."""
    return complaint.rstrip("`").rpartition("`")[2].removeprefix("$.")
