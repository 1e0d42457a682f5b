"""Definitions as one piece of configuration, and the portrait made by them."""

import json
from datetime import date

import pytest
from hypothesis import given

from desktop.rules.definitions import STANDARD, read_definitions
from desktop.rules.facts import Fact, Person, Referral
from desktop.rules.portrait import portrait
from desktop.rules.shape import ShapeError
from tests.desktop.rules.made import TODAY, ago, bought, facts

CHEN = Person("chen")


def test_what_the_data_leaves_out_keeps_its_default() -> None:
    text = """{"version": "3", "effective": "2026-12-01", "stage": {"loyal_days": 3},
               "tiers": {"measure": "points", "tiers": [{"key": "all", "names": {}, "enter": 0, "keep": 0}]},
               "cadence": {"quiet_weekdays": [7]}}"""
    found = read_definitions(json.loads(text))
    assert (found.version, found.effective) == ("3", date(2026, 12, 1))
    assert (found.stage.loyal_days, found.stage.purchase_days) == (3, 912)
    assert (found.tiers.measure, len(found.tiers.tiers)) == ("points", 1)
    assert found.cadence.quiet_weekdays == frozenset([7])
    assert found.ltv == STANDARD.ltv


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ({"version": "3"}, "effective missing"),
        ({"version": "3", "effective": "soon"}, "effective: Invalid isoformat"),
        ({"version": 3, "effective": "2026-12-01"}, "version: str expected, not 3"),
        ({"version": "3", "effective": "2026-12-01", "rfm": {"money": [5, 4]}}, "rfm: the cuts of bands must rise"),
        ({"version": "3", "effective": "2026-12-01", "tiers": {"measure": "luck"}}, "one of spend, points expected"),
        ([], "a table expected"),
    ],
)
def test_wrong_definitions_are_refused_in_words(told: object, words: str) -> None:
    with pytest.raises(ShapeError) as refused:
        read_definitions(told)
    assert words in str(refused.value)


@given(facts)
def test_anybody_has_a_portrait(known: list[Fact]) -> None:
    found = portrait(TODAY, CHEN, tuple(known))
    assert found.version == STANDARD.version
    assert (found.rfm is None) or found.stage.stage is not None
    assert found.worth.value >= 0


def test_what_headquarters_says_of_the_tier_goes_before_the_facts() -> None:
    gold = Person("chen", tier="black")
    known = tuple(bought(3, amount=300_000))
    found = portrait(TODAY, gold, known)
    assert (found.subject.values["tier"], found.tier.tier.key) == ("black", "gold")
    assert portrait(TODAY, CHEN, known).subject.values["tier"] == "gold"


def test_tiers_may_count_points() -> None:
    tiers = {"measure": "points", "tiers": [{"key": "a", "names": {}, "enter": 0, "keep": 0},
                                            {"key": "b", "names": {}, "enter": 100, "keep": 50}]}  # fmt: skip
    rules = read_definitions({"version": "1", "effective": "2026-12-01", "tiers": tiers})
    assert portrait(TODAY, CHEN, (Referral("r", ago(3)),), definitions=rules).tier.tier.key == "b"
