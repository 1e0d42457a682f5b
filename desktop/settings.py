"""What a store may choose for one till: language and colours."""

import os
import tomllib  # read before the first paint, and there already: the words are TOML too
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal, get_args

Language = Literal["zh", "en"]
Theme = Literal["light", "dark", "system"]


@dataclass(frozen=True, slots=True)
class Settings:
    """language: zh or en. theme: light, dark, or system."""

    language: Language = "zh"
    theme: Theme = "light"


def load_settings(home: Path) -> Settings:
    """The till's settings; the defaults where there is no file or one that cannot be read."""
    path = home / "settings.toml"
    try:
        told = tomllib.loads(path.read_text("utf-8"))
        settings = Settings(**{name: told[name] for name in ("language", "theme") if name in told})
    except (OSError, ValueError, TypeError):
        return Settings()
    known = settings.language in get_args(Language) and settings.theme in get_args(Theme)
    return settings if known else Settings()


def save_settings(home: Path, settings: Settings) -> None:
    """Replace the file in one step, so that a crash leaves the old or the new one."""
    fresh = home / "settings.toml.new"
    fresh.write_text("".join(f'{name} = "{value}"\n' for name, value in asdict(settings).items()), "utf-8")
    os.replace(fresh, home / "settings.toml")
