"""Whatever happens to tills, hub and network: nothing is lost, nothing counts twice, and everybody sees the same."""

from collections import Counter
from collections.abc import Iterator

import pytest

from tests.sim.deeds import DEEDS
from tests.sim.mutants import MUTANTS
from tests.sim.network import FAULTS
from tests.sim.runs import Stage, shortest
from tests.sim.steps import ALWAYS, SOMETIMES

SCHEDULES = 60
RARE = {"deed undo", "deed void", "deed recall", "deed remove_note", "deed reverse", "deed withdraw_preference"}
QUICK = ("no_dedupe", "cursor_first", "overlay_dropped", "hub_time_not_witnessed")


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    stage = Stage()
    yield stage
    stage.close()


@pytest.mark.noisy
def test_all_promises_hold_whatever_happens(stage: Stage) -> None:
    happened: Counter[str] = Counter()
    for seed in range(1, SCHEDULES + 1):
        outcome = stage.play_seed(seed)
        assert outcome.broken is None, f"seed {seed}: {outcome.broken}"
        happened += outcome.tally
    wanted = {f"deed {name}" for name in DEEDS} | {f"fault {name}" for name in FAULTS}
    wanted |= {f"step {name}" for name in {*ALWAYS, *SOMETIMES} - {"chaos"}}
    wanted |= {"end merged", "end late verdicts", "end erased", "end leases", "verdict accepted"}
    assert wanted - RARE <= happened.keys()


@pytest.mark.noisy
def test_the_same_seed_is_the_same_world(stage: Stage) -> None:
    for seed in range(100, 120):
        first, second = stage.play_seed(seed), stage.play_seed(seed)
        assert (first.trace, first.tally) == (second.trace, second.tally)
        assert first.trace


@pytest.mark.noisy
@pytest.mark.parametrize("mutant", QUICK)
def test_a_broken_program_is_noticed(stage: Stage, mutant: str) -> None:
    """The quickest to die; ``make mutants`` hunts them all."""
    assert any(stage.play_seed(seed, mutant).broken for seed in range(1, 60))


@pytest.mark.noisy
def test_what_broke_a_promise_is_told_in_few_steps(stage: Stage) -> None:
    outcome = next(told for seed in range(1, 60) if (told := stage.play_seed(seed, "overlay_dropped")).broken)
    short = shortest(stage, outcome, "overlay_dropped")
    assert short.promise == outcome.promise
    assert len(short.schedule.steps) < len(outcome.schedule.steps) / 2
    assert len(MUTANTS) >= 15
