"""How points are earned: by purchases, visits, trials, reviews, friends brought along, and by joining."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from itertools import groupby
from typing import Literal

from desktop.rules.facts import Fact, Joining, Purchase, Referral, Review, Trial, VisitDay
from desktop.rules.why import Amount, Why, because

Reason = Literal["purchase", "visit", "trial", "review", "referral", "joining"]


@dataclass(frozen=True, slots=True)
class EarnRules:
    """spend: minor units that one point costs, 0 for none; bonus: percent of a purchase's points by tier, such as 150.

    The others: points for each. trials_a_day: no more trials than these earn on one day; visits earn once a day.
    joining: is given by headquarters, once to a person.
    """

    spend: int = 100
    bonus: dict[str, int] = field(default_factory=dict)
    visit: int = 5
    trial: int = 10
    review: int = 20
    referral: int = 100
    joining: int = 0
    trials_a_day: int = 3


@dataclass(frozen=True, slots=True)
class Earning:
    """A line for the ledger. fact: the deed that earned it; a deed earns at most once, so it tells lines apart."""

    fact: str
    reason: Reason
    amount: int
    why: Why


def earned(facts: Collection[Fact], rules: EarnRules = EarnRules(), tier: str = "") -> tuple[Earning, ...]:
    """What the facts earn, oldest first. What is brought back takes as much as it had earned, at today's tier."""
    in_order = sorted(facts, key=lambda fact: (fact.day, fact.id))
    lines = [line for fact in _counting(in_order, rules) if (line := _line(fact, rules, tier)).amount]
    return tuple(lines)


def _counting(facts: Iterable[Fact], rules: EarnRules) -> Iterable[Fact]:
    """Without those that a day's limit leaves out."""
    for _, day in groupby(facts, key=lambda fact: fact.day):
        todays = list(day)
        left = [each for each in todays if isinstance(each, Trial)][rules.trials_a_day :]
        left_ids = {fact.id for fact in left + [each for each in todays if isinstance(each, VisitDay)][1:]}
        yield from (fact for fact in todays if fact.id not in left_ids)


def _line(fact: Fact, rules: EarnRules, tier: str) -> Earning:
    match fact:
        case Purchase(channel="store"):  # what another channel gives for its own is not ours to give again
            percent = rules.bonus.get(tier, 100)
            amount = _purchase_points(fact.amount, rules.spend, percent)
            return _earning(fact, "purchase", amount, spent=Amount(fact.amount), percent=percent)
        case VisitDay():
            return _earning(fact, "visit", rules.visit)
        case Trial():
            return _earning(fact, "trial", rules.trial)
        case Review():
            return _earning(fact, "review", rules.review)
        case Referral():
            return _earning(fact, "referral", rules.referral)
        case Joining():
            return _earning(fact, "joining", rules.joining)
        case _:
            return _earning(fact, "visit", 0)


def _purchase_points(amount: int, spend: int, percent: int) -> int:
    """Rounded towards nothing, so that a return takes back exactly what the purchase gave."""
    if not spend:
        return 0
    points = abs(amount) * percent // (spend * 100)
    return points if amount >= 0 else -points


def _earning(fact: Fact, reason: Reason, amount: int, **figures: int) -> Earning:
    return Earning(fact.id, reason, amount, because(f"points_{reason}", (fact.id,), amount=amount, **figures))
