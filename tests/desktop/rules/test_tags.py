"""Tags as data: what may be asked, what is refused, and why a tag stands."""

import tomllib
from datetime import timedelta
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.rules.birthdays import age, next_birthday
from desktop.rules.conditions import All as AllOf
from desktop.rules.conditions import AnyOf, Condition, Not, Subject
from desktop.rules.facts import Fact, Person, PreferenceFact, Trial, VisitDay
from desktop.rules.shape import ShapeError, build
from desktop.rules.tags import HandTag, TagRule, tags
from tests.desktop.rules.made import TODAY, ago, bought, facts

CHEN = Person("chen", birthday="1990-12-08", channel="wechat", fields={"pet.species": ("cat", "dog")})


def subject(*known: Fact, **values: int | str) -> Subject:
    return Subject(TODAY, CHEN, known, values)


def rule(when: str, **told: Any) -> TagRule:
    """A rule whose condition is written as headquarters would write it."""
    plain = {"key": "k", "family": "behaviour", "names": {"zh": "新", "en": "new"}, **told}
    return build(TagRule, plain | {"when": tomllib.loads(f"when = {when}")["when"]}, "tag")


def holds(when: str, *known: Fact, **values: int | str) -> bool:
    return bool(tags(subject(*known, **values), [rule(when)]))


TRIALS = [Trial("t1", ago(5), "p1", "serum"), Trial("t2", ago(50), "p2", "serum"), Trial("t3", ago(500), "p1", "cream")]


@pytest.mark.parametrize(
    ("when", "expected"),
    [
        ('{count = {fact = "trial"}}', True),
        ('{count = {fact = "trial", at_least = 4}}', False),
        ('{count = {fact = "trial", at_most = 2}}', False),
        ('{count = {fact = "trial", within_days = 50, at_least = 2}}', False),
        ('{count = {fact = "trial", within_days = 51, at_least = 2}}', True),
        ('{count = {fact = "trial", where = {category = ["cream"]}}}', True),
        ('{count = {fact = "trial", where = {category = ["cream"]}, within_days = 365}}', False),
        ('{count = {fact = "trial", distinct = "product", at_least = 3}}', False),
        ('{count = {fact = "purchase", at_least = 0, at_most = 0}}', True),
        ('{sum = {fact = "purchase", of = "amount"}}', False),
        ('{not = {count = {fact = "purchase"}}}', True),
        ('{all = [{count = {fact = "trial"}}, {count = {fact = "purchase"}}]}', False),
        ('{any = [{count = {fact = "trial"}}, {count = {fact = "purchase"}}]}', True),
        ('{value = {name = "lifecycle", among = ["cooling", "lapsed"]}}', True),
        ('{value = {name = "lifecycle", among = ["active"]}}', False),
        ('{value = {name = "gap_days", at_most = 30}}', True),
        ('{value = {name = "advocacy", at_least = 1}}', False),
        ('{field = {name = "channel", among = ["wechat"]}}', True),
        ('{field = {name = "pet.species", among = ["dog"]}}', True),
        ('{field = {name = "pet.breed"}}', False),
        ("{birthday = 17}", True),
        ("{birthday = 16}", False),
    ],
)
def test_a_question_is_answered_from_the_facts(when: str, expected: bool) -> None:
    assert holds(when, *TRIALS, lifecycle="cooling", gap_days=26) is expected


def test_what_was_paid_is_added_up() -> None:
    when = '{sum = {fact = "purchase", of = "amount", within_days = 365, at_least = 30000}}'
    assert holds(when, *bought(10, 20, 30))
    assert not holds(when, *bought(10, 20, 400))


@pytest.mark.parametrize(
    ("when", "told"),
    [
        ('{count = {fact = "dream"}}', "tag.when.count: no fact is called dream"),
        ('{count = {fact = "trial", where = {colour = ["red"]}}}', "a trial has no colour"),
        ('{count = {fact = "trial", at_least = "3"}}', "tag.when.count.at_least: int expected, not '3'"),
        ('{count = {fact = "trial", at_least = true}}', "tag.when.count.at_least: int expected, not True"),
        ('{count = {fact = "trial", atleast = 3}}', "tag.when.count: nothing is called atleast"),
        ('{count = {fact = "trial", at_least = 3, at_most = 2}}', "at_most is below at_least"),
        ("{count = {}}", "tag.when.count: fact missing"),
        ('{eval = "1"}', "tag.when: one of all, any, not, count, sum, value, field, birthday expected, not eval"),
        ('{all = [{not = {eval = "1"}}]}', "tag.when.all.conditions[0].not.condition: one of all"),
        ('{sum = {fact = "trial", of = "product"}}', "product cannot be added up"),
        ('{value = {name = "luck", among = ["good"]}}', "no rule finds luck"),
        ('{field = {name = "luck"}}', "no field is called luck"),
        ("{all = 3}", "a list expected, not 3"),
    ],
)
def test_a_wrong_definition_is_refused_in_words(when: str, told: str) -> None:
    with pytest.raises(ShapeError) as refused:
        rule(when)
    assert told in str(refused.value)


def test_a_name_tells_only_what_rules_find() -> None:
    for name in ("{gap_days.__class__}", "{luck}", "{}", "{0}"):
        with pytest.raises(ShapeError, match="no rule finds"):
            rule("{birthday = 3}", names={"zh": name, "en": name})


def test_a_tag_says_since_when_until_when_and_why() -> None:
    tag = tags(subject(*TRIALS), [rule('{count = {fact = "trial", within_days = 90}}', lasts_days=30)])[0]
    assert (tag.source, tag.day, tag.expires) == ("rule", ago(5), ago(5) + timedelta(30))
    assert tag.why.facts == ("t2", "t1")


def test_a_tag_ends_with_its_last_day() -> None:
    definition = rule('{count = {fact = "trial"}}', lasts_days=5)
    assert not tags(subject(Trial("a", ago(5))), [definition])
    assert tags(subject(Trial("a", ago(4))), [definition])


def test_a_name_takes_its_figure_and_waits_for_it() -> None:
    definition = rule("{not = {birthday = 1}}", names={"zh": "复购周期 {gap_days} 天", "en": "every {gap_days} days"})
    assert tags(subject(gap_days=26), [definition])[0].names["zh"] == "复购周期 26 天"
    assert not tags(subject(), [definition])


def test_tags_by_hand_stand_beside_those_of_rules() -> None:
    by_hand = [
        HandTag("h1", ago(9), "新", "scene", "lin"),
        HandTag("h2", ago(3), "送礼", "scene", "lin", until=TODAY),
        HandTag("h3", ago(1), "怕痒", "preference", "zhou", until=TODAY + timedelta(1)),
    ]
    found = tags(subject(*TRIALS), [rule('{count = {fact = "trial"}}')], by_hand)
    assert [(tag.names["zh"], tag.source) for tag in found] == [("新", "rule"), ("怕痒", "hand"), ("新", "hand")]
    assert found[2].why.figures == {"guide": "lin", "day": ago(9)}


def test_a_preference_is_asked_by_facet_and_value() -> None:
    when = '{count = {fact = "preference", where = {facet = ["skin"], value = ["干皮"], sentiment = ["likes"]}}}'
    assert holds(when, PreferenceFact("a", ago(3), "skin", "干皮"))
    assert not holds(when, PreferenceFact("a", ago(3), "skin", "干皮", "dislikes"))


def test_figures_and_truth_are_asked_as_text() -> None:
    assert holds('{count = {fact = "visit", where = {mood = ["1", "2"]}}}', VisitDay("a", ago(1), mood=2))


CONDITIONS = st.sampled_from(
    [
        rule('{count = {fact = "trial", within_days = 90}}').when,
        rule('{count = {fact = "purchase", at_least = 2, distinct = "day"}}').when,
        rule('{sum = {fact = "purchase", of = "amount", at_least = 90000}}').when,
        rule('{count = {fact = "visit", at_most = 3, at_least = 0}}').when,
        rule('{count = {fact = "review", where = {positive = ["true"]}}}').when,
    ]
)


@given(facts, CONDITIONS, CONDITIONS)
def test_all_any_and_not_keep_de_morgan_s_laws(known: list[Fact], one: Condition, other: Condition) -> None:
    def yes(condition: Condition) -> bool:
        return condition.ask(subject(*known)) is not None

    assert yes(Not(one)) is not yes(one)
    assert yes(Not(AllOf((one, other)))) is yes(AnyOf((Not(one), Not(other))))
    assert yes(Not(AnyOf((one, other)))) is yes(AllOf((Not(one), Not(other))))


@given(facts, CONDITIONS, st.randoms())
def test_an_answer_does_not_depend_on_the_order(known: list[Fact], condition: Condition, random: Random) -> None:
    shuffled = random.sample(known, len(known))
    assert condition.ask(subject(*shuffled)) == condition.ask(subject(*known))


def test_the_next_birthday_may_be_today_and_knows_leap_years() -> None:
    assert next_birthday("11-21", TODAY) == TODAY
    assert next_birthday("1990-11-20", TODAY) == ago(1).replace(year=2027)
    assert next_birthday("02-29", TODAY) == TODAY.replace(year=2027, month=2, day=28)
    assert next_birthday("", TODAY) is None
    assert [age("1990-11-21", TODAY), age("1990-11-22", TODAY), age("11-22", TODAY)] == [36, 35, None]
