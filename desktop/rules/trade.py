"""What a trade is about: facets of preference, what members have (a pet, a baby, a skin), its tags and its care."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, fields, is_dataclass
from datetime import date
from typing import Literal

from desktop.rules.cadence import Cadence
from desktop.rules.care import CareRules
from desktop.rules.conditions import PERSONAL, Known
from desktop.rules.lifecycle import LifecycleRules
from desktop.rules.tags import TagRule

LANGUAGES = ("zh", "en")
Names = dict[str, str]


@dataclass(frozen=True, slots=True)
class Choice:
    """A value that can be picked. value: what is kept; names: what is shown."""

    value: str
    names: Names


@dataclass(frozen=True, slots=True)
class Facet:
    """What a preference can be about; other values than these can be typed."""

    key: str
    names: Names
    values: tuple[Choice, ...] = ()


@dataclass(frozen=True, slots=True)
class FieldKind:
    """One field of an entity. sensitive: the law asks for a consent of its own (health, a child)."""

    key: str
    names: Names
    type: Literal["text", "choice", "number", "date", "yes_no"] = "text"
    choices: tuple[Choice, ...] = ()
    unit: str = ""
    sensitive: bool = False

    def __post_init__(self) -> None:
        if bool(self.choices) != (self.type == "choice"):
            raise ValueError(f"{self.key}: choices belong to the type choice, and it needs some")

    def clean(self, text: str) -> str:
        """``text`` in the form that is kept; ValueError if it is no value of this field."""
        text = " ".join(text.split())
        if self.type == "choice" and text not in {choice.value for choice in self.choices}:
            raise ValueError("not one of the choices")
        if self.type == "number":
            return f"{float(text):g}"
        if self.type == "date":
            return date.fromisoformat(text).isoformat()
        if self.type == "yes_no" and text not in ("yes", "no"):
            raise ValueError("yes or no")
        return text


@dataclass(frozen=True, slots=True)
class EntityKind:
    """Something a member has. many: there may be several, such as pets."""

    key: str
    names: Names
    fields: tuple[FieldKind, ...]
    many: bool = False


@dataclass(frozen=True, slots=True)
class Quick:
    """A preference noted with one key."""

    facet: str
    value: str


@dataclass(frozen=True, slots=True)
class Trade:
    """All of one trade. quick: at most nine, for the keys 1 to 9. impressions: to tick while somebody enrols."""

    key: str
    version: str
    names: Names
    facets: tuple[Facet, ...]
    quick: tuple[Quick, ...]
    entities: tuple[EntityKind, ...] = ()
    impressions: tuple[Quick, ...] = ()
    decline_reasons: tuple[Choice, ...] = ()
    tags: tuple[TagRule, ...] = ()
    care: CareRules = field(default_factory=CareRules)
    cadence: Cadence = field(default_factory=Cadence)
    lifecycle: LifecycleRules = field(default_factory=LifecycleRules)

    def __post_init__(self) -> None:
        _check_once("facet", [each.key for each in self.facets])
        _check_once("entity", [each.key for each in self.entities])
        _check_once("tag", [each.key for each in self.tags])
        if len(self.quick) > 9:
            raise ValueError("there are nine keys for quick preferences")
        self._check_names()
        self._check_preferences()
        self._check_fields()

    def facet(self, key: str) -> Facet | None:
        """The facet of that key."""
        return next((each for each in self.facets if each.key == key), None)

    def _check_names(self) -> None:
        for each in _named(self):
            names = getattr(each, "names")  # noqa: B009 - of any of the classes that have them
            if missing := [language for language in LANGUAGES if not names.get(language)]:
                what = getattr(each, "key", getattr(each, "value", ""))
                raise ValueError(f"{what} has no name in {', '.join(missing)}")

    def _check_preferences(self) -> None:
        for each in (*self.quick, *self.impressions):
            facet = self.facet(each.facet)
            if facet is None or each.value not in {choice.value for choice in facet.values}:
                raise ValueError(f"no facet {each.facet} has a value {each.value}")

    def _check_fields(self) -> None:
        known = {f"{entity.key}.{each.key}" for entity in self.entities for each in entity.fields}
        for tag in self.tags:
            asked = {each.name for each in _parts(tag.when) if isinstance(each, Known)}
            if strange := sorted(asked - known - set(PERSONAL)):
                raise ValueError(f"tag {tag.key} asks for {', '.join(strange)}, which no entity has")


def _check_once(what: str, keys: Sequence[str]) -> None:
    if twice := sorted({key for key in keys if keys.count(key) > 1}):
        raise ValueError(f"{what} {', '.join(twice)} is there twice")


def _named(whole: object) -> Iterator[object]:
    return (each for each in _parts(whole) if hasattr(each, "names"))


def _parts(whole: object) -> Iterator[object]:
    """A dataclass and all it is made of."""
    if is_dataclass(whole):
        yield whole
        for each in fields(whole):
            yield from _parts(getattr(whole, each.name))
    elif isinstance(whole, tuple):
        yield from _chained(whole)


def _chained(many: Iterable[object]) -> Iterator[object]:
    for each in many:
        yield from _parts(each)
