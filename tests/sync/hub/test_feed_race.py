"""The feed under a crowd, on PostgreSQL: see tests/feed_race.py."""

from tests.feed_race import race
from tests.sync.hub.conftest import SERVER


def test_no_reader_misses_a_row_where_a_plain_sequence_would() -> None:
    assert SERVER is not None
    figures = race(SERVER, seconds=3)
    assert figures.missed == 0
    assert figures.naive_missed > 0
    assert figures.kills > 0
    assert figures.pushes > 0
