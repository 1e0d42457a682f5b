"""What a store may choose for one till: language and colours."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import msgspec


@dataclass(frozen=True, slots=True)
class Settings:
    """language: zh or en. theme: light, dark, or system."""

    language: Literal["zh", "en"] = "zh"
    theme: Literal["light", "dark", "system"] = "light"


def load_settings(home: Path) -> Settings:
    """The till's settings; the defaults where there is no file or one that cannot be read."""
    path = home / "settings.json"
    try:
        return msgspec.json.decode(path.read_bytes(), type=Settings)
    except (FileNotFoundError, msgspec.DecodeError):
        return Settings()


def save_settings(home: Path, settings: Settings) -> None:
    """Replace the file in one step, so that a crash leaves the old or the new one."""
    fresh = home / "settings.json.new"
    fresh.write_bytes(msgspec.json.encode(settings))
    os.replace(fresh, home / "settings.json")
