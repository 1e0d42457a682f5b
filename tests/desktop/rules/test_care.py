"""Care tasks: what is made when, and what is never made."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import combinations
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.rules.cadence import Cadence
from desktop.rules.care import Cared, CareRules, CareTask, StageCare, care_tasks
from desktop.rules.consent import PURPOSES, ConsentLine, agreed
from desktop.rules.facts import AppointmentFact, Contact, CouponFact, Fact, Person, Purchase, Trial
from desktop.rules.lifecycle import lifecycle
from desktop.rules.replenishment import supplies
from desktop.rules.stage import stage
from desktop.rules.wishes import Wishes
from tests.desktop.rules.made import TODAY, ago, bought

CHEN = Person("chen", birthday="12-08")
AGREED = tuple(ConsentLine(purpose, purpose, True, frozenset()) for purpose in PURPOSES)


def in_days(days: int) -> date:
    return TODAY + timedelta(days)


def cared(*known: Fact, person: Person = CHEN, consents: tuple[ConsentLine, ...] = AGREED) -> Cared:
    return Cared(TODAY, person, known, consents, lifecycle(TODAY, known))


def told(tasks: list[CareTask]) -> list[tuple[str, date]]:
    return [(task.rule, task.due) for task in tasks]


NOBODY = Person("nobody")


@pytest.mark.parametrize(
    ("known", "expected"),
    [
        ([Trial("a", ago(1))], [("trial", in_days(2))]),
        ([Trial("a", ago(10))], [("trial", TODAY)]),
        ([Trial("a", ago(17))], [("trial", TODAY)]),
        ([Trial("a", ago(18))], []),
        ([Trial("a", ago(1)), Trial("b", ago(1))], [("trial", in_days(2))]),
        ([CouponFact("c", in_days(12), "满300减50")], [("coupon", in_days(7))]),
        ([CouponFact("c", in_days(13), "满300减50")], []),
        ([CouponFact("c", TODAY, "满300减50")], [("coupon", TODAY)]),
        ([CouponFact("c", ago(1), "满300减50")], []),
        ([AppointmentFact("a", in_days(1))], [("appointment", TODAY)]),
        ([AppointmentFact("a", in_days(8))], [("appointment", in_days(7))]),
        ([AppointmentFact("a", in_days(9))], []),
        ([AppointmentFact("a", TODAY)], []),
        ([AppointmentFact("a", in_days(1), state="cancelled")], []),
        (bought(41, 86, product="wash"), [("replenish", TODAY)]),
        (bought(5, 50, product="wash"), []),
        (bought(61), [("dormant", TODAY)]),
        (bought(300), []),
    ],
)
def test_a_task_is_made_when_its_rule_says_so(known: list[Fact], expected: list[tuple[str, date]]) -> None:
    assert told(care_tasks(cared(*known, person=NOBODY))) == expected


def test_a_birthday_is_told_once_a_year() -> None:
    tomorrow = Person("chen", birthday="1990-11-22")
    [task] = care_tasks(cared(person=tomorrow))
    assert (task.key, task.due, task.until) == ("birthday:chen:2026", TODAY, in_days(1))
    assert care_tasks(replace(cared(person=tomorrow), known=frozenset([task.key]))) == []


def test_a_task_says_why() -> None:
    [task] = care_tasks(cared(Trial("t1", ago(1), "p1"), Trial("t2", ago(1), "p2"), person=NOBODY))
    assert task.why.facts == ("t1", "t2")
    assert task.why.figures == {"day": ago(1), "product": "p1", "count": 2}


def test_a_rule_can_be_switched_off() -> None:
    known = [Trial("a", ago(1)), AppointmentFact("p", in_days(9))]
    rules = CareRules(off=frozenset(["trial"]), ahead=14)
    assert told(care_tasks(cared(*known, person=NOBODY), rules)) == [("appointment", in_days(8))]


def test_two_calls_are_a_week_apart_and_an_appointment_goes_first() -> None:
    known = [Trial("a", ago(3)), CouponFact("c", in_days(20)), AppointmentFact("p", in_days(4))]
    rules = CareRules(coupon=20, ahead=14)
    assert told(care_tasks(cared(*known, person=NOBODY), rules)) == [
        ("appointment", in_days(3)),
        ("trial", in_days(10)),
    ]


def test_a_call_waits_until_the_last_one_is_a_week_ago() -> None:
    known = [Trial("a", ago(3)), Contact("k", ago(5))]
    assert told(care_tasks(cared(*known, person=NOBODY))) == [("trial", in_days(2))]


def test_a_quiet_day_moves_a_call_on_and_a_reminder_back() -> None:
    # TODAY is a Saturday
    sunday = replace(cared(Trial("a", ago(2)), person=NOBODY), cadence=Cadence(quiet_weekdays=frozenset([7])))
    assert told(care_tasks(sunday)) == [("trial", in_days(2))]
    monday = replace(sunday, facts=(AppointmentFact("p", in_days(2)),))
    assert told(care_tasks(monday)) == [("appointment", TODAY)]


def test_a_member_s_wish_only_makes_it_quieter() -> None:
    shop = Cadence(gap_days=7, quiet_weekdays=frozenset([7]))
    tuesday = Wishes(days=frozenset([2, 7]), gap=3, quiet=((TODAY, in_days(1)),))
    assert shop.with_wishes(tuesday) == Cadence(
        gap_days=7, quiet_weekdays=frozenset([1, 3, 4, 5, 6, 7]), quiet_days=frozenset(["2026-11-21", "2026-11-22"])
    )
    assert shop.with_wishes(Wishes(gap=30)).gap_days == 30
    assert shop.with_wishes(Wishes()) == shop
    assert Cadence(quiet_days=frozenset(["11-21", "2026-11-22"])).is_quiet(TODAY)


def test_nobody_calls_a_child() -> None:
    child, grown = Person("c", birthday="2012-11-22"), Person("g", birthday="2012-11-21")
    known = [Trial("a", ago(1)), AppointmentFact("p", in_days(1))]
    assert care_tasks(cared(*known, person=child)) == []
    assert care_tasks(cared(*known, person=grown)) != []


CONSENTS = st.lists(
    st.builds(
        ConsentLine, st.sampled_from("abcdef"), st.sampled_from(PURPOSES), st.booleans(),
        st.frozensets(st.sampled_from("abcdef")),
    ),
    max_size=8,
    unique_by=lambda line: line.id,
).map(tuple)  # fmt: skip
FUTURE = st.integers(-5, 40).map(in_days)
MORE = st.lists(
    st.one_of(
        st.builds(CouponFact, st.uuids().map(str), FUTURE),
        st.builds(AppointmentFact, st.uuids().map(str), FUTURE),
        st.builds(Trial, st.uuids().map(str), st.integers(0, 20).map(ago), st.just("p1")),
        st.builds(Contact, st.uuids().map(str), st.integers(0, 20).map(ago)),
        st.builds(Purchase, st.uuids().map(str), st.integers(0, 200).map(ago), st.just(100), st.sampled_from("xy")),
    ),
    max_size=12,
)
PEOPLE = st.builds(Person, st.just("m"), st.sampled_from(["", "11-25", "1990-12-01", "2015-11-30"]))
CADENCES = st.builds(
    Cadence, st.integers(1, 20), st.integers(1, 4), st.frozensets(st.integers(1, 7), max_size=6),
    st.frozensets(st.sampled_from(["11-23", "2026-11-25", "12-01"])),
)  # fmt: skip
ANYBODY = st.builds(
    lambda known, consents, person, cadence: replace(cared(*known, person=person, consents=consents), cadence=cadence),
    MORE, CONSENTS, PEOPLE, CADENCES,
)  # fmt: skip
WILLING = ANYBODY.map(lambda anybody: replace(anybody, consents=AGREED))
RULES = st.sampled_from([CareRules(), CareRules(ahead=30), CareRules(purposes={"trial": "marketing"})])


@given(ANYBODY, RULES)
def test_without_consent_there_is_no_outreach(anybody: Cared, rules: CareRules) -> None:
    for task in care_tasks(anybody, rules):
        assert agreed(anybody.consents, task.purpose)
    assert care_tasks(replace(anybody, consents=()), rules) == []


@given(WILLING, st.sampled_from(PURPOSES), RULES)
def test_a_withdrawal_ends_every_task_of_its_purpose(willing: Cared, purpose: str, rules: CareRules) -> None:
    withdrawn = replace(willing, consents=(*willing.consents, ConsentLine("w", purpose, False, frozenset())))
    assert all(task.purpose != purpose for task in care_tasks(withdrawn, rules))


@given(WILLING, RULES)
def test_no_task_is_due_on_a_quiet_day_in_the_past_or_too_late(willing: Cared, rules: CareRules) -> None:
    for task in care_tasks(willing, rules):
        assert not willing.cadence.is_quiet(task.due)
        assert TODAY <= task.due <= task.until
        assert task.due <= TODAY + timedelta(rules.ahead)


@given(WILLING, RULES)
def test_calls_keep_their_distance(willing: Cared, rules: CareRules) -> None:
    calls = [task.due for task in care_tasks(willing, rules) if task.rule != "appointment"]
    before = [fact.day for fact in willing.facts if isinstance(fact, Contact) and fact.day <= TODAY]
    gap, most = willing.cadence.gap_days, willing.cadence.a_month
    assert all(abs((one - other).days) >= gap for one, other in combinations(calls, 2))
    assert all((call - day).days >= gap for call in calls for day in before)
    assert all(sum(0 <= (other - call).days < 30 for other in calls) <= most for call in calls)


@given(WILLING, RULES)
def test_what_was_made_is_not_made_again(willing: Cared, rules: CareRules) -> None:
    first = {task.key for task in care_tasks(willing, rules)}
    again = {task.key for task in care_tasks(replace(willing, known=frozenset(first)), rules)}
    assert not first & again


@given(WILLING, st.randoms())
def test_the_order_of_facts_does_not_matter(willing: Cared, random: Random) -> None:
    shuffled = replace(willing, facts=tuple(random.sample(willing.facts, len(willing.facts))))
    assert care_tasks(shuffled) == care_tasks(willing)


@pytest.mark.parametrize(
    ("known", "expected"),
    [
        (bought(41, 86, product="w"), [("w", 45, in_days(4))]),
        (bought(41, 86, 131, 200, product="w"), [("w", 45, in_days(4))]),
        (bought(10, product="w", quantity=2) + bought(40, product="w"), [("w", 60, in_days(50))]),
        (bought(30, product="w") + bought(90, product="w", quantity=2), [("w", 30, TODAY)]),
        (bought(10, product="known"), [("known", 20, in_days(10))]),
        (bought(10, product="new"), []),
        (bought(200, 245, product="w"), []),
        (bought(10, product="w") + bought(10, product="w", quantity=-1), []),
    ],
)
def test_a_product_lasts_as_long_as_it_did(known: list[Fact], expected: list[tuple[str, int, date]]) -> None:
    found = supplies(TODAY, known, {"known": 20})
    assert [(supply.product, supply.lasts, supply.due) for supply in found] == expected


def test_care_may_fit_the_stage() -> None:
    by_stage = (
        StageCare("how", "bought", {"zh": "教用法", "en": "Show how"}, 14),
        StageCare("invite", "interested", {"zh": "邀请", "en": "Invite"}, 3),
    )
    rules = CareRules(by_stage=by_stage, stages={"dormant": frozenset(["loyal"])})
    once = cared(*bought(10), person=NOBODY)
    [task] = care_tasks(replace(once, staged=stage(TODAY, once.facts)), rules)
    assert (task.rule, task.due, task.purpose, task.why.figures["zh"]) == ("stage", in_days(4), "marketing", "教用法")
    later = replace(once, facts=(*once.facts, *bought(2)))
    assert care_tasks(replace(later, staged=stage(TODAY, later.facts)), rules) == []  # loyal by now: nothing for that
    assert care_tasks(once, rules) == []
    tried = cared(Trial("a", ago(1)), person=NOBODY)
    both = care_tasks(replace(tried, staged=stage(TODAY, tried.facts)), rules)
    assert told(both) == [("trial", in_days(2))]  # the other would be due on the same day
    silent = cared(*bought(61), person=NOBODY)
    assert care_tasks(replace(silent, staged=stage(TODAY, silent.facts)), replace(rules, by_stage=())) == []
