"""Who has the hour: two tills that booked it both hear of it, and when one moves the other has it."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest

from sync.hub.deeds import in_ms
from tests.sync.hub.builders import Sender

ATill = Callable[..., Sender]


def booked(till: Sender, appointment_id: str, at: str = "14:00", **data: Any) -> msgspec.Raw:
    """AppointmentBooked of m1 with the guide g1 for half an hour."""
    told = {"member_id": "m1", "service": "护理体验", "starts_at": f"2026-11-24T{at}:00Z", "minutes": 30}
    return till.did("AppointmentBooked", appointment_id=appointment_id, **{"for_guide": "g1", **told, **data})


def moved(till: Sender, appointment_id: str, at: str, guide: str | None = "g1") -> msgspec.Raw:
    """AppointmentMoved to another time."""
    told = {"starts_at": f"2026-11-24T{at}:00Z", "minutes": 30, "for_guide": guide}
    return till.did("AppointmentMoved", appointment_id=appointment_id, **told)


def clash(till: Sender, appointment_id: str) -> str | None:
    """Which other appointment has its time."""
    return till.body("appointment", appointment_id).get("clash")


def state(till: Sender, appointment_id: str) -> str:
    """How it stands."""
    return till.body("appointment", appointment_id)["state"]


@pytest.fixture
def pair(a_till: ATill) -> tuple[Sender, Sender]:
    one, two = a_till(), a_till()
    one.send(one.enrolled("m1"), one.enrolled("m2"))
    return one, two


@pytest.mark.parametrize("order", [1, -1])
def test_who_booked_first_has_the_hour_whoever_is_heard_first(pair: tuple[Sender, Sender], order: int) -> None:
    one, two = pair
    first = booked(one, "a1")
    one.hub.clock.forward(minutes=1)  # type: ignore[attr-defined]
    second = booked(two, "a2", "14:15", member_id="m2")
    for till, event in ((one, first), (two, second))[::order]:
        assert till.verdicts(event) == ["accepted"]
    assert (clash(one, "a1"), clash(two, "a2")) == (None, "a1")


def test_a_time_that_is_free_again_is_the_other_ones(pair: tuple[Sender, Sender]) -> None:
    one, _ = pair
    one.send(booked(one, "a1"), booked(one, "a2", member_id="m2"))
    assert clash(one, "a2") == "a1"
    one.send(moved(one, "a1", "16:00"))
    assert clash(one, "a2") is None
    one.send(moved(one, "a1", "14:00"))
    assert clash(one, "a1") == "a2"  # it gave its turn away
    one.send(one.did("AppointmentCancelled", appointment_id="a2"))
    assert clash(one, "a1") is None
    one.send(one.did("AppointmentReopened", appointment_id="a2"))
    assert clash(one, "a1") == "a2"


def test_another_guide_or_anybody_is_no_clash(pair: tuple[Sender, Sender]) -> None:
    one, _ = pair
    one.send(booked(one, "a1"), booked(one, "a2", for_guide="g2"), booked(one, "a3", for_guide=None))
    assert [clash(one, each) for each in ("a1", "a2", "a3")] == [None] * 3
    one.send(moved(one, "a2", "14:00"))
    assert clash(one, "a2") == "a1"


def test_who_came_has_come_whatever_is_heard_later(pair: tuple[Sender, Sender]) -> None:
    one, two = pair
    one.send(booked(one, "a1"))
    cancelled = two.did("AppointmentCancelled", appointment_id="a1")
    assert one.verdicts(one.did("AppointmentKept", appointment_id="a1", visit_id="v1")) == ["accepted"]
    assert two.verdicts(cancelled) == ["accepted"]
    assert (state(one, "a1"), one.body("appointment", "a1")["visit_id"]) == ("arrived", "v1")


def test_the_newest_word_on_the_time_counts(pair: tuple[Sender, Sender]) -> None:
    one, two = pair
    one.send(booked(one, "a1"))
    early, late = moved(one, "a1", "15:00"), moved(two, "a1", "16:00")
    late = msgspec.Raw(bytes(late).replace(b"-0001", b"-00ff", 1))  # its till's clock says it was later
    two.send(late)
    one.send(early)
    assert one.body("appointment", "a1")["starts_at"] == "2026-11-24T16:00:00Z"


@pytest.mark.parametrize("order", [1, -1])
def test_a_cancelled_appointment_that_was_moved_comes_back_at_its_newest_time(
    pair: tuple[Sender, Sender], order: int
) -> None:
    one, two = pair
    one.send(booked(one, "a1"), booked(one, "a2", member_id="m2"))
    one.hub.clock.forward(minutes=1)  # type: ignore[attr-defined]
    told = [(one, one.did("AppointmentCancelled", appointment_id="a1")), (two, moved(two, "a1", "16:00"))]
    for till, event in told[::order]:
        till.send(event)
    assert clash(one, "a2") is None
    one.hub.clock.forward(minutes=1)  # type: ignore[attr-defined]
    one.send(booked(one, "a3", "16:00"), one.did("AppointmentReopened", appointment_id="a1"))
    assert one.body("appointment", "a1")["starts_at"] == "2026-11-24T16:00:00Z"
    assert [clash(one, each) for each in ("a1", "a2", "a3")] == [None, None, "a1"]


def test_another_store_moves_no_appointment(a_till: ATill) -> None:
    here, there = a_till(), a_till("east")
    here.send(here.enrolled("m1"), booked(here, "a1"))
    assert there.verdicts(moved(there, "a1", "15:00")) == ["rejected:wrong_store"]
    assert there.verdicts(booked(there, "a9", member_id="nobody")) == ["parked:wait_member"]


@pytest.mark.parametrize(("days", "told"), [(29, "a1"), (31, None)])
def test_an_hour_that_is_over_for_long_is_taken_from_nobody(
    pair: tuple[Sender, Sender], days: int, told: str | None
) -> None:
    one, two = pair
    first = booked(one, "a1")
    one.hub.clock.forward(minutes=1)  # type: ignore[attr-defined]
    second = booked(two, "a2", member_id="m2")
    one.hub.clock.now = in_ms(datetime(2026, 11, 24, 14, 30, tzinfo=UTC) + timedelta(days=days))  # type: ignore[attr-defined]
    one.send(first)
    two.send(second)
    assert clash(two, "a2") == told


def test_an_erased_member_gives_their_hour_back(pair: tuple[Sender, Sender]) -> None:
    one, _ = pair
    one.send(booked(one, "a1"), booked(one, "a2", member_id="m2"))
    one.send(one.did("ErasureRequested", member_id="m1"))
    assert clash(one, "a2") is None
    assert ("appointment", "a1") not in one.own()


@pytest.mark.parametrize("wrong", [{"minutes": 0}, {"starts_at": "2026-11-24T14:00:00"}, {"service": "x" * 81}])
def test_what_is_no_appointment_is_refused(pair: tuple[Sender, Sender], wrong: dict[str, Any]) -> None:
    one, _ = pair
    assert one.verdicts(booked(one, "a1", **wrong)) == ["rejected:schema_invalid"]
