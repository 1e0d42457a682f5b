"""Tiers: entering, keeping, dropping, and what is still missing."""

from datetime import timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.rules.tiers import Gain, Tier, TierRules, tier_of
from tests.desktop.rules.made import TODAY, ago

RULES = TierRules(tiers=(Tier("silver", {}, 0, 0), Tier("gold", {}, 3000, 2000), Tier("black", {}, 10000, 8000)))


def gains(*told: tuple[int, int]) -> list[Gain]:
    return [Gain(f"g{place}", ago(days), amount) for place, (days, amount) in enumerate(told)]


@pytest.mark.parametrize(
    ("told", "tier", "missing", "to_keep"),
    [
        ([], "silver", 3000, 0),
        ([(10, 2480)], "silver", 520, 0),
        ([(10, 3000)], "gold", 7000, 0),
        ([(364, 3000)], "gold", 7000, 0),
        ([(365, 3000)], "silver", 3000, 0),
        ([(400, 3000), (100, 2000)], "gold", 8000, 0),
        ([(400, 3000), (100, 1999)], "gold", 8001, 1),
        ([(500, 3000), (100, 1999)], "silver", 1001, 0),
        ([(500, 2000), (400, 1000), (100, 1000)], "gold", 9000, 1000),
        ([(500, 2000), (400, 1000), (100, 999)], "silver", 2001, 0),
        ([(400, 3000), (300, 2000), (40, 1)], "gold", 7999, 0),
        ([(360, 3000), (10, 9000)], "black", 0, 0),
        ([(700, 10000), (300, 8000)], "gold", 2000, 0),
        ([(700, 5000), (600, 5000), (300, 3000)], "black", 0, 5000),
        ([(700, 5000), (600, 5000), (300, 2999)], "gold", 7001, 0),
        ([(400, 3000), (100, 0)], "silver", 3000, 0),
        ([(10, 3000), (5, -3000)], "gold", 10000, 2000),
        ([(10, 4000), (10, -2000)], "silver", 1000, 0),
        ([(-1, 3000)], "silver", 3000, 0),
    ],
)
def test_a_tier_is_entered_kept_and_lost(told: list[tuple[int, int]], tier: str, missing: int, to_keep: int) -> None:
    found = tier_of(TODAY, gains(*told), RULES)
    assert (found.tier.key, found.missing, found.to_keep) == (tier, missing, to_keep)


def test_a_tier_says_since_when_and_when_it_is_looked_at_again() -> None:
    found = tier_of(TODAY, gains((400, 3000), (100, 2000)), RULES)
    assert (found.since, found.review) == (ago(400), ago(100) + timedelta(365))
    assert tier_of(TODAY, [], RULES).review is None


def test_a_tier_names_what_counts_today() -> None:
    found = tier_of(TODAY, gains((400, 3000), (100, 2000)), RULES)
    assert found.why.facts == ("g1",)
    assert found.why.figures == {"has": 2000, "days": 365, "tier": "gold"}


@pytest.mark.parametrize(
    "tiers",
    [(), (Tier("gold", {}, 1, 0),), (Tier("silver", {}, 0, 0), Tier("gold", {}, 5, 6)),
     (Tier("silver", {}, 0, 0), Tier("gold", {}, 0, 0))],
)  # fmt: skip
def test_a_ladder_that_does_not_rise_is_refused(tiers: tuple[Tier, ...]) -> None:
    with pytest.raises(ValueError, match=r"first tier|tiers rise"):
        TierRules(tiers=tiers)


GAINS = st.lists(st.builds(Gain, st.uuids().map(str), st.integers(0, 1200).map(ago), st.integers(1, 9000)), max_size=12)


@given(GAINS, GAINS)
def test_who_spends_more_never_stands_lower(some: list[Gain], more: list[Gain]) -> None:
    assert tier_of(TODAY, some + more, RULES).tier.enter >= tier_of(TODAY, some, RULES).tier.enter


@given(GAINS, st.integers(1, 400))
def test_a_tier_lasts_until_its_review_and_no_longer(some: list[Gain], later: int) -> None:
    now = tier_of(TODAY, some, RULES)
    then = tier_of(TODAY + timedelta(later), some, RULES)
    if now.review and TODAY + timedelta(later) < now.review:
        assert then.tier == now.tier
    elif now.review:
        assert then.tier.enter < now.tier.enter


@given(GAINS)
def test_what_is_missing_is_exactly_enough(some: list[Gain]) -> None:
    found = tier_of(TODAY, some, RULES)
    if found.next and found.missing:
        assert tier_of(TODAY, [*some, Gain("x", TODAY, found.missing)], RULES).tier.enter >= found.next.enter


@given(GAINS, st.randoms())
def test_the_order_of_gains_does_not_matter(some: list[Gain], random: Random) -> None:
    assert tier_of(TODAY, random.sample(some, len(some)), RULES) == tier_of(TODAY, some, RULES)
