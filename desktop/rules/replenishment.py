"""When something that was bought will be used up: by the member's own interval, or by what the product says."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from itertools import groupby, pairwise
from statistics import median

from desktop.rules.facts import Fact, Purchase, ids_of, of
from desktop.rules.why import Why, because


@dataclass(frozen=True, slots=True)
class Supply:
    """A product the member uses up. lasts: days, for all that was bought the last time. due: the day it ends."""

    product: str
    last: date
    lasts: int
    due: date
    why: Why


def supplies(today: date, facts: Collection[Fact], product_lasts: Mapping[str, int] | None = None) -> list[Supply]:
    """Of every product bought at least twice, or of which ``product_lasts`` knows days a piece; what ends first first.

    What ended longer ago than it lasted is left out: the member has found something else.
    """
    bought = sorted(of(facts, Purchase, until=today), key=lambda each: (each.product, each.day, each.id))
    found = []
    for product, some in groupby(bought, key=lambda each: each.product):
        supply = _supply(product, list(some), (product_lasts or {}).get(product))
        if supply and (today - supply.due).days <= supply.lasts:
            found.append(supply)
    return sorted(found, key=lambda supply: (supply.due, supply.product))


def _supply(product: str, bought: list[Purchase], piece_lasts: int | None) -> Supply | None:
    amounts = {day: amount for day, amount in _per_day(bought) if amount > 0}
    if not product or not amounts:
        return None
    gaps = [Fraction((later - day).days, amounts[day]) for day, later in pairwise(amounts)]
    a_piece = median(gaps) if gaps else piece_lasts
    if not a_piece:
        return None
    last = max(amounts)
    lasts = max(1, round(a_piece * amounts[last]))
    why = because("supply_own" if gaps else "supply_product", ids_of(bought), last=last, lasts=lasts)
    return Supply(product, last, lasts, last + timedelta(lasts), why)


def _per_day(bought: Iterable[Purchase]) -> Iterable[tuple[date, int]]:
    """Pieces of each day, less those brought back the same day."""
    for day, some in groupby(bought, key=lambda each: each.day):
        yield day, sum(each.quantity for each in some)
