"""The pure rules: consent, hybrid clock."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.rules import hlc
from desktop.rules.consent import ConsentLine, agreed


def grant(line_id: str, *seen: str) -> ConsentLine:
    return ConsentLine(line_id, "marketing", True, frozenset(seen))


def withdrawal(line_id: str) -> ConsentLine:
    return ConsentLine(line_id, "marketing", False, frozenset())


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ([], False),
        ([grant("a")], True),
        ([grant("a"), withdrawal("b")], False),
        ([grant("a"), withdrawal("b"), grant("c", "b")], True),
        ([grant("a"), withdrawal("b"), grant("c")], False),
        ([withdrawal("b"), withdrawal("d"), grant("c", "b")], False),
    ],
)
def test_a_grant_over_an_unseen_withdrawal_does_not_count(lines: list[ConsentLine], expected: bool) -> None:
    assert agreed(lines, "marketing") is expected
    assert agreed(reversed(lines), "marketing") is expected
    assert not agreed(lines, "personal")


@given(st.lists(st.integers(0, 2**44)))
def test_stamps_always_grow_whatever_the_wall_clock_does(walls: list[int]) -> None:
    stamps, last = [], ""
    for wall in walls:
        last = hlc.tick(last, wall)
        stamps.append(last)
    assert stamps == sorted(set(stamps))


@given(st.integers(0, 2**44), st.integers(0, 2**44))
def test_a_deed_comes_after_everything_that_was_read(hub_now: int, wall: int) -> None:
    assert hlc.tick(hlc.witness("", hub_now), wall) > hlc.stamp(hub_now, 0xFFFF)


def test_the_counter_runs_over_into_the_next_millisecond() -> None:
    assert hlc.tick(hlc.stamp(5, 0xFFFF), 5) == hlc.stamp(6, 0)
