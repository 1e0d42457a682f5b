"""Whatever happens to tills, hub and network: nothing is lost, nothing counts twice, and everybody sees the same.

Here a few schedules, and some ways to break the program that they notice; ``make sim`` plays many, and ``make mutants``
knows more ways.
"""

from collections import Counter
from collections.abc import Iterator

import pytest

from tests.sim.runs import Stage, shortest
from tests.sim.steps import swarm

SEEDS = range(1, 13)
SOON_DEAD = (  # within a few schedules; ``make mutants`` has the patience for the others
    "no_dedupe",
    "told_twice_counts_twice",
    "no_escrow",
    "erased_member_resurrected",
    "payload_kept_on_erasure",
    "no_erasure_ledger",
    "cursor_first",
    "overlay_dropped",
    "late_verdicts_silent",
    "refusals_dropped",
    "no_clamp",
    "no_journal",
    "nothing_sent_again",
    "epoch_ignored",
    "unknown_kinds_dropped",
)


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    stage = Stage()
    yield stage
    stage.close()


@pytest.fixture(scope="module")
def crowded() -> Iterator[Stage]:
    """Where what seldom happens meets what seldom happens."""
    stage = Stage(draw=swarm)
    yield stage
    stage.close()


@pytest.mark.noisy
def test_all_promises_hold_whatever_happens(stage: Stage) -> None:
    outcomes = [stage.play_seed(seed) for seed in SEEDS]
    assert [f"seed {told.schedule.seed}: {told.broken}" for told in outcomes if told.broken] == []
    happened = sum((told.tally for told in outcomes), Counter[str]())
    assert happened.keys() >= {
        "fault lose_reply",
        "fault repeat",
        "step hub_restore",
        "step clone",
        "step image",
        "start crash",
    }
    assert happened.keys() >= {"end merged", "end erased", "end leases", "verdict accepted"}
    assert happened["start crash"] + happened["start loss"] >= happened["step kill"] > 0


@pytest.mark.noisy
def test_all_promises_hold_where_all_misfortunes_meet(crowded: Stage) -> None:
    outcomes = [crowded.play_seed(seed) for seed in SEEDS]
    assert [f"seed {told.schedule.seed}: {told.broken}" for told in outcomes if told.broken] == []
    happened = sum((told.tally for told in outcomes), Counter[str]())
    assert happened.keys() >= {"end merged", "end erased", "end leases", "step move_till", "step clone", "step twin"}


@pytest.mark.noisy
def test_the_same_seed_is_the_same_world(stage: Stage) -> None:
    once, again = ([stage.play_seed(seed) for seed in SEEDS[:4]] for _ in range(2))
    assert [(told.trace, told.tally) for told in again] == [(told.trace, told.tally) for told in once]
    assert len({told.trace for told in once}) == 4


@pytest.mark.noisy
@pytest.mark.parametrize("mutant", SOON_DEAD)
def test_a_broken_program_is_noticed(stage: Stage, mutant: str) -> None:
    assert any(stage.play_seed(seed, mutant).broken for seed in SEEDS)


@pytest.mark.noisy
def test_what_counts_twice_is_noticed_and_told_in_few_steps(stage: Stage) -> None:
    twice = "told_twice_counts_twice"
    outcome = next(told for seed in SEEDS if (told := stage.play_seed(seed, twice)).broken)
    assert outcome.promise == "lines are counted once"
    short = shortest(stage, outcome, twice, tries=8)
    assert short.promise == outcome.promise
    assert len(short.schedule.steps) < len(outcome.schedule.steps)
