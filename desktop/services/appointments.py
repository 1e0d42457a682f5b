"""Every change to an appointment: booked, moved, cancelled, missed, kept."""

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, select

from desktop.appointment_events import (
    AppointmentBooked,
    AppointmentCancelled,
    AppointmentKept,
    AppointmentMissed,
    AppointmentMoved,
    AppointmentReopened,
)
from desktop.data.appointments import Appointment
from desktop.data.catalogue import Guide
from desktop.errors import BadInput, NotFound, NotNow
from desktop.rules.booking import LONGEST, SHORTEST, is_allowed
from desktop.services.known import known_member
from desktop.services.people import one_line
from desktop.work import Work

_LONGEST = timedelta(minutes=LONGEST)
_NEAR = (
    select(Appointment)
    .where(Appointment.member_id == bindparam("member"), Appointment.state == "booked")
    .where(Appointment.starts_at.between(bindparam("early"), bindparam("late")))
    .order_by(Appointment.starts_at)
)
EARLY, LATE = timedelta(hours=2), timedelta(hours=4)  # of an arrival: who comes then has come for this appointment


def book(
    work: Work, member_id: str, service: str, starts_at: datetime, minutes: int, *, for_guide: str | None = None
) -> str:
    """Give a member a time of a guide, or of anybody; gives the appointment's id.

    Raises BadInput ``appointment_past``, ``appointment_minutes`` (least, most), NotFound ``guide_unknown``, NotNow
    ``slot_taken`` (guide, at) when this till knows that the guide has no time then.
    """
    member = known_member(work, member_id)
    service = one_line(service, longest=80)
    if not service:
        raise BadInput("appointment_service_missing")
    appointment_id = work.clock.new_id()
    slot = _slot(work, appointment_id, starts_at, minutes, for_guide)
    work.note(
        AppointmentBooked(appointment_id=appointment_id, member_id=member.id, service=service, **slot),
        undo=AppointmentCancelled(appointment_id=appointment_id),
    )
    return appointment_id


def move(
    work: Work, appointment_id: str, starts_at: datetime, minutes: int | None = None, *, for_guide: str | None = None
) -> None:
    """Another time, or another guide. Raises as ``book`` does, and NotNow ``appointment_over``, ``occasion_fixed``."""
    held = _booked(work, appointment_id)
    if held.occasion_id:
        raise NotNow("occasion_fixed")
    slot = _slot(work, held.id, starts_at, minutes or held.minutes, for_guide)
    before: dict[str, Any] = {"starts_at": held.starts_at, "minutes": held.minutes, "for_guide": held.for_guide}
    if slot != before:
        work.note(
            AppointmentMoved(appointment_id=held.id, **slot), undo=AppointmentMoved(appointment_id=held.id, **before)
        )


def cancel(work: Work, appointment_id: str) -> None:
    """The member will not come. Raises NotNow ``appointment_over``."""
    held = _booked(work, appointment_id)
    work.note(AppointmentCancelled(appointment_id=held.id), undo=AppointmentReopened(appointment_id=held.id))


def miss(work: Work, appointment_id: str) -> None:
    """The member did not come. Raises NotNow ``appointment_over``, ``appointment_to_come``."""
    held = _booked(work, appointment_id)
    if held.starts_at > work.clock.now():
        raise NotNow("appointment_to_come")
    work.note(AppointmentMissed(appointment_id=held.id), undo=AppointmentReopened(appointment_id=held.id))


def arrive(work: Work, member_id: str, visit_id: str) -> str | None:
    """Whoever comes about the time of their appointment has come for it; gives its id, None if there is none."""
    now = work.clock.now()
    held = work.session.scalars(_NEAR, {"member": member_id, "early": now - LATE, "late": now + EARLY}).first()
    if held is None:
        return None
    work.note(
        AppointmentKept(appointment_id=held.id, visit_id=visit_id), undo=AppointmentReopened(appointment_id=held.id)
    )
    return held.id


def _slot(work: Work, appointment_id: str, starts_at: datetime, minutes: int, for_guide: str | None) -> dict[str, Any]:
    """The time as it is kept: whole minutes, to come, and free as far as this till knows."""
    starts_at = starts_at.astimezone(UTC).replace(second=0, microsecond=0)
    if starts_at + timedelta(minutes=minutes) <= work.clock.now():
        raise BadInput("appointment_past")
    if not is_allowed(minutes):
        raise BadInput("appointment_minutes", least=SHORTEST, most=LONGEST)
    if for_guide:
        _check_free(work, appointment_id, starts_at, minutes, for_guide)
    return {"starts_at": starts_at, "minutes": minutes, "for_guide": for_guide}


def _check_free(work: Work, appointment_id: str, starts_at: datetime, minutes: int, for_guide: str) -> None:
    guide = work.session.get(Guide, for_guide)
    if guide is None or not guide.active:
        raise NotFound("guide_unknown")
    ends_at = starts_at + timedelta(minutes=minutes)
    query = select(Appointment).where(
        Appointment.for_guide == for_guide, Appointment.state == "booked", Appointment.id != appointment_id,
        Appointment.starts_at < ends_at, Appointment.starts_at > starts_at - _LONGEST,
    )  # fmt: skip
    for other in work.session.scalars(query):
        if other.starts_at + timedelta(minutes=other.minutes) > starts_at:
            raise NotNow("slot_taken", guide=guide.name, at=f"{other.starts_at.astimezone():%H:%M}")


def _booked(work: Work, appointment_id: str) -> Appointment:
    held = work.session.get(Appointment, appointment_id)
    if held is None:
        raise NotFound("appointment_unknown")
    if held.state != "booked":
        raise NotNow("appointment_over")
    return held
