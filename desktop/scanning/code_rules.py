"""What a shop may say about codes: where its scale labels keep the figure, and what its old cards look like."""

from dataclasses import dataclass
from typing import Literal

from desktop.errors import BadInput
from desktop.scanning.safe_patterns import LONGEST_PATTERN, LOOSEST, compiled, is_too_loose, wrong_part

LONGEST_CARD = 64

_SCALE_PREFIXES = ("02", *(str(prefix) for prefix in range(20, 30)))


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
        if self.prefix not in _SCALE_PREFIXES:
            raise BadInput("rule_wrong_prefix", prefix=self.prefix)
        digits = 10 - self.item_digits - self.inner_check
        wanted = (4, 5) if self.inner_check else range(3, 10)
        if digits not in wanted or not 0 <= self.decimals <= (2 if self.figure == "price" else 3):
            raise BadInput("rule_wrong_layout", prefix=self.prefix)


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
        if not self.name.strip():
            raise BadInput("rule_name_missing")
        if bool(self.prefix) == bool(self.pattern):
            raise BadInput("rule_empty", name=self.name)
        if len(self.pattern) > LONGEST_PATTERN:
            raise BadInput("rule_pattern_long", name=self.name, limit=LONGEST_PATTERN)
        if is_too_loose(self.pattern):
            raise BadInput("rule_pattern_slow", name=self.name, limit=LOOSEST)
        if part := wrong_part(self.pattern):
            raise BadInput("rule_pattern_broken", name=self.name, part=part)

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
        names = [rule.name for rule in self.legacy]
        for name in names:
            if names.count(name) > 1:
                raise BadInput("rule_twice", name=name)


_PRICES = tuple(VariablePrefix(str(prefix)) for prefix in range(20, 30))
STANDARD = CodeRules(variable=(VariablePrefix("02", inner_check=True), *_PRICES))
