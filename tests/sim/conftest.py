"""A world that tests play by hand."""

from collections.abc import Iterator

import pytest

from tests.sim.runs import Stage
from tests.sim.steps import Schedule
from tests.sim.world import World


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    stage = Stage(2)
    yield stage
    stage.close()


@pytest.fixture
def world(stage: Stage) -> Iterator[World]:
    """Two tills, one in each store; nothing happens by itself."""
    world = stage.open(Schedule(seed=0, tills=2, chaos=0.0, steps=()))
    yield world
    world.close()
