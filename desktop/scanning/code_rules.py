"""What a shop may say about codes: where its scale labels keep the figure, and what its old cards look like."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class VariablePrefix:
    """One layout of an EAN-13 from the shop's own scales: prefix, item, (check), figure, check digit of the whole.

    prefix: two digits, 02 or 20 to 29. figure: what the digits after the item mean. decimals: how many of them
    stand after the point, of the currency's unit or of kilograms. inner_check: one digit before the figure checks it.
    """

    prefix: str
    item_digits: int = 5
    figure: Literal["price", "weight"] = "price"
    decimals: int = 2
    inner_check: bool = False


@dataclass(frozen=True, slots=True)
class LegacyRule:
    """How to know an old card: by how it starts, or by a pattern that must fit all of it. One of the two is empty.

    The number is what follows the prefix, or what the pattern's brackets hold; with ``whole`` it is all of the text.
    """

    name: str
    prefix: str = ""
    pattern: str = ""
    whole: bool = False


@dataclass(frozen=True, slots=True)
class CodeRules:
    """All that can be set. The first rule of each kind that fits decides.

    separator_sent: whether this scanner is known to send the separator of GS1 codes (GS, FNC1): then a code without
    one has none, and nothing is ambiguous. element_lengths: (identifier, length) of the shop's own batches and serials.
    """

    variable: tuple[VariablePrefix, ...] = ()
    legacy: tuple[LegacyRule, ...] = ()
    separator_sent: bool = False
    element_lengths: tuple[tuple[str, int], ...] = ()


_PRICES = tuple(VariablePrefix(str(prefix)) for prefix in range(20, 30))
STANDARD = CodeRules(variable=(VariablePrefix("02", inner_check=True), *_PRICES))
