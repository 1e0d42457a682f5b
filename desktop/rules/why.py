"""Why a value is what it is: the rule that gave it, the figures in its sentence, and the facts it rests on."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

Figure = int | str | date


@dataclass(frozen=True, slots=True)
class Why:
    """rule: the sentence is ``why.<rule>`` in the words. figures: what fills its braces. facts: ids, oldest first."""

    rule: str
    figures: Mapping[str, Figure] = field(default_factory=dict)
    facts: tuple[str, ...] = ()


def because(rule: str, facts: Iterable[str] = (), **figures: Figure) -> Why:
    """A reason, in one line."""
    return Why(rule, figures, tuple(facts))
