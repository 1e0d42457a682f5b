"""Events about appointments: a member, a guide and an hour."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from desktop.event import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class AppointmentEvent(Event):
    """Something happened to an appointment."""

    row: ClassVar[str] = "appointment"
    key: ClassVar[str] = "appointment_id"
    appointment_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AppointmentBooked(AppointmentEvent):
    """A member will come at ``starts_at`` for ``minutes``; ``for_guide`` has time for them then, None is anybody.

    ``occasion_id``: the lecture or class that they come to.
    """

    member_id: str
    service: str
    starts_at: datetime
    minutes: int
    for_guide: str | None = None
    occasion_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AppointmentMoved(AppointmentEvent):
    """They will come at another time, or to another guide."""

    starts_at: datetime
    minutes: int
    for_guide: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AppointmentCancelled(AppointmentEvent):
    """They will not come."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AppointmentMissed(AppointmentEvent):
    """They did not come."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AppointmentKept(AppointmentEvent):
    """They came, and were served in this visit; that wins over whatever else was said."""

    visit_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AppointmentReopened(AppointmentEvent):
    """That they cancelled, did not come or came was a mistake."""
