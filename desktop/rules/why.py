"""Why a value is what it is: the rule that gave it, the figures in its sentence, and the facts it rests on."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date


class Amount(int):
    """Minor units of the one currency the facts are in, or of a coupon's: a screen writes it as money."""


Figure = Amount | int | str | date


@dataclass(frozen=True, slots=True)
class Why:
    """rule: the sentence is ``why.<rule>`` in the words. figures: what fills its braces. facts: ids, oldest first."""

    rule: str
    figures: Mapping[str, Figure] = field(default_factory=dict)
    facts: tuple[str, ...] = ()


def because(rule: str, facts: Iterable[str] = (), **figures: Figure) -> Why:
    """A reason, in one line."""
    return Why(rule, figures, tuple(facts))
