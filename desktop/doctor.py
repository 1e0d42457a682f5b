"""What a till's machine lacks, and how to get it: ``main.py doctor``."""

import ctypes
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

import resources
from desktop.clock import Clock
from desktop.data.keys import has_key_store
from desktop.scanning.decode import libzbar_present
from resources import Words

State = Literal["ok", "warning", "missing"]

_MIB = 1024 * 1024
_LITTLE_SPACE, _NO_SPACE = 500 * _MIB, 64 * _MIB
_EARLIEST = datetime(2026, 1, 1, tzinfo=UTC)  # this program is younger than that, whatever the clock says
_CHINESE_FONTS = ("cjk", "sourcehan", "wqy", "droidsansfallback", "uming", "ukai", "msyh", "simsun")
_FONT_FOLDERS = (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"), Path.home() / ".local/share/fonts")
_SIGNS = {"ok": "✓", "warning": "!", "missing": "✗"}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at; its sentence is ``doctor.<name>.<state>``, filled with ``facts``."""

    name: str
    state: State
    facts: Mapping[str, object] = field(default_factory=dict)


def examine(home: Path, clock: Clock | None = None) -> tuple[Finding, ...]:
    """Look at this machine and at the till's data directory, which need not exist yet. Changes nothing."""
    return (
        look_at_display(os.environ),
        look_at_libraries(_needed_libraries()),
        Finding("zbar", "ok" if libzbar_present() else "warning"),
        look_at_fonts(_FONT_FOLDERS),
        Finding("key_store", "ok" if has_key_store() and not (home / "till.key").exists() else "warning"),
        look_at_home(home),
        look_at_key(home),
        look_at_data(home),
        judge_space(shutil.disk_usage(_existing(home)).free),
        judge_time((clock or Clock()).now()),
    )


def print_report(findings: Iterable[Finding], words: Words) -> tuple[list[str], int]:
    """The lines to print, and the exit code: 0 unless something is missing."""
    findings = tuple(findings)
    lines = [f"{_SIGNS[each.state]} {words(f'doctor.{each.name}.{each.state}', **each.facts)}" for each in findings]
    return lines, int(any(each.state == "missing" for each in findings))


def look_at_display(environment: Mapping[str, str]) -> Finding:
    """A warning only: over ssh there is never a screen, and the command line and the hub need none."""
    if sys.platform != "linux" or environment.get("DISPLAY") or environment.get("WAYLAND_DISPLAY"):
        return Finding("display", "ok")
    return Finding("display", "warning")


def look_at_libraries(packages: Mapping[str, str]) -> Finding:
    """What Qt loads from the system. ``packages``: library → the Debian package that brings it."""
    lacking = [package for library, package in packages.items() if not _can_load(library)]
    return Finding("libraries", "missing" if lacking else "ok", {"packages": " ".join(lacking)})


def look_at_fonts(folders: Iterable[Path]) -> Finding:
    """Whether Chinese can be shown. fontconfig knows; without it the names of the files in ``folders`` must do."""
    if sys.platform != "linux":  # Windows and macOS bring Chinese fonts
        return Finding("font", "ok")
    if program := shutil.which("fc-list"):
        listed = subprocess.run([program, ":lang=zh", "family"], capture_output=True, text=True, check=False)  # noqa: S603
        return Finding("font", "ok" if listed.stdout.strip() else "missing")
    names = (file.name.lower() for folder in folders for file in folder.rglob("*.*"))
    found = any(font in name for name in names for font in _CHINESE_FONTS)
    return Finding("font", "ok" if found else "missing")


def look_at_home(home: Path) -> Finding:
    """Whether the till can write where its data lies, or is to lie."""
    place = _existing(home)
    usable = place.is_dir() and os.access(place, os.W_OK | os.X_OK)
    return Finding("home", "ok" if usable else "missing", {"path": str(home)})


def look_at_key(home: Path) -> Finding:
    """Whether others on this machine could read the key of the data."""
    key = home / "till.key"
    shared = os.name == "posix" and key.exists() and key.stat().st_mode & 0o077
    return Finding("key_file", "warning" if shared else "ok", {"path": str(key)})


def look_at_data(home: Path) -> Finding:
    """Whether the data was ever found damaged: it was mended, and the disk may do it again."""
    when = sorted(folder.name for folder in home.glob("damaged/*T*"))
    return Finding("data", "warning" if when else "ok", {"at": when[-1][:8] if when else ""})


def judge_space(free: int) -> Finding:
    """``free``: bytes on the disk of the data."""
    state: State = "missing" if free < _NO_SPACE else "warning" if free < _LITTLE_SPACE else "ok"
    return Finding("space", state, {"free": free // _MIB})


def judge_time(now: datetime) -> Finding:
    """A clock before this program was written is wrong; with it no certificate of the hub would be valid."""
    return Finding("time", "missing" if now < _EARLIEST else "ok", {"now": f"{now:%Y-%m-%d %H:%M} UTC"})


def _needed_libraries() -> dict[str, str]:
    """Only Linux leaves them to the system; libzbar is looked at by itself, because the till reads codes without."""
    lines = resources.path("libraries.txt").read_text("utf-8").splitlines()
    pairs = dict(line.split() for line in lines if not line.startswith("#"))
    return {library: package for library, package in pairs.items() if sys.platform == "linux" and package != "libzbar0"}


def _can_load(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def _existing(path: Path) -> Path:
    """``path``, or the nearest folder above it that exists."""
    return next(each for each in (path, *path.absolute().parents) if each.exists())
