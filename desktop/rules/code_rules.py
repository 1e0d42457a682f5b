"""What is wrong with a shop's rules for codes: where its scale labels keep the figure, what its old cards look like."""

from collections.abc import Iterable
from typing import Protocol

from desktop.rules.safe_patterns import LONGEST_PATTERN, LOOSEST, is_too_loose, wrong_part

_SCALE_PREFIXES = ("02", *(str(prefix) for prefix in range(20, 30)))


class ScaleLabel(Protocol):
    """One layout of an EAN-13 from the shop's own scales; see ``desktop.scanning.code_rules``."""

    @property
    def prefix(self) -> str: ...
    @property
    def item_digits(self) -> int: ...
    @property
    def figure(self) -> str: ...
    @property
    def decimals(self) -> int: ...
    @property
    def inner_check(self) -> bool: ...


class OldCard(Protocol):
    """How to know an old card."""

    @property
    def name(self) -> str: ...
    @property
    def prefix(self) -> str: ...
    @property
    def pattern(self) -> str: ...


class Fault(ValueError):
    """What is wrong: a code with the facts of its sentence at a till, and a sentence for headquarters."""

    def __init__(self, code: str, told: str, **facts: object) -> None:
        super().__init__(told)
        self.code, self.facts = code, facts


def check_label(label: ScaleLabel) -> None:
    """Raises Fault ``rule_wrong_prefix`` (prefix), ``rule_wrong_layout`` (prefix)."""
    if label.prefix not in _SCALE_PREFIXES:
        told = f"a label of a scale begins with 02 or 20 to 29, not with {label.prefix!r}"
        raise Fault("rule_wrong_prefix", told, prefix=label.prefix)
    digits = 10 - label.item_digits - label.inner_check
    wanted = (4, 5) if label.inner_check else range(3, 10)
    if digits not in wanted or not 0 <= label.decimals <= (2 if label.figure == "price" else 3):
        raise Fault("rule_wrong_layout", f"the digits of prefix {label.prefix} do not add up", prefix=label.prefix)


def check_card(card: OldCard) -> None:
    """Raises Fault ``rule_name_missing``, ``rule_empty`` (name), ``rule_pattern_long`` (name, limit),
    ``rule_pattern_slow`` (name, limit), ``rule_pattern_broken`` (name, part).
    """
    name = card.name
    if not name.strip():
        raise Fault("rule_name_missing", "a rule of old cards has no name")
    if bool(card.prefix) == bool(card.pattern):
        raise Fault("rule_empty", f"{name!r} needs a prefix or a pattern, and only one of them", name=name)
    if len(card.pattern) > LONGEST_PATTERN:
        told = f"the pattern of {name!r} has more than {LONGEST_PATTERN} characters"
        raise Fault("rule_pattern_long", told, name=name, limit=LONGEST_PATTERN)
    if is_too_loose(card.pattern):
        told = f"the pattern of {name!r} has more than {LOOSEST} parts of open length or brackets, or too many |"
        raise Fault("rule_pattern_slow", told, name=name, limit=LOOSEST)
    if part := wrong_part(card.pattern):
        raise Fault("rule_pattern_broken", f"the pattern of {name!r} is wrong here: {part}", name=name, part=part)


def check_names(cards: Iterable[OldCard]) -> None:
    """Raises Fault ``rule_twice`` (name)."""
    seen: set[str] = set()
    for card in cards:
        if card.name in seen:
            raise Fault("rule_twice", f"two rules are called {card.name!r}", name=card.name)
        seen.add(card.name)
