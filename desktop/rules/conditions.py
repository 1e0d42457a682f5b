"""What may be asked of a member's facts, as data: a closed set of questions, joined by all, any and not.

An answer is the facts it rests on, or None for no. So every tag and every offer can say why.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import date, timedelta
from typing import ClassVar

from desktop.rules.birthdays import next_birthday
from desktop.rules.facts import (
    AppointmentFact,
    Contact,
    Declined,
    Exposure,
    Fact,
    Interest,
    Joining,
    Person,
    PreferenceFact,
    Purchase,
    Referral,
    Review,
    Trial,
    VisitDay,
    of,
)  # fmt: skip

KINDS: dict[str, type[Fact]] = {
    "purchase": Purchase, "trial": Trial, "declined": Declined, "visit": VisitDay, "joining": Joining,
    "exposure": Exposure, "interest": Interest, "referral": Referral, "review": Review, "preference": PreferenceFact,
    "contact": Contact, "appointment": AppointmentFact,
}  # fmt: skip
VALUES = (
    "stage", "lifecycle", "customer", "segment", "spending", "tier", "vip", "gap_days", "age", "advocacy", "score",
    "asset",
)  # fmt: skip
PERSONAL = ("gender", "channel", "store", "tier")

Answer = tuple[Fact, ...] | None


@dataclass(frozen=True, slots=True)
class Subject:
    """Who is asked about. values: what other rules have found, by the names in VALUES; absent ones are unknown."""

    today: date
    person: Person
    facts: tuple[Fact, ...]
    values: Mapping[str, int | str] = field(default_factory=dict)
    _by_kind: dict[type[Fact], list[Fact]] = field(default_factory=dict, init=False, repr=False, compare=False)

    def of_kind(self, kind: type[Fact]) -> list[Fact]:
        """The facts of one kind up to today, oldest first; looked for once, as dozens of questions are asked."""
        if kind not in self._by_kind:
            self._by_kind[kind] = of(self.facts, kind, until=self.today)
        return self._by_kind[kind]


@dataclass(frozen=True, slots=True)
class All:
    """Every one of them holds."""

    word: ClassVar[str] = "all"
    conditions: tuple["Condition", ...]

    def ask(self, subject: Subject) -> Answer:
        """The facts of all."""
        answers = [each.ask(subject) for each in self.conditions]
        return _joined([answer for answer in answers if answer is not None]) if None not in answers else None


@dataclass(frozen=True, slots=True)
class AnyOf:
    """At least one of them holds."""

    word: ClassVar[str] = "any"
    conditions: tuple["Condition", ...]

    def ask(self, subject: Subject) -> Answer:
        """The facts of those that hold."""
        answers = [answer for each in self.conditions if (answer := each.ask(subject)) is not None]
        return _joined(answers) if answers else None


@dataclass(frozen=True, slots=True)
class Not:
    """It does not hold."""

    word: ClassVar[str] = "not"
    condition: "Condition"

    def ask(self, subject: Subject) -> Answer:
        """There is no fact for what did not happen."""
        return () if self.condition.ask(subject) is None else None


@dataclass(frozen=True, slots=True)
class Count:
    """So many facts of a kind. where: field to allowed values. distinct: count this field's values, not facts."""

    word: ClassVar[str] = "count"
    fact: str
    where: dict[str, tuple[str, ...]] = field(default_factory=dict)
    within_days: int | None = None
    distinct: str | None = None
    at_least: int = 1
    at_most: int | None = None

    def __post_init__(self) -> None:
        _check(self.fact, *self.where, *([self.distinct] if self.distinct else []))
        _check_limits(self.at_least, self.at_most)

    def ask(self, subject: Subject) -> Answer:
        """The facts that were counted."""
        found = _matching(subject, self.fact, self.where, self.within_days)
        number = len({getattr(each, self.distinct) for each in found}) if self.distinct else len(found)
        return tuple(found) if _lies_in(number, self.at_least, self.at_most) else None


@dataclass(frozen=True, slots=True)
class Total:
    """What a figure of those facts comes to, such as the amount of purchases."""

    word: ClassVar[str] = "sum"
    fact: str
    of: str
    where: dict[str, tuple[str, ...]] = field(default_factory=dict)
    within_days: int | None = None
    at_least: int = 1
    at_most: int | None = None

    def __post_init__(self) -> None:
        _check(self.fact, self.of, *self.where)
        if self.of not in ("amount", "quantity", "mood"):
            raise ValueError(f"{self.of} cannot be added up")
        _check_limits(self.at_least, self.at_most)

    def ask(self, subject: Subject) -> Answer:
        """The facts that were added up."""
        found = _matching(subject, self.fact, self.where, self.within_days)
        total = sum(getattr(each, self.of) for each in found)
        return tuple(found) if _lies_in(total, self.at_least, self.at_most) else None


@dataclass(frozen=True, slots=True)
class Value:
    """What another rule found: one of ``among``, or a number within limits."""

    word: ClassVar[str] = "value"
    name: str
    among: tuple[str, ...] = ()
    at_least: int | None = None
    at_most: int | None = None

    def __post_init__(self) -> None:
        if self.name not in VALUES:
            raise ValueError(f"no rule finds {self.name}; there is {', '.join(VALUES)}")
        if self.among and (self.at_least, self.at_most) != (None, None):
            raise ValueError("either words or limits")

    def ask(self, subject: Subject) -> Answer:
        """No facts of its own: the value has its reason already."""
        value = subject.values.get(self.name)
        if isinstance(value, int) and not self.among:
            return () if _lies_in(value, self.at_least, self.at_most) else None
        return () if value in self.among else None


@dataclass(frozen=True, slots=True)
class Known:
    """A field of the person, or of their pet, baby, skin …: one of ``among``, or anything when that is empty."""

    word: ClassVar[str] = "field"
    name: str
    among: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.name not in PERSONAL and "." not in self.name:
            raise ValueError(f"no field is called {self.name}; write entity.field, or {', '.join(PERSONAL)}")

    def ask(self, subject: Subject) -> Answer:
        """A field has no date, so there is no fact."""
        personal = self.name in PERSONAL
        told = (getattr(subject.person, self.name),) if personal else subject.person.fields.get(self.name, ())
        return () if any(value and (not self.among or value in self.among) for value in told) else None


@dataclass(frozen=True, slots=True)
class Birthday:
    """The birthday is today, or in at most so many days."""

    word: ClassVar[str] = "birthday"
    within_days: int

    def ask(self, subject: Subject) -> Answer:
        """A birthday is no fact of the ledger."""
        day = next_birthday(subject.person.birthday, subject.today)
        return () if day and (day - subject.today).days <= self.within_days else None


Condition = All | AnyOf | Not | Count | Total | Value | Known | Birthday


def _matching(subject: Subject, fact: str, where: Mapping[str, tuple[str, ...]], days: int | None) -> list[Fact]:
    found = subject.of_kind(KINDS[fact])
    if days is not None:
        since = subject.today - timedelta(days)
        found = [each for each in found if each.day > since]
    for name, among in where.items():
        found = [each for each in found if _text(getattr(each, name)) in among]
    return found


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _joined(answers: list[tuple[Fact, ...]]) -> tuple[Fact, ...]:
    """Each fact once, oldest first."""
    each = {fact.id: fact for answer in answers for fact in answer}
    return tuple(sorted(each.values(), key=lambda fact: (fact.day, fact.id)))


def _lies_in(number: int, least: int | None, most: int | None) -> bool:
    return (least is None or number >= least) and (most is None or number <= most)


def _check(fact: str, *names: str) -> None:
    if fact not in KINDS:
        raise ValueError(f"no fact is called {fact}; there is {', '.join(KINDS)}")
    if strange := [name for name in names if name not in _names(KINDS[fact])]:
        raise ValueError(f"a {fact} has no {', '.join(strange)}; it has {', '.join(_names(KINDS[fact]))}")


def _check_limits(least: int, most: int | None) -> None:
    if most is not None and most < least:
        raise ValueError("at_most is below at_least")


def _names(kind: type[Fact]) -> tuple[str, ...]:
    return tuple(each.name for each in fields(kind))
