"""First come, first served, whatever order the bookings are heard in."""

from hypothesis import given
from hypothesis import strategies as st

from desktop.rules.appointments import later_state, state_of
from desktop.rules.booking import Slot, clashes

SLOTS = st.lists(
    st.builds(lambda starts, length, clock: (starts, starts + length, f"{clock:02d}"),
              st.integers(0, 50), st.integers(1, 20), st.integers(0, 30)),
    max_size=8,
).map(lambda told: [Slot(f"a{place}", *slot) for place, slot in enumerate(told)])  # fmt: skip


@given(SLOTS, st.randoms())
def test_the_order_in_which_bookings_are_heard_changes_nothing(slots: list[Slot], chance: object) -> None:
    shuffled = sorted(slots, key=lambda _: chance.random())  # type: ignore[attr-defined]
    assert clashes(shuffled) == clashes(slots)


@given(SLOTS)
def test_those_that_stand_never_meet_and_who_lost_meets_one_that_stands(slots: list[Slot]) -> None:
    lost = clashes(slots)
    standing = {slot.id: slot for slot in slots if slot.id not in lost}
    assert not any(one.meets(two) for one in standing.values() for two in standing.values() if one is not two)
    by_id = {slot.id: slot for slot in slots}
    for loser, winner in lost.items():
        assert by_id[loser].meets(standing[winner])
        assert (standing[winner].clock, winner) < (by_id[loser].clock, loser)


def test_one_may_begin_where_the_other_ends() -> None:
    assert clashes([Slot("a", 0, 30, "1"), Slot("b", 30, 60, "2")]) == {}


def test_who_came_has_come_until_that_is_taken_back() -> None:
    assert later_state("arrived", "cancelled") == later_state("cancelled", "arrived") == "arrived"
    assert state_of({"cancelled": "5", "arrived": "3"}) == "arrived"
    assert state_of({"cancelled": "5", "arrived": "3", "reopened": "4"}) == "cancelled"
    assert state_of({"cancelled": "5", "reopened": "6"}) == "booked"
