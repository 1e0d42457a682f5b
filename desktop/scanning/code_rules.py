"""What a shop may say about codes: where its scale labels keep the figure, and what its old cards look like."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Literal

from desktop.errors import BadInput
from desktop.rules.code_rules import Fault, check_card, check_label, check_names
from desktop.rules.safe_patterns import compiled

LONGEST_CARD = 64


@dataclass(frozen=True, slots=True)
class VariablePrefix:
    """One layout of an EAN-13 from the shop's own scales: prefix, item, (check), figure, check digit of the whole.

    prefix: two digits, 02 or 20 to 29. figure: what the digits after the item mean. decimals: how many of them
    stand after the point, at most 2 of a price and 3 of kilograms. inner_check: one digit before the figure checks it.
    Raises BadInput ``rule_wrong_prefix`` (prefix), ``rule_wrong_layout`` (prefix).
    """

    prefix: str
    item_digits: int = 5
    figure: Literal["price", "weight"] = "price"
    decimals: int = 2
    inner_check: bool = False

    def __post_init__(self) -> None:
        with _in_a_clerks_words():
            check_label(self)


@dataclass(frozen=True, slots=True)
class LegacyRule:
    """How to know an old card: by how it starts, or by a pattern that must fit all of it. One of the two is empty.

    The number is what follows the prefix, or what the pattern's brackets hold; with ``whole`` it is all of the text.
    Raises BadInput ``rule_name_missing``, ``rule_empty`` (name), ``rule_pattern_long`` (name, limit),
    ``rule_pattern_slow`` (name, limit), ``rule_pattern_broken`` (name, part).
    """

    name: str
    prefix: str = ""
    pattern: str = ""
    whole: bool = False

    def __post_init__(self) -> None:
        with _in_a_clerks_words():
            check_card(self)

    def number_of(self, text: str) -> str | None:
        """The card's number if ``text`` is such a card, else None."""
        if len(text) > LONGEST_CARD:
            return None
        number = self._after_prefix(text) if self.prefix else self._in_pattern(text)
        return text if number and self.whole else number or None

    def _after_prefix(self, text: str) -> str | None:
        size = len(self.prefix)
        return text[size:].strip() if text[:size].upper() == self.prefix.upper() else None

    def _in_pattern(self, text: str) -> str | None:
        found = compiled(self.pattern).fullmatch(text)
        if found is None:
            return None
        return next((group for group in found.groups() if group), found.group())


@dataclass(frozen=True, slots=True)
class CodeRules:
    """All that can be set. The first rule of each kind that fits decides. Raises BadInput ``rule_twice`` (name).

    separator_sent: whether this scanner is known to send the separator of GS1 codes (GS, FNC1): then a code without
    one has none, and nothing is ambiguous. element_lengths: (identifier, length) of the shop's own batches and serials,
    as many of each as there are.
    """

    variable: tuple[VariablePrefix, ...] = ()
    legacy: tuple[LegacyRule, ...] = ()
    separator_sent: bool = False
    element_lengths: tuple[tuple[str, int], ...] = ()

    def __post_init__(self) -> None:
        with _in_a_clerks_words():
            check_names(self.legacy)


@contextmanager
def _in_a_clerks_words() -> Iterator[None]:
    try:
        yield
    except Fault as fault:
        raise BadInput(fault.code, **fault.facts) from fault


_PRICES = tuple(VariablePrefix(str(prefix)) for prefix in range(20, 30))
STANDARD = CodeRules(variable=(VariablePrefix("02", inner_check=True), *_PRICES))
