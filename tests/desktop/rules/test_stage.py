"""AIPL: the windows by table, and what holds for any facts."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.rules.facts import Exposure, Fact, Interest, Referral, Review, Trial
from desktop.rules.stage import Stage, StageRules, stage
from tests.desktop.rules.made import TODAY, ago, bought, facts, joined, visited


@pytest.mark.parametrize(
    ("known", "expected"),
    [
        ([], None),
        ([Exposure("a", ago(14))], Stage.AWARE),
        ([Exposure("a", ago(15))], Stage.LOST),
        (visited(14), Stage.INTERESTED),
        (visited(15), Stage.LOST),
        (joined(0), Stage.INTERESTED),
        ([Trial("a", ago(3))], Stage.INTERESTED),
        ([Interest("a", ago(3))], Stage.INTERESTED),
        (visited(0) + bought(911), Stage.BOUGHT),
        (visited(0) + bought(912), Stage.INTERESTED),
        (bought(3, 3), Stage.BOUGHT),
        (bought(3, 364), Stage.LOYAL),
        (bought(3, 365), Stage.BOUGHT),
        (bought(-1), None),
        (bought(3, 40, quantity=-1), Stage.LOST),
        ([Referral("a", ago(364))], Stage.LOYAL),
        ([Review("a", ago(3))], Stage.LOYAL),
        ([Review("a", ago(3), positive=False)], Stage.LOST),
    ],
)
def test_the_highest_stage_that_fits_counts(known: list[Fact], expected: Stage | None) -> None:
    assert stage(TODAY, known).stage is expected


def test_how_many_days_make_loyal_is_a_parameter() -> None:
    three = StageRules(loyal_days=3)
    assert stage(TODAY, bought(3, 10), three).stage is Stage.BOUGHT
    assert stage(TODAY, bought(3, 10, 20), three).stage is Stage.LOYAL


def test_a_stage_names_the_facts_it_came_from() -> None:
    first, second = bought(40, 3)
    why = stage(TODAY, [second, first, *visited(1)]).why
    assert why.rule == "stage_loyal"
    assert why.facts == (first.id, second.id)
    assert why.figures == {"days": 365, "count": 2}


@given(facts, facts)
def test_one_more_fact_never_lowers_a_stage(some: list[Fact], more: list[Fact]) -> None:
    before, after = stage(TODAY, some).stage, stage(TODAY, some + more).stage
    assert before is None or (after is not None and after >= before)


@given(facts)
def test_what_is_still_to_come_says_nothing_yet(known: list[Fact]) -> None:
    assert stage(TODAY, known) == stage(TODAY, [fact for fact in known if fact.day <= TODAY])


@given(facts, st.randoms())
def test_the_order_of_facts_does_not_matter(known: list[Fact], random: Random) -> None:
    shuffled = random.sample(known, len(known))
    assert stage(TODAY, shuffled) == stage(TODAY, known)


@given(facts)
def test_every_reason_leads_to_known_facts(known: list[Fact]) -> None:
    assert set(stage(TODAY, known).why.facts) <= {fact.id for fact in known}
