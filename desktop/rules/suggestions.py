"""What to show next: at most three products, each with its reasons, from what is known of the member.

A product earns points from every reason that speaks for it; one that speaks against it takes it out. What goes with
what was counted before and is given as data, so the till needs no network and no model.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

from desktop.rules.facts import Declined, Fact, PreferenceFact, Trial, buying, ids_of, of
from desktop.rules.replenishment import Supply
from desktop.rules.why import Why, because

AT_MOST = 3


@dataclass(frozen=True, slots=True)
class Candidate:
    """A product that can be shown. fits: values of preferences it is for, by facet."""

    product: str
    category: str = ""
    fits: dict[str, frozenset[str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Pair:
    """Of those who bought ``given``, ``percent`` also bought ``product``, counted over ``among`` members."""

    given: str
    product: str
    percent: int
    among: int


@dataclass(frozen=True, slots=True)
class SuggestionRules:
    """Points. due: the member is about to run out; tried: tried and not bought yet; liked: for each preference it
    fits; together: for each percent of those who bought both.

    tried_days: how long a trial speaks for a product. declined_days: how long a no counts. bought_days: nobody is
    shown what they have just bought. least: of members a pair was counted over. ahead: days before it runs out.
    """

    due: int = 100
    tried: int = 60
    liked: int = 30
    together: int = 1
    tried_days: int = 60
    declined_days: int = 90
    bought_days: int = 90
    least: int = 20
    ahead: int = 14


@dataclass(frozen=True, slots=True)
class Asked:
    """Of whom it is asked, and what may be suggested. supplies: what the member uses up."""

    today: date
    facts: Collection[Fact]
    candidates: tuple[Candidate, ...]
    pairs: tuple[Pair, ...] = ()
    supplies: tuple[Supply, ...] = ()


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One product; the strongest reason first."""

    product: str
    points: int
    reasons: tuple[Why, ...]


_Reason = tuple[str, int, Why]


def suggestions(asked: Asked, rules: SuggestionRules = SuggestionRules()) -> tuple[Suggestion, ...]:
    """The best, at most AT_MOST; none without a reason. Whether the member agreed to it is for the caller to ask."""
    said = _said(asked)
    out = _just_bought(asked, rules) | _declined(asked, rules) | _disliked(asked, said)
    reasons = [*_due(asked, rules), *_tried(asked, rules), *_liked(asked, said, rules), *_together(asked, rules)]
    shown = {each.product for each in asked.candidates} - out
    by_product: dict[str, list[tuple[int, Why]]] = {}
    for product, worth, why in reasons:
        if product in shown:
            by_product.setdefault(product, []).append((worth, why))
    found = [_suggestion(product, its) for product, its in by_product.items()]
    return tuple(sorted(found, key=lambda each: (-each.points, each.product))[:AT_MOST])


def _suggestion(product: str, reasons: list[tuple[int, Why]]) -> Suggestion:
    ordered = sorted(reasons, key=lambda reason: (-reason[0], reason[1].rule, reason[1].facts))
    return Suggestion(product, sum(worth for worth, _ in reasons), tuple(why for _, why in ordered))


def _just_bought(asked: Asked, rules: SuggestionRules) -> set[str]:
    """Without what will soon be used up."""
    since = asked.today - timedelta(rules.bought_days)
    bought = {each.product for each in buying(asked.facts, until=asked.today, since=since)}
    return bought - {product for product, _, _ in _due(asked, rules)}


def _declined(asked: Asked, rules: SuggestionRules) -> set[str]:
    since = asked.today - timedelta(rules.declined_days)
    return {each.product for each in of(asked.facts, Declined, until=asked.today, since=since)}


def _due(asked: Asked, rules: SuggestionRules) -> Iterable[_Reason]:
    for each in asked.supplies:
        if (each.due - asked.today).days <= rules.ahead:
            passed = (asked.today - each.last).days
            yield each.product, rules.due, because("suggest_due", each.why.facts, lasts=each.lasts, passed=passed)


def _tried(asked: Asked, rules: SuggestionRules) -> Iterable[_Reason]:
    trials: dict[str, list[Trial]] = {}
    for trial in of(asked.facts, Trial, until=asked.today, since=asked.today - timedelta(rules.tried_days)):
        trials.setdefault(trial.product, []).append(trial)
    for product, tried in trials.items():
        yield product, rules.tried, because("suggest_tried", ids_of(tried), day=tried[-1].day)


def _said(asked: Asked) -> list[PreferenceFact]:
    """What was last said of each value."""
    latest = {(fact.facet, fact.value): fact for fact in of(asked.facts, PreferenceFact, until=asked.today)}
    return list(latest.values())


def _liked(asked: Asked, said: list[PreferenceFact], rules: SuggestionRules) -> Iterable[_Reason]:
    for fact in (fact for fact in said if fact.sentiment == "likes"):
        why = because("suggest_liked", (fact.id,), facet=fact.facet, value=fact.value)
        for candidate in asked.candidates:
            if fact.value in candidate.fits.get(fact.facet, ()):
                yield candidate.product, rules.liked, why


def _disliked(asked: Asked, said: list[PreferenceFact]) -> set[str]:
    against = [fact for fact in said if fact.sentiment == "dislikes"]
    return {
        each.product for each in asked.candidates for fact in against if fact.value in each.fits.get(fact.facet, ())
    }


def _together(asked: Asked, rules: SuggestionRules) -> Iterable[_Reason]:
    """Only the strongest pair speaks for a product: ten weak ones are no reason to show it."""
    bought = {each.product: each for each in buying(asked.facts, until=asked.today)}
    best: dict[str, Pair] = {}
    for pair in sorted(asked.pairs, key=lambda pair: (pair.percent, pair.given)):
        if pair.given in bought and pair.among >= rules.least and pair.percent > 0:
            best[pair.product] = pair
    for product, pair in best.items():
        why = because("suggest_together", (bought[pair.given].id,), given=pair.given, percent=pair.percent)
        yield product, pair.percent * rules.together, why
