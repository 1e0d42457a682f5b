"""Which coupons a member is due now: rules on the basket, the tier, the birthday, or any question about facts."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from desktop.rules.conditions import Condition, Subject
from desktop.rules.coupon_terms import Basket
from desktop.rules.facts import Fact, ids_of
from desktop.rules.why import Amount, Why, because


@dataclass(frozen=True, slots=True)
class IssueRule:
    """Who gets a coupon of ``campaign``, and how often: one within ``once_in_days``.

    basket: minor units the basket costs at least; categories: something of these is in it. tiers: an empty set is
    all. when: anything else, such as ``{birthday = 7}``. joining: for enrolling, and for nothing else.
    """

    campaign: str
    basket: int = 0
    categories: frozenset[str] = frozenset()
    tiers: frozenset[str] = frozenset()
    when: Condition | None = None
    joining: bool = False
    once_in_days: int = 365


@dataclass(frozen=True, slots=True)
class Issued(Fact):
    """A coupon of a campaign that the member got before."""

    campaign: str = ""


@dataclass(frozen=True, slots=True)
class Due:
    """A coupon of this campaign may be given now."""

    campaign: str
    why: Why


def due(rules: Iterable[IssueRule], subject: Subject, basket: Basket, before: Iterable[Issued] = ()) -> tuple[Due, ...]:
    """What to give, in the rules' order; each campaign once."""
    got, found = list(before), dict[str, Due]()
    for rule in rules:
        why = _why(rule, subject, basket)
        if why and not _had(rule, subject, got):
            found.setdefault(rule.campaign, Due(rule.campaign, why))
    return tuple(found.values())


def _had(rule: IssueRule, subject: Subject, before: list[Issued]) -> bool:
    since = subject.today - timedelta(rule.once_in_days)
    return any(each.campaign == rule.campaign and each.day > since for each in before)


def _why(rule: IssueRule, subject: Subject, basket: Basket) -> Why | None:
    cost = sum(line.cost for line in basket.lines)
    if cost < rule.basket or (rule.tiers and subject.person.tier not in rule.tiers):
        return None
    if rule.categories and not any(line.category in rule.categories for line in basket.lines):
        return None
    facts = rule.when.ask(subject) if rule.when else ()
    return None if facts is None else because("coupon_due", ids_of(facts), cost=Amount(cost), tier=subject.person.tier)
