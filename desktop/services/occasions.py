"""Inviting members to lectures and classes: an appointment that names the occasion."""

from desktop.appointment_events import AppointmentBooked, AppointmentCancelled
from desktop.data.appointments import Occasion
from desktop.errors import BadInput, NotFound, NotNow
from desktop.services.known import known_member
from desktop.views.occasions import seat_of
from desktop.work import Work


def invite(work: Work, occasion_id: str, member_id: str) -> str:
    """A member says that they will come; gives the appointment's id. They sit, or wait for a seat: see ``seat_of``.

    Raises NotFound ``occasion_unknown``, BadInput ``appointment_past``, NotNow ``occasion_invited``.
    """
    member, occasion = known_member(work, member_id), work.session.get(Occasion, occasion_id)
    if occasion is None:
        raise NotFound("occasion_unknown")
    if occasion.starts_at <= work.clock.now():
        raise BadInput("appointment_past")
    if seat_of(work.session.connection(), occasion_id, member.id):
        raise NotNow("occasion_invited")
    appointment_id = work.clock.new_id()
    work.note(
        AppointmentBooked(
            appointment_id=appointment_id, member_id=member.id, service=occasion.title, starts_at=occasion.starts_at,
            minutes=occasion.minutes, occasion_id=occasion.id,
        ),
        undo=AppointmentCancelled(appointment_id=appointment_id),
    )  # fmt: skip
    return appointment_id
