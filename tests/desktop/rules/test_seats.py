"""Seats: first come, first served, at every till alike."""

from random import Random

from hypothesis import given
from hypothesis import strategies as st

from desktop.rules.seats import Asking, Seating, seating

ASKINGS = st.lists(
    st.builds(Asking, st.uuids().map(str), st.sampled_from(["1", "2", "3"]), st.integers(1, 4)), max_size=8,
    unique_by=lambda asking: asking.id,
)  # fmt: skip
SEATS = st.integers(0, 12)


def test_who_asked_first_sits_and_the_others_wait() -> None:
    askings = [Asking("b", "2", 2), Asking("a", "1"), Asking("c", "3")]
    assert seating(askings, 3) == Seating(("a", "b"), ("c",), 0)
    assert seating(askings, 2) == Seating(("a", "c"), ("b",), 0)


@given(ASKINGS, SEATS, st.randoms())
def test_two_tills_that_heard_the_same_seat_the_same(askings: list[Asking], seats: int, random: Random) -> None:
    heard = random.sample(askings, len(askings)) + askings[:2]
    assert seating(heard, seats) == seating(askings, seats)


@given(ASKINGS, SEATS)
def test_nobody_sits_on_a_seat_that_is_not_there(askings: list[Asking], seats: int) -> None:
    found, people = seating(askings, seats), {asking.id: asking.people for asking in askings}
    assert sum(people[each] for each in found.seated) + found.free == seats
    assert sorted((*found.seated, *found.waiting)) == sorted(people)
    assert all(people[each] > found.free for each in found.waiting)


@given(ASKINGS, SEATS)
def test_who_asks_later_takes_nobody_s_seat(askings: list[Asking], seats: int) -> None:
    assert set(seating(askings, seats).seated) <= set(seating([*askings, Asking("late", "9")], seats).seated)
