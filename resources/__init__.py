"""What is shipped beside the code: words in two languages, consent texts, icons."""

import hashlib
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

LANGUAGES = ("zh", "en")
_FOLDER = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class ConsentText:
    """One purpose as it is shown. sha256 is over the UTF-8 bytes of ``text``, in hexadecimal."""

    purpose: str
    version: str
    title: str
    text: str

    @property
    def sha256(self) -> str:
        """What a consent line keeps, to prove which words were shown."""
        return hashlib.sha256(self.text.encode()).hexdigest()


class Words:
    """Every sentence shown to a clerk, by dotted name: ``words("error.no_visit")``; facts fill its braces."""

    def __init__(self, language: str) -> None:
        self.language = language
        self._table = _table(language)

    def __call__(self, name: str, /, **facts: object) -> str:
        return self._table[name].format_map(facts)

    def __contains__(self, name: str) -> bool:
        return name in self._table

    def names(self) -> frozenset[str]:
        """All names, for the test that both languages say the same things."""
        return frozenset(self._table)


def path(name: str) -> Path:
    """Where a resource lies, installed or from the source tree."""
    return _FOLDER / name


def sample_catalogue() -> dict[str, Path]:
    """The files of the sample shop that headquarters owns, by what they hold."""
    return {kind: path(f"sample/{kind}.csv") for kind in ("stores", "guides", "products", "contents")}


def sample_offers() -> dict[str, Path]:
    """What headquarters offers the members of the sample shop, by what the files hold; after the catalogue."""
    return {kind: path(f"sample/{kind}.csv") for kind in ("campaigns", "rewards", "quotas", "recruits")}


@cache
def consent_text(purpose: str, language: str = "zh") -> ConsentText:
    """The text shown for a purpose: service, personal or marketing."""
    entry = tomllib.loads(path(f"consents/{language}.toml").read_text("utf-8"))[purpose]
    return ConsentText(purpose, entry["version"], entry["title"], entry["text"].strip())


@cache
def choices() -> dict[str, Any]:
    """What a store offers to pick from: services, opening hours, channels."""
    return tomllib.loads(path("choices.toml").read_text("utf-8"))


@cache
def _table(language: str) -> dict[str, str]:
    return dict(_flat(tomllib.loads(path(f"words/{language}.toml").read_text("utf-8"))))


def _flat(tree: dict[str, Any], prefix: str = "") -> list[tuple[str, str]]:
    """Dotted names of the leaves."""
    flat: list[tuple[str, str]] = []
    for key, value in tree.items():
        flat += _flat(value, f"{prefix}{key}.") if isinstance(value, dict) else [(f"{prefix}{key}", value)]
    return flat
