"""Old cards, known by the shop's own rules; and the test box that tells which rule knows a text."""

from dataclasses import dataclass

from desktop.scanning.code_rules import LegacyRule
from desktop.scanning.kinds import LegacyCard
from desktop.scanning.product_codes import is_gtin


@dataclass(frozen=True, slots=True)
class Attempt:
    """What one rule made of a text: the number, or None if it does not fit."""

    rule: str
    number: str | None


def legacy_card(text: str, rules: tuple[LegacyRule, ...]) -> LegacyCard | None:
    """The card of the first rule that fits."""
    fitting = (LegacyCard(each.rule, each.number) for each in attempts(text, rules) if each.number)
    return next(fitting, None)


def attempts(text: str, rules: tuple[LegacyRule, ...]) -> list[Attempt]:
    """What each rule makes of ``text``, in order. A mere beginning never takes a sound product code for a card."""
    product = bool(rules) and is_gtin(text)
    return [Attempt(rule.name, None if product and rule.prefix else rule.number_of(text)) for rule in rules]
