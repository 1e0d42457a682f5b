"""Key traces of scanners as JSON files: to look at, to send to whoever can help, to replay as a test.

docs/scanners.md describes the format.
"""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import msgspec

from desktop.errors import BadInput
from desktop.scanning.payment_codes import holds_payment_code
from desktop.scanning.wedge_keys import Stroke

FORMAT = 1
_LARGEST = 1_000_000  # bytes
_HELD = ("Shift", "Control", "Alt", "AltGr", "Meta", "CapsLock", "NumLock")


class Trace(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """What one scan sent, and what it stands for.

    scanner: make and setting, in words. profile: what the trace's scanner needs set, by the names of WedgeProfile.
    scan: the text that must come out; fault: or the code of the error; neither for typing.
    """

    format: int
    scanner: str = ""
    note: str = ""
    profile: dict[str, str | int] = {}
    scan: str | None = None
    fault: str = ""
    strokes: list[Stroke] = []


def read_trace(path: Path) -> Trace:
    """The trace in a file. Raises BadInput ``trace_unreadable`` (name), ``trace_format`` (format)."""
    try:
        if path.stat().st_size > _LARGEST:
            raise BadInput("trace_unreadable", name=path.name)
        trace = msgspec.json.decode(path.read_bytes(), type=Trace)
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise BadInput("trace_unreadable", name=path.name) from error
    if trace.format != FORMAT:
        raise BadInput("trace_format", format=trace.format)
    return trace


def write_trace(path: Path, trace: Trace) -> None:
    """Save it, one stroke a line: made to be read and compared."""
    head = msgspec.to_builtins(trace)
    strokes = [msgspec.json.encode(_said(stroke)).decode() for stroke in trace.strokes]
    head.pop("strokes", None)
    lines = [f'  "{name}": {msgspec.json.encode(value).decode()}' for name, value in head.items()]
    body = ",\n    ".join(strokes)
    lines.append(f'  "strokes": [\n    {body}\n  ]')
    path.write_text("{\n" + ",\n".join(lines) + "\n}\n", "utf-8")


def from_zero(strokes: Sequence[Stroke]) -> list[Stroke]:
    """The strokes with times since the first."""
    return [replace(each, ms=each.ms - strokes[0].ms) for each in strokes]


def _said(stroke: Stroke) -> dict[str, object]:
    """Without what goes without saying."""
    told: dict[str, object] = msgspec.to_builtins(stroke)
    return {name: value for name, value in told.items() if name == "ms" or (value and value != "press")}


class Pace(NamedTuple):
    """How fast the keys of a trace came. keys: those that are no modifiers. Gaps are milliseconds between them."""

    keys: int
    average_gap_ms: int
    longest_gap_ms: int


def pace_of(strokes: Sequence[Stroke]) -> Pace:
    """The pace of the keys that were pressed, and of what an input method made of some."""
    times = [stroke.ms for stroke in strokes if is_key(stroke)]
    gaps = [later - earlier for earlier, later in pairwise(times)]
    return Pace(len(times), round(sum(gaps) / len(gaps)) if gaps else 0, max(gaps, default=0))


def is_key(stroke: Stroke) -> bool:
    """Whether it is more than holding or letting go of a key."""
    return stroke.kind != "release" and stroke.key not in _HELD


def is_secret(strokes: Sequence[Stroke]) -> bool:
    """Whether a payment code was typed, taken for a scan or not."""
    return holds_payment_code("".join(stroke.text for stroke in strokes if is_key(stroke) and stroke.text.isdigit()))


def worth_keeping(strokes: Sequence[Stroke]) -> list[Stroke]:
    """Without the releases that say nothing: all but those of keys that are held."""
    return [stroke for stroke in strokes if stroke.kind != "release" or stroke.key in _HELD]
