"""Suggestions: at most three, each with a reason, none of what was just bought or refused."""

from datetime import timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.rules.facts import Declined, Fact, PreferenceFact, Trial
from desktop.rules.replenishment import supplies
from desktop.rules.suggestions import AT_MOST, Asked, Candidate, Pair, suggestions
from tests.desktop.rules.made import TODAY, ago, bought, facts

SUN = Candidate("sun", "care", {"need": frozenset(["sun"]), "skin": frozenset(["dry"])})
WASH, SERUM, SET = Candidate("wash"), Candidate("serum"), Candidate("set", "gift")
SHELF = (SUN, WASH, SERUM, SET)
PAIRS = (Pair("serum", "sun", 41, 200), Pair("cream", "sun", 12, 200), Pair("cream", "set", 90, 3))


def ask(*known: Fact) -> Asked:
    return Asked(TODAY, known, SHELF, PAIRS, tuple(supplies(TODAY, known)))


@pytest.mark.parametrize(
    ("known", "expected"),
    [
        ([], []),
        (bought(100, product="serum"), [("sun", 41, ["suggest_together"])]),
        (bought(100, product="cream"), [("sun", 12, ["suggest_together"])]),
        (bought(41, 86, product="wash"), [("wash", 100, ["suggest_due"])]),
        (bought(5, 50, product="wash"), []),
        ([Trial("t", ago(9), "serum")], [("serum", 60, ["suggest_tried"])]),
        ([Trial("t", ago(60), "serum")], []),
        ([Trial("t", ago(9), "serum"), *bought(3, product="serum")], [("sun", 41, ["suggest_together"])]),
        ([Trial("t", ago(9), "serum"), Declined("d", ago(3), "serum", reason="price")], []),
        ([PreferenceFact("p", ago(3), "need", "sun")], [("sun", 30, ["suggest_liked"])]),
        ([PreferenceFact("p", ago(3), "need", "sun", "dislikes")], []),
        ([PreferenceFact("p", ago(3), "need", "sun"), PreferenceFact("q", ago(3), "skin", "dry", "dislikes")], []),
        ([PreferenceFact("p", ago(9), "need", "sun", "dislikes"), PreferenceFact("q", ago(3), "need", "sun")],
         [("sun", 30, ["suggest_liked"])]),
        ([Trial("t", ago(9), "sun"), PreferenceFact("p", ago(3), "skin", "dry"), *bought(100, product="serum")],
         [("sun", 131, ["suggest_tried", "suggest_together", "suggest_liked"])]),
    ],
)  # fmt: skip
def test_a_product_is_shown_for_its_reasons(known: list[Fact], expected: list[tuple[str, int, list[str]]]) -> None:
    found = [(each.product, each.points, [why.rule for why in each.reasons]) for each in suggestions(ask(*known))]
    assert found == expected


def test_the_reason_tells_when_it_will_be_used_up() -> None:
    [wash] = suggestions(ask(*bought(41, 86, product="wash")))
    assert wash.reasons[0].figures == {"lasts": 45, "passed": 41}


CANDIDATES = st.lists(
    st.builds(
        Candidate, st.sampled_from(["p1", "p2", "p3", "p4", "p5", "p6"]), st.just(""),
        st.sampled_from([{}, {"skin": frozenset(["dry"])}, {"skin": frozenset(["oily", "dry"])}]),
    ),
    unique_by=lambda each: each.product,
).map(tuple)  # fmt: skip
ANY_PAIRS = st.lists(
    st.builds(Pair, st.sampled_from(["p1", "p2"]), st.sampled_from(["p3", "p4", "p5"]), st.integers(0, 100),
              st.integers(0, 99)),
).map(tuple)  # fmt: skip


@given(facts, CANDIDATES, ANY_PAIRS)
def test_there_are_at_most_three_each_with_a_reason_that_leads_to_facts(
    known: list[Fact], candidates: tuple[Candidate, ...], pairs: tuple[Pair, ...]
) -> None:
    found = suggestions(Asked(TODAY, known, candidates, pairs, tuple(supplies(TODAY, known))))
    refused = {each.product for each in known if isinstance(each, Declined) and ago(90) < each.day <= TODAY}
    assert len(found) <= AT_MOST
    assert {each.product for each in found} <= {each.product for each in candidates} - refused
    for reason in (why for each in found for why in each.reasons):
        assert reason.facts
        assert set(reason.facts) <= {fact.id for fact in known if fact.day <= TODAY}


@given(facts, CANDIDATES, ANY_PAIRS, st.randoms())
def test_the_order_of_what_is_known_does_not_matter(
    known: list[Fact], candidates: tuple[Candidate, ...], pairs: tuple[Pair, ...], random: Random
) -> None:
    asked = Asked(TODAY, known, candidates, pairs)
    mixed = Asked(TODAY, random.sample(known, len(known)), tuple(random.sample(candidates, len(candidates))),
                  tuple(random.sample(pairs, len(pairs))))  # fmt: skip
    assert suggestions(mixed) == suggestions(asked)


def test_what_was_bought_long_ago_may_be_shown_again() -> None:
    known = [*bought(91, product="sun"), PreferenceFact("p", TODAY - timedelta(3), "need", "sun")]
    assert [each.product for each in suggestions(ask(*known))] == ["sun"]
