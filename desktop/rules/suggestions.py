"""What to show next: at most three products, each with its reasons, from what is known of the member.

A product earns points from every reason that speaks for it; one that speaks against it takes it out. What goes with
what is counted by headquarters and given as data, so the till needs no network and no model.
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


_Reason = tuple[int, Why]


def suggestions(asked: Asked, rules: SuggestionRules = SuggestionRules()) -> tuple[Suggestion, ...]:
    """The best, at most AT_MOST; none without a reason. Whether the member agreed to it is for the caller to ask."""
    due = {each.product: each for each in asked.supplies if (each.due - asked.today).days <= rules.ahead}
    out = (_just_bought(asked, rules) - set(due)) | _declined(asked, rules)
    found = []
    for candidate in asked.candidates:
        reasons = [*_due(due.get(candidate.product), asked.today, rules), *_tried(asked, candidate, rules),
                   *_liked(asked, candidate, rules), *_together(asked, candidate, rules)]  # fmt: skip
        if reasons and candidate.product not in out and not _disliked(asked, candidate):
            ordered = sorted(reasons, key=lambda reason: (-reason[0], reason[1].rule))
            points = sum(worth for worth, _ in reasons)
            found.append(Suggestion(candidate.product, points, tuple(why for _, why in ordered)))
    return tuple(sorted(found, key=lambda each: (-each.points, each.product))[:AT_MOST])


def _just_bought(asked: Asked, rules: SuggestionRules) -> set[str]:
    since = asked.today - timedelta(rules.bought_days)
    return {each.product for each in buying(asked.facts, until=asked.today, since=since)}


def _declined(asked: Asked, rules: SuggestionRules) -> set[str]:
    since = asked.today - timedelta(rules.declined_days)
    return {each.product for each in of(asked.facts, Declined, until=asked.today, since=since)}


def _due(supply: Supply | None, today: date, rules: SuggestionRules) -> Iterable[_Reason]:
    if supply:
        passed = (today - supply.last).days
        yield rules.due, because("suggest_due", supply.why.facts, lasts=supply.lasts, passed=passed)


def _tried(asked: Asked, candidate: Candidate, rules: SuggestionRules) -> Iterable[_Reason]:
    since = asked.today - timedelta(rules.tried_days)
    trials = of(asked.facts, Trial, until=asked.today, since=since)
    tried = [trial for trial in trials if trial.product == candidate.product]
    if tried:
        yield rules.tried, because("suggest_tried", ids_of(tried), day=tried[-1].day)


def _liked(asked: Asked, candidate: Candidate, rules: SuggestionRules) -> Iterable[_Reason]:
    for fact in _latest(asked, candidate):
        if fact.sentiment == "likes":
            yield rules.liked, because("suggest_liked", (fact.id,), facet=fact.facet, value=fact.value)


def _disliked(asked: Asked, candidate: Candidate) -> bool:
    return any(fact.sentiment == "dislikes" for fact in _latest(asked, candidate))


def _latest(asked: Asked, candidate: Candidate) -> list[PreferenceFact]:
    """What was last said of each value the candidate is for."""
    said = {(fact.facet, fact.value): fact for fact in of(asked.facts, PreferenceFact, until=asked.today)}
    return [fact for (facet, value), fact in said.items() if value in candidate.fits.get(facet, ())]


def _together(asked: Asked, candidate: Candidate, rules: SuggestionRules) -> Iterable[_Reason]:
    """Only the strongest pair speaks: ten weak ones are no reason to show something."""
    bought = {each.product: each for each in buying(asked.facts, until=asked.today)}
    pairs = [pair for pair in asked.pairs if pair.product == candidate.product and pair.given in bought]
    sure = [pair for pair in pairs if pair.among >= rules.least and pair.percent > 0]
    if sure:
        best = max(sure, key=lambda pair: (pair.percent, pair.given))
        why = because("suggest_together", (bought[best.given].id,), given=best.given, percent=best.percent)
        yield best.percent * rules.together, why
