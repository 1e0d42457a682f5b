"""How a hand scanner types: its pace, and what it puts before and after a code."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from typing import Any, Literal, get_args

from desktop.errors import BadInput

End = Literal["any", "enter", "tab", "text", "none"]
Layout = Literal["auto", "us", "typed"]

LONGEST_AFFIX = 8
RANGES = {"shortest": (3, 40), "average_gap_ms": (5, 150), "longest_gap_ms": (40, 500)}
CHOICES: dict[str, tuple[str, ...]] = {"end": get_args(End), "layout": get_args(Layout)}
AFFIXES = ("prefix", "suffix", "separator")
_PATIENCE_MS = 60  # no clerk types faster for long, none feels a delay as short


@dataclass(frozen=True, slots=True)
class WedgeProfile:
    """One scanner, or one kind of them.

    prefix, suffix: what stands around every code, "" for nothing. end: what ends a scan; ``any`` is Enter, Tab or a
    pause, ``text`` is ``suffix``, ``none`` a pause only. shortest: characters of the shortest code.
    average_gap_ms, longest_gap_ms: between two keys of one scan. layout: ``us`` for a scanner that presses the keys
    of an American keyboard whatever layout the till has, ``typed`` for one that knows the till's. separator: what
    stands for GS, beside Ctrl+] and Alt+0029.
    """

    name: str = "usb"
    prefix: str = ""
    suffix: str = ""
    end: End = "any"
    shortest: int = 6
    average_gap_ms: int = 35  # wired ones send a key every 1 to 30 ms
    longest_gap_ms: int = 100
    layout: Layout = "auto"
    separator: str = ""

    @property
    def patience_ms(self) -> int:
        """How long a key is withheld that may be the first of a scan."""
        return min(self.longest_gap_ms, max(_PATIENCE_MS, self.average_gap_ms + 25))

    def ends_with(self, key: str) -> bool:
        """Whether ``enter`` or ``tab`` ends a scan."""
        return self.end in ("any", key)


USB = WedgeProfile()
BLUETOOTH = WedgeProfile("bluetooth", end="enter", shortest=8, average_gap_ms=80, longest_gap_ms=250)
PRESETS = (USB, BLUETOOTH, replace(USB, name="own"))


def changed(profile: WedgeProfile, told: Mapping[str, object]) -> WedgeProfile:
    """``profile`` with what is ``told`` of it.

    Raises BadInput ``scanner_number`` (name, least, most), ``scanner_affix`` (name, most), ``scanner_choice``
    (name, allowed), ``scanner_suffix_missing``, ``scanner_gaps``.
    """
    known = {each.name for each in fields(WedgeProfile)} - {"name"}
    for name, value in told.items():
        if name in known:
            _check(name, value)
    values: dict[str, Any] = {name: value for name, value in told.items() if name in known}
    fresh = replace(profile, **values)
    if fresh.end == "text" and not fresh.suffix:
        raise BadInput("scanner_suffix_missing")
    if fresh.longest_gap_ms < fresh.average_gap_ms:
        raise BadInput("scanner_gaps")
    return fresh


def values_of(profile: WedgeProfile) -> dict[str, str | int]:
    """What ``changed`` takes, for a file."""
    return {name: value for name, value in asdict(profile).items() if name != "name"}


def _check(name: str, value: object) -> None:
    if name in RANGES:
        least, most = RANGES[name]
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
            raise BadInput("scanner_number", name=name, least=least, most=most)
    elif name in CHOICES:
        if value not in CHOICES[name]:
            raise BadInput("scanner_choice", name=name, allowed=", ".join(CHOICES[name]))
    elif not isinstance(value, str) or len(value) > LONGEST_AFFIX or not (value.isascii() and value.isprintable()):
        raise BadInput("scanner_affix", name=name, most=LONGEST_AFFIX)
