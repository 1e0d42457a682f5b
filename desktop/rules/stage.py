"""AIPL: how far a member has come, from dated facts.

Source: Quick Audience "AIPL Model" (Alibaba Cloud, 2025): the highest stage that fits counts; a trial, a visit and
joining are interest, word of mouth makes loyal. The fifth outcome, lost, is of its audience flow. The windows are of
Taobao's academy; "more than 2 days" is read as two or more by most, so it is a parameter.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import IntEnum

from desktop.rules.facts import (
    Exposure,
    Fact,
    Interest,
    Joining,
    Purchase,
    Referral,
    Review,
    Trial,
    VisitDay,
    buying,
    days_of,
    ids_of,
)  # fmt: skip
from desktop.rules.spending_power import SpendingPower
from desktop.rules.why import Why, because


class Stage(IntEnum):
    """The stages in their order. LOST: was in one of them, and is in none today."""

    LOST = 0
    AWARE = 1
    INTERESTED = 2
    BOUGHT = 3
    LOYAL = 4


@dataclass(frozen=True, slots=True)
class StageRules:
    """How long a fact counts, in days, and on how many days who is loyal has bought. loyal_spending: from which band of
    spending power on, 1 to 5, buying makes loyal; 0 is from any."""

    aware_days: int = 15
    interest_days: int = 15
    purchase_days: int = 912
    loyal_window_days: int = 365
    loyal_days: int = 2
    loyal_spending: int = 0


@dataclass(frozen=True, slots=True)
class Staged:
    """stage: None when nothing is known of the member that says anything."""

    stage: Stage | None
    why: Why


_SHOWS_INTEREST = (VisitDay, Trial, Joining, Interest)
_TELLS_OTHERS = (Referral, Review)
_COUNTS = (Purchase, Exposure, *_SHOWS_INTEREST, *_TELLS_OTHERS)


def stage(
    today: date, facts: Collection[Fact], rules: StageRules = StageRules(), power: SpendingPower | None = None
) -> Staged:
    """The stage on ``today``; what comes after it does not count. power: only ``loyal_spending`` asks for it."""

    def lately(days: int) -> list[Fact]:
        return _within(known, today - timedelta(days))

    known = _within([fact for fact in facts if isinstance(fact, _COUNTS) and fact.day <= today], None)
    loyal_facts = lately(rules.loyal_window_days)
    bought = buying(loyal_facts, until=today)
    if praise := [fact for fact in loyal_facts if _is_praise(fact)]:
        return _staged(Stage.LOYAL, "stage_advocate", praise, days=rules.loyal_window_days)
    if (count := len(days_of(bought))) >= rules.loyal_days:
        return _by_spending(bought, rules, power.band if power else 0, count)
    if bought := buying(lately(rules.purchase_days), until=today):
        return _staged(Stage.BOUGHT, "stage_bought", bought, days=rules.purchase_days, last=bought[-1].day)
    if shown := [fact for fact in lately(rules.interest_days) if isinstance(fact, _SHOWS_INTEREST)]:
        return _staged(Stage.INTERESTED, "stage_interested", shown, days=rules.interest_days, last=shown[-1].day)
    if seen := [fact for fact in lately(rules.aware_days) if isinstance(fact, Exposure)]:
        return _staged(Stage.AWARE, "stage_aware", seen, days=rules.aware_days, last=seen[-1].day)
    if known:
        return _staged(Stage.LOST, "stage_lost", known[-1:], last=known[-1].day)
    return Staged(None, because("stage_unknown"))


def _by_spending(bought: Sequence[Fact], rules: StageRules, band: int, count: int) -> Staged:
    """Of who bought often enough: loyal, unless that takes more spending power."""
    days, least = rules.loyal_window_days, rules.loyal_spending
    if not least:
        return _staged(Stage.LOYAL, "stage_loyal", bought, days=days, count=count)
    if band >= least:
        return _staged(Stage.LOYAL, "stage_loyal_spending", bought, days=days, count=count, band=band, least=least)
    return _staged(Stage.BOUGHT, "stage_bought_spending", bought, days=days, count=count, band=band, least=least)


def _within(facts: Sequence[Fact], since: date | None) -> list[Fact]:
    found = [fact for fact in facts if since is None or fact.day > since]
    return sorted(found, key=lambda fact: (fact.day, fact.id))


def _is_praise(fact: Fact) -> bool:
    return isinstance(fact, Referral) or (isinstance(fact, Review) and fact.positive)


def _staged(stage: Stage, rule: str, facts: Sequence[Fact], **figures: int | date) -> Staged:
    return Staged(stage, because(rule, ids_of(facts), **figures))
