"""Care after the visit: what a guide should do for a member and by when, each with its reason.

No outreach without consent to its purpose, none on quiet days, none too soon after another: whatever the rules say,
``care_tasks`` gives no such task.
"""

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import groupby
from typing import Literal

from desktop.rules.birthdays import age, next_birthday
from desktop.rules.cadence import Cadence
from desktop.rules.consent import ConsentLine, agreed
from desktop.rules.facts import AppointmentFact, Contact, CouponFact, Fact, Person, Trial, ids_of, of
from desktop.rules.lifecycle import Lifecycle, Living
from desktop.rules.replenishment import supplies
from desktop.rules.stage import Staged
from desktop.rules.why import Why, because

CareRule = Literal["trial", "birthday", "coupon", "replenish", "appointment", "dormant", "stage"]
StageName = Literal["lost", "aware", "interested", "bought", "loyal"]
GUARDED_BELOW = 14  # years: the law asks for a guardian, so nobody calls
_DAY = timedelta(days=1)
_TURNS: dict[CareRule, int] = {"appointment": 0, "stage": 2}  # the others go between
_SLACK_DAYS = 14


@dataclass(frozen=True, slots=True)
class StageCare:
    """What to do for who is in a stage, ``after`` so many days since they last showed it. names: by language."""

    key: str
    stage: StageName
    names: dict[str, str]
    after: int


@dataclass(frozen=True, slots=True)
class CareRules:
    """In days. trial: after it. The others: before the birthday, the coupon's last day, the day a product is used up,
    the appointment. ahead: how long before it is due a task is made. off: rules that make none; besides those above
    there is ``dormant``, once cooling or lapsed, and ``stage``, of ``by_stage``. stages: of rules that are for some
    stages only. purposes: what each needs consent to."""

    trial: int = 3
    birthday: int = 7
    coupon: int = 5
    replenish: int = 5
    appointment: int = 1
    ahead: int = 7
    off: frozenset[CareRule] = frozenset()
    stages: dict[str, frozenset[StageName]] = field(default_factory=dict)
    by_stage: tuple[StageCare, ...] = ()
    purposes: dict[str, str] = field(default_factory=lambda: {
        "trial": "personal", "birthday": "marketing", "coupon": "marketing", "replenish": "marketing",
        "dormant": "marketing", "appointment": "service", "stage": "marketing",
    })  # fmt: skip


@dataclass(frozen=True, slots=True)
class Cared:
    """Of whom tasks are made. living, staged: of lifecycle and stage. lasts: days a piece of each product. known: keys
    of tasks made before, whatever became of them. planned: days on which somebody will call anyhow. cadence: the
    shop's, with the member's wishes."""

    today: date
    person: Person
    facts: tuple[Fact, ...]
    consents: tuple[ConsentLine, ...]
    living: Living | None = None
    staged: Staged | None = None
    lasts: Mapping[str, int] = field(default_factory=dict)
    known: Container[str] = frozenset()
    planned: tuple[date, ...] = ()
    cadence: Cadence = field(default_factory=Cadence)


@dataclass(frozen=True, slots=True)
class CareTask:
    """key: the same for the same reason, at every till. The title is ``care.<rule>`` in the words, with the figures of
    ``why``. due: the day to do it. until: the last day on which it still makes sense."""

    key: str
    rule: CareRule
    due: date
    until: date
    purpose: str
    why: Why


def care_tasks(cared: Cared, rules: CareRules = CareRules()) -> list[CareTask]:
    """New tasks, in the order they are due. Appointments go first: they were asked for, and do not wait for others;
    what is for everybody in a stage waits for what is for this member."""
    allowed = [wish for wish in _wishes(cared, rules) if wish.key not in cared.known and _may(cared, wish.purpose)]
    made: list[CareTask] = []
    for wish in sorted(allowed, key=lambda wish: (_TURNS.get(wish.rule, 1), wish.until, wish.key)):
        day = _day(cared, wish, [*cared.planned, *(task.due for task in made)])
        if day and day <= cared.today + timedelta(rules.ahead):
            made.append(CareTask(wish.key, wish.rule, day, wish.until, wish.purpose, wish.why))
    return sorted(made, key=lambda task: (task.due, task.key))


def _may(cared: Cared, purpose: str) -> bool:
    years = age(cared.person.birthday, cared.today)
    return agreed(cared.consents, purpose) and (years is None or years >= GUARDED_BELOW)


def _day(cared: Cared, wish: CareTask, planned: list[date]) -> date | None:
    if wish.rule == "appointment":
        return cared.cadence.last_day(wish.due, cared.today)
    contacts = [fact.day for fact in of(cared.facts, Contact, until=cared.today)]
    return cared.cadence.first_day(max(wish.due, cared.today), wish.until, [*contacts, *planned])


_Wish = tuple[CareRule, str, date, date, Why]


def _wishes(cared: Cared, rules: CareRules) -> Iterable[CareTask]:
    """What every rule would like, on the day it would like best."""
    purposes = CareRules().purposes | rules.purposes
    for rule, key, due, until, why in (
        *_trials(cared, rules.trial), *_birthday(cared, rules.birthday), *_coupons(cared, rules.coupon),
        *_supplies(cared, rules.replenish), *_appointments(cared, rules.appointment), *_dormant(cared),
        *_by_stage(cared, rules.by_stage),
    ):  # fmt: skip
        if rule not in rules.off and until >= cared.today and _is_for(cared, rules.stages.get(rule)):
            yield CareTask(f"{rule}:{key}", rule, due, until, purposes[rule], why)


def _stage(cared: Cared) -> str:
    return cared.staged.stage.name.lower() if cared.staged and cared.staged.stage is not None else ""


def _is_for(cared: Cared, stages: frozenset[StageName] | None) -> bool:
    return stages is None or _stage(cared) in stages


def _trials(cared: Cared, after: int) -> Iterable[_Wish]:
    for day, tried in groupby(of(cared.facts, Trial, until=cared.today), key=lambda trial: trial.day):
        some = list(tried)
        why = because("care_trial", ids_of(some), day=day, product=some[0].product, count=len(some))
        due = day + timedelta(after)
        yield "trial", f"{cared.person.id}:{day}", due, due + timedelta(_SLACK_DAYS), why


def _birthday(cared: Cared, ahead: int) -> Iterable[_Wish]:
    day = next_birthday(cared.person.birthday, cared.today)
    if day:
        key = f"{cared.person.id}:{day.year}"
        yield "birthday", key, day - timedelta(ahead), day, because("care_birthday", day=day)


def _coupons(cared: Cared, ahead: int) -> Iterable[_Wish]:
    for coupon in (fact for fact in cared.facts if isinstance(fact, CouponFact)):
        why = because("care_coupon", (coupon.id,), title=coupon.title, day=coupon.day)
        yield "coupon", coupon.id, coupon.day - timedelta(ahead), coupon.day, why


def _supplies(cared: Cared, ahead: int) -> Iterable[_Wish]:
    for supply in supplies(cared.today, cared.facts, cared.lasts):
        why = because("care_replenish", supply.why.facts, product=supply.product, lasts=supply.lasts, day=supply.due)
        key = f"{cared.person.id}:{supply.product}:{supply.last}"
        yield "replenish", key, supply.due - timedelta(ahead), supply.due + timedelta(_SLACK_DAYS), why


def _appointments(cared: Cared, ahead: int) -> Iterable[_Wish]:
    for each in (fact for fact in cared.facts if isinstance(fact, AppointmentFact) and fact.state == "booked"):
        why = because("care_appointment", (each.id,), day=each.day, service=each.service)
        due = max(cared.today, each.day - timedelta(ahead))
        yield "appointment", f"{each.id}:{each.day}", due, each.day - _DAY, why


def _dormant(cared: Cared) -> Iterable[_Wish]:
    if cared.living and cared.living.state in (Lifecycle.COOLING, Lifecycle.LAPSED) and cared.living.why.facts:
        key = f"{cared.living.why.facts[-1]}:{cared.living.state.name.lower()}"
        why = because("care_dormant", cared.living.why.facts, **cared.living.why.figures)
        yield "dormant", key, cared.today, cared.today + timedelta(_SLACK_DAYS), why


def _by_stage(cared: Cared, wanted: Iterable[StageCare]) -> Iterable[_Wish]:
    """Once for each time they showed it; a later one begins anew."""
    shown = cared.staged.why.facts[-1:] if cared.staged else ()
    day = next((fact.day for fact in cared.facts if fact.id in shown), None)
    for each in wanted:
        if day and each.stage == _stage(cared):
            due = day + timedelta(each.after)
            why = because(f"care_stage_{each.stage}", shown, last=day, days=each.after, **each.names)
            yield "stage", f"{each.key}:{shown[0]}", due, due + timedelta(_SLACK_DAYS), why
