"""Word of mouth: what a member brings in by talking, whatever they buy themselves."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

from desktop.rules.facts import Fact, Referral, Review, ids_of, of
from desktop.rules.why import Why, because


@dataclass(frozen=True, slots=True)
class AdvocacyRules:
    """What one of each counts, and how long."""

    window_days: int = 365
    referral: int = 10
    review: int = 3


@dataclass(frozen=True, slots=True)
class Advocacy:
    """score: 0 for who has told nobody."""

    score: int
    why: Why


def advocacy(today: date, facts: Collection[Fact], rules: AdvocacyRules = AdvocacyRules()) -> Advocacy:
    """People brought along and good words in public, within the window."""
    since = today - timedelta(rules.window_days)
    friends = of(facts, Referral, until=today, since=since)
    praise = [review for review in of(facts, Review, until=today, since=since) if review.positive]
    why = because("advocacy", ids_of([*friends, *praise]), friends=len(friends), reviews=len(praise))
    return Advocacy(len(friends) * rules.referral + len(praise) * rules.review, why)
