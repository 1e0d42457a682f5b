"""Writes the reason of a rule as a sentence."""

from collections.abc import Callable, Mapping
from datetime import date

from desktop.rules.why import Amount, Figure, Why
from resources import Words


def explain(why: Why, words: Words, money: Callable[[int], str], names: Mapping[str, str] | None = None) -> str:
    """The sentence of ``why``. money: writes minor units; names: of the ids in it, such as products and guides."""
    return words(f"why.{why.rule}", **{name: _told(each, money, names or {}) for name, each in why.figures.items()})


def _told(figure: Figure, money: Callable[[int], str], names: Mapping[str, str]) -> str:
    if isinstance(figure, Amount):
        return money(figure)
    if isinstance(figure, date):
        return figure.isoformat()
    return names.get(figure, figure) if isinstance(figure, str) else str(figure)
