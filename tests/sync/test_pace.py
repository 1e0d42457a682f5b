"""A till never gives up, never hurries a hub that asked for time, and never comes together with all the others."""

import random
from collections import Counter
from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st

from sync.pace import LONGEST, Pace

SECONDS = st.floats(allow_nan=False)
OUTCOMES = st.lists(
    st.tuples(st.just("ok"), SECONDS) | st.tuples(st.just("failed"), st.none() | SECONDS), min_size=1, max_size=30
)


@dataclass
class World:
    """Time and chance, as the test says."""

    time: float = 0.0
    chance: float = 1.0

    def pace(self) -> Pace:
        return Pace(chance=lambda: self.chance, now=lambda: self.time)


def after_failures(count: int, chance: float) -> float:
    pace = World(chance=chance).pace()
    for _ in range(count):
        pace.failed()
    return pace.left()


def test_the_first_round_is_due_at_once() -> None:
    assert World().pace().is_due(news=False)


def test_delays_grow_with_full_jitter_and_stay_under_five_minutes() -> None:
    assert [after_failures(count, 1.0) for count in (1, 2, 3, 9, 5000)] == [4.0, 8.0, 16.0, 300.0, 300.0]
    assert [after_failures(count, 0.5) for count in (1, 9)] == [2.0, 150.0]
    assert after_failures(9, 0.0) == 0.0


def test_the_hub_sets_the_pace_and_gets_its_tills_spread() -> None:
    world = World()
    pace = world.pace()
    for world.chance, expected in ((0.0, 30.0), (1.0, 36.0)):
        pace.succeeded(30.0)
        assert pace.left() == expected


def test_news_do_not_wait() -> None:
    pace = World().pace()
    pace.succeeded(30.0)
    assert (pace.is_due(news=False), pace.is_due(news=True)) == (False, True)
    pace.failed()
    assert (pace.is_due(news=False), pace.is_due(news=True)) == (False, True)


def test_news_wait_when_the_hub_asked_for_time() -> None:
    world = World()
    pace = world.pace()
    pace.failed(retry_after=10.0)
    assert (pace.left(), pace.is_due(news=True)) == (12.0, False)
    world.time = 12.0
    assert pace.is_due(news=False)
    pace.failed()
    assert pace.is_due(news=True)


@given(OUTCOMES, st.floats(0.0, 1.0))
def test_a_till_that_can_reach_its_hub_tries_within_five_minutes(
    outcomes: list[tuple[str, float]], chance: float
) -> None:
    world = World(chance=chance)
    pace = world.pace()
    for what, seconds in outcomes:
        (pace.succeeded if what == "ok" else pace.failed)(seconds)
        assert 0.0 <= pace.left() <= LONGEST
        world.time += LONGEST
        assert pace.is_due(news=False)


def test_twelve_thousand_tills_come_back_one_by_one() -> None:
    """They tried in vain for an hour, each with its own chance: nobody meets a crowd."""
    tills, healed = 12_000, 3600.0
    first_contacts = [contact_after(healed, seed) for seed in range(tills)]
    seconds = Counter(int(contact - healed) for contact in first_contacts)
    assert max(first_contacts) <= healed + LONGEST
    assert max(seconds.values()) <= 3 * tills / LONGEST


def contact_after(healed: float, seed: int) -> float:
    """When a till that fails from time 0 on first tries again after ``healed``."""
    world, chances = World(), random.Random(seed)
    pace = Pace(chance=chances.random, now=lambda: world.time)
    while world.time < healed:
        pace.failed()
        world.time += pace.left()
    return world.time
