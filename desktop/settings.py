"""What a store may choose for one till: language, colours, sounds and scanners."""

import json
import tomllib  # read before the first paint, and there already: the words are TOML too
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal, get_args

from desktop.data.durable import write_private
from desktop.errors import BadInput, TillError
from desktop.scanning.wedge_profile import PRESETS, WedgeProfile, changed, values_of

Language = Literal["zh", "en"]
Theme = Literal["light", "dark", "system"]
Sound = Literal["off", "soft", "normal", "loud"]
Told = Mapping[str, Any]

FILE = "settings.toml"
BAUD_RATES = (9600, 19200, 38400, 57600, 115200)
_CHOICES: dict[str, tuple[str, ...]] = {
    "language": get_args(Language), "theme": get_args(Theme), "sound": get_args(Sound),
    "scanner": tuple(profile.name for profile in PRESETS),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class SerialPort:
    """A scanner on a serial line. port: ``VID:PID:serial`` of what is plugged in, or the name of a device."""

    port: str
    baud: int = BAUD_RATES[0]


@dataclass(frozen=True, slots=True)
class Settings:
    """language: zh or en. theme: light, dark, or system. sound: off, soft, normal or loud.

    scanner: the name of the profile in use, of those in profiles. serial: the serial scanners of this till.
    """

    language: Language = "zh"
    theme: Theme = "light"
    sound: Sound = "normal"
    scanner: str = PRESETS[0].name
    profiles: tuple[WedgeProfile, ...] = PRESETS
    serial: tuple[SerialPort, ...] = ()

    @property
    def profile(self) -> WedgeProfile:
        """How the scanner types that is in use."""
        return next(each for each in self.profiles if each.name == self.scanner)

    def with_profile(self, profile: WedgeProfile) -> "Settings":
        """With another idea of the scanner of that name, which is in use from now on."""
        profiles = tuple(profile if each.name == profile.name else each for each in self.profiles)
        return replace(self, scanner=profile.name, profiles=profiles)


def load_settings(home: Path) -> Settings:
    """The till's settings; the defaults for whatever cannot be read."""
    return read_settings(home)[0]


def read_settings(home: Path) -> tuple[Settings, tuple[TillError, ...]]:
    """The till's settings, and what is wrong with the file: ``settings_broken`` or ``settings_value`` (name)."""
    try:
        told = tomllib.loads((home / FILE).read_text("utf-8"))
    except FileNotFoundError:
        return Settings(), ()
    except (OSError, ValueError):
        return Settings(), (BadInput("settings_broken"),)
    reader = _Reader()
    chosen = {name: told[name] for name in _CHOICES if name in told and reader.known(name, told[name])}
    settings = Settings(
        **chosen,
        profiles=tuple(reader.profile(preset, told) for preset in PRESETS),
        serial=tuple(reader.serial(told)),
    )
    return settings, tuple(reader.troubles)


def save_settings(home: Path, settings: Settings) -> None:
    """Replace the file in one step, so that a crash or a power cut leaves the old or the new one. Raises OSError."""
    write_private(home / FILE, ("\n".join(_lines(settings)) + "\n").encode())


class _Reader:
    """Takes what is sound, and remembers what is not."""

    def __init__(self) -> None:
        self.troubles: list[TillError] = []

    def known(self, name: str, value: object) -> bool:
        good = value in _CHOICES[name]
        if not good:
            self._complain(name)
        return good

    def profile(self, preset: WedgeProfile, told: Told) -> WedgeProfile:
        profiles = told.get("profiles", {})
        values = profiles.get(preset.name, {}) if isinstance(profiles, dict) else None
        if not isinstance(values, dict):
            self._complain(f"profiles.{preset.name}")
            return preset
        try:
            return changed(preset, values)
        except BadInput as error:
            self._complain(f"profiles.{preset.name}.{error.facts.get('name', 'suffix')}")
            return preset

    def serial(self, told: Told) -> Iterator[SerialPort]:
        rows = told.get("serial", [])
        for place, row in enumerate(rows if isinstance(rows, list) else [rows], 1):
            port, baud = (row.get("port"), row.get("baud", BAUD_RATES[0])) if isinstance(row, dict) else (None, None)
            if isinstance(port, str) and port and isinstance(baud, int) and baud in BAUD_RATES:
                yield SerialPort(port, baud)
            else:
                self._complain(f"serial {place}")

    def _complain(self, name: str) -> None:
        self.troubles.append(BadInput("settings_value", name=name))


def _lines(settings: Settings) -> Iterator[str]:
    for name in _CHOICES:
        yield f"{name} = {_toml(getattr(settings, name))}"
    for profile, preset in zip(settings.profiles, PRESETS, strict=True):
        if profile != preset:
            yield from _table(f"[profiles.{profile.name}]", values_of(profile))
    for port in settings.serial:
        yield from _table("[[serial]]", {"port": port.port, "baud": port.baud})


def _table(head: str, values: Mapping[str, object]) -> Iterator[str]:
    yield from ("", head, *(f"{name} = {_toml(value)}" for name, value in values.items()))


def _toml(value: object) -> str:
    """Strings, whole numbers and truth are written in TOML as in JSON, but for one character."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
