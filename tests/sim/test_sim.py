"""Whatever happens to tills, hub and network: nothing is lost, nothing counts twice, and everybody sees the same.

Here a few schedules; ``make sim`` plays many, and ``make mutants`` sees that they would notice a broken program.
"""

from collections.abc import Iterator

import pytest

from tests.sim.mutants import MUTANTS
from tests.sim.runs import Stage, shortest

SEEDS = range(1, 13)


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    stage = Stage()
    yield stage
    stage.close()


@pytest.mark.noisy
def test_all_promises_hold_whatever_happens(stage: Stage) -> None:
    outcomes = [stage.play_seed(seed) for seed in SEEDS]
    assert [f"seed {told.schedule.seed}: {told.broken}" for told in outcomes if told.broken] == []
    happened = {what for told in outcomes for what in told.tally}
    assert happened >= {"fault lose_reply", "fault repeat", "step hub_restore", "step clone", "step image"}
    assert happened >= {"end merged", "end erased", "end leases", "verdict accepted"}


@pytest.mark.noisy
def test_the_same_seed_is_the_same_world(stage: Stage) -> None:
    once, again = ([stage.play_seed(seed) for seed in SEEDS[:4]] for _ in range(2))
    assert [(told.trace, told.tally) for told in again] == [(told.trace, told.tally) for told in once]
    assert len({told.trace for told in once}) == 4


@pytest.mark.noisy
def test_a_broken_program_is_noticed_and_told_in_few_steps(stage: Stage) -> None:
    outcome = next(told for seed in SEEDS if (told := stage.play_seed(seed, "no_dedupe")).broken)
    short = shortest(stage, outcome, "no_dedupe", tries=8)
    assert short.promise == outcome.promise
    assert len(short.schedule.steps) < len(outcome.schedule.steps)
    assert len(MUTANTS) >= 15
