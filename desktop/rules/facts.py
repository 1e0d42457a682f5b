"""What the rules read of one member: small dated facts, each with the id of the row it came from.

A till makes them from its tables, the hub from its documents; the rules cannot tell which. Days are the store's,
money is minor units of one currency, which whoever makes the facts has chosen: amounts of two are never added.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Literal, TypeVar

Sentiment = Literal["likes", "dislikes", "neutral"]


@dataclass(frozen=True, slots=True)
class Fact:
    """Something that happened on a day; ``id`` is that of its row."""

    id: str
    day: date


@dataclass(frozen=True, slots=True)
class Purchase(Fact):
    """A product bought. amount: what was paid for all of them. Brought back: quantity and amount are negative."""

    amount: int
    product: str = ""
    category: str = ""
    quantity: int = 1
    channel: str = "store"


@dataclass(frozen=True, slots=True)
class Trial(Fact):
    """A product tried, or a sample of it taken home."""

    product: str = ""
    category: str = ""


@dataclass(frozen=True, slots=True)
class Declined(Fact):
    """A product that was not wanted, and why."""

    product: str = ""
    category: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class VisitDay(Fact):
    """A visit that was served. mood: how content they left, 1 to 5, 0 if nobody asked."""

    channel: str = "store"
    mood: int = 0


@dataclass(frozen=True, slots=True)
class Joining(Fact):
    """The member enrolled."""

    channel: str = ""


@dataclass(frozen=True, slots=True)
class Exposure(Fact):
    """The brand was seen, no more: a message sent, a poster's code scanned, an invitation."""

    channel: str = ""


@dataclass(frozen=True, slots=True)
class Interest(Fact):
    """They came nearer without a visit: a wish list, an appointment made, a sample asked for."""

    kind: str = ""


@dataclass(frozen=True, slots=True)
class Referral(Fact):
    """Somebody joined because of this member."""


@dataclass(frozen=True, slots=True)
class Review(Fact):
    """The member said in public what they think."""

    positive: bool = True
    product: str = ""


@dataclass(frozen=True, slots=True)
class PreferenceFact(Fact):
    """Something that was learned of the member."""

    facet: str = ""
    value: str = ""
    sentiment: Sentiment = "likes"


@dataclass(frozen=True, slots=True)
class Contact(Fact):
    """A guide reached out to the member: a call, a message."""

    channel: str = ""


@dataclass(frozen=True, slots=True)
class AppointmentFact(Fact):
    """An appointment on that day, future ones too. state: booked, cancelled, missed, arrived."""

    service: str = ""
    state: str = "booked"


@dataclass(frozen=True, slots=True)
class CouponFact(Fact):
    """A coupon that may still be used; ``day`` is the last on which it may."""

    title: str = ""


@dataclass(frozen=True, slots=True)
class Person:
    """What is known of a member that has no date. birthday: MM-DD or YYYY-MM-DD.

    fields: by ``kind.field`` of the trade's entities, such as ``pet.species``; each may have several values.
    """

    id: str
    birthday: str = ""
    gender: str = ""
    channel: str = ""
    store: str = ""
    tier: str = ""
    fields: dict[str, tuple[str, ...]] = field(default_factory=dict)


F = TypeVar("F", bound=Fact)


def of(facts: Iterable[Fact], kind: type[F], *, until: date, since: date | None = None) -> list[F]:
    """The facts of one kind after ``since`` (not on it) and not after ``until``, oldest first."""
    found = [fact for fact in facts if isinstance(fact, kind) and fact.day <= until]
    return sorted((fact for fact in found if since is None or fact.day > since), key=lambda fact: (fact.day, fact.id))


def buying(facts: Iterable[Fact], *, until: date, since: date | None = None) -> list[Purchase]:
    """The purchases that were not a return, oldest first."""
    return [each for each in of(facts, Purchase, until=until, since=since) if each.quantity > 0]


def days_of(facts: Iterable[Fact]) -> list[date]:
    """Each day once, in order."""
    return sorted({fact.day for fact in facts})


def ids_of(facts: Iterable[Fact]) -> tuple[str, ...]:
    """Where a reason leads to, each row once."""
    return tuple(dict.fromkeys(fact.id for fact in facts))
