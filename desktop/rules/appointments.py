"""How an appointment stands: who came has come, whatever else was said, unless that was taken back. Pure."""

from collections.abc import Mapping
from typing import Literal

AppointmentState = Literal["booked", "cancelled", "missed", "arrived"]
REOPENED = "reopened"
_ORDER: tuple[AppointmentState, ...] = ("booked", "cancelled", "missed", "arrived")


def state_of(newest: Mapping[str, str]) -> AppointmentState:
    """The state, from the clock of the newest word of each kind: what was said before a reopening counts no more."""
    reopened = newest.get(REOPENED, "")
    return next((state for state in reversed(_ORDER) if newest.get(state, "") > reopened), "booked")


def later_state(one: AppointmentState, other: AppointmentState) -> AppointmentState:
    """The one of two states that an appointment keeps, as long as nobody reopens it."""
    return max(one, other, key=_ORDER.index)
