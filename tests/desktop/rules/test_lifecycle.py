"""The lifecycle: judged by the member's own rhythm."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.rules.facts import Fact
from desktop.rules.lifecycle import Lifecycle, LifecycleRules, Rhythm, lifecycle, rhythm
from tests.desktop.rules.made import TODAY, ago, bought, facts, joined, visited


@pytest.mark.parametrize(
    ("known", "expected"),
    [
        ([], None),
        (joined(30), Lifecycle.NEW),
        (joined(31), Lifecycle.ACTIVE),
        (joined(61), Lifecycle.COOLING),
        (joined(400), Lifecycle.LOST),
        (joined(400) + visited(5), Lifecycle.ACTIVE),
        (bought(5), Lifecycle.NEW),
        (bought(45), Lifecycle.ACTIVE),
        (bought(60), Lifecycle.ACTIVE),
        (bought(61), Lifecycle.COOLING),
        (bought(120), Lifecycle.COOLING),
        (bought(121), Lifecycle.LAPSED),
        (bought(240), Lifecycle.LAPSED),
        (bought(241), Lifecycle.LOST),
        (bought(3, 5), Lifecycle.ACTIVE),
        (bought(10, 36, 62, 88), Lifecycle.ACTIVE),
        (bought(30, 56, 82, 108), Lifecycle.COOLING),
        (bought(60, 86, 112, 138), Lifecycle.LAPSED),
        (bought(110, 136, 162, 188), Lifecycle.LOST),
        (bought(110, 300, 490, 680), Lifecycle.ACTIVE),
    ],
)
def test_the_same_silence_means_more_in_a_quicker_rhythm(known: list[Fact], expected: Lifecycle | None) -> None:
    assert lifecycle(TODAY, known).state is expected


@pytest.mark.parametrize(
    ("days_ago", "expected"),
    [
        ([], Rhythm(60, 0, 0)),
        ([9], Rhythm(60, 0, 0)),
        ([20, 0], Rhythm(40, 20, 1)),
        ([52, 26, 0], Rhythm(26, 0, 2)),
        ([330, 78, 52, 26, 0], Rhythm(26, 0, 4)),
        ([2, 1, 0], Rhythm(7, 0, 2)),
    ],
)
def test_one_odd_gap_does_not_change_a_rhythm(days_ago: list[int], expected: Rhythm) -> None:
    assert rhythm([ago(days) for days in days_ago]) == expected


def test_the_next_purchase_is_expected_a_gap_after_the_last() -> None:
    assert lifecycle(TODAY, bought(10, 36, 62)).due == TODAY + timedelta(16)
    assert lifecycle(TODAY, joined(10)).due is None


def test_the_reason_tells_the_rhythm() -> None:
    why = lifecycle(TODAY, bought(30, 56, 82)).why
    assert why.rule == "lifecycle_rhythm"
    assert why.figures == {"last": ago(30), "silent": 30, "gap": 26, "spread": 0}


def test_limits_that_fall_are_refused() -> None:
    with pytest.raises(ValueError, match="must not fall"):
        LifecycleRules(cooling=300)
    with pytest.raises(ValueError, match="must not fall"):
        LifecycleRules(cooling=0)


@given(facts, st.integers(0, 500))
def test_silence_never_makes_a_member_more_active(known: list[Fact], days: int) -> None:
    past = [fact for fact in known if fact.day <= TODAY]
    before, after = lifecycle(TODAY, past).state, lifecycle(TODAY + timedelta(days), past).state
    assert (before is None) == (after is None)
    assert before is None or after is None or after >= before
