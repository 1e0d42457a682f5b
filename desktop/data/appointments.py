"""Tables of who will come, and what the events about it do to them."""

from datetime import datetime

from sqlalchemy import Index, String, text, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from desktop import appointment_events as e
from desktop.data.base import Base, UtcTime
from desktop.data.projections import Touched, project, resolve
from desktop.event import Event, Stamp
from desktop.rules.appointments import AppointmentState, later_state


class Appointment(Base):
    """A member will come at ``starts_at`` for ``minutes``. state: booked, cancelled, missed, arrived.

    for_guide: who has time for them, None is anybody. clash: the appointment that has this time of the guide, because
    it was made before this one; only the hub can know. occasion_id: the lecture or class that they come to.
    """

    __tablename__ = "appointment"
    __table_args__ = (
        Index("ix_appointment_member_id", "member_id"),
        Index("ix_appointment_starts_at", "starts_at"),
        Index("ix_appointment_occasion_id", "occasion_id", sqlite_where=text("occasion_id IS NOT NULL")),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    member_id: Mapped[str]
    service: Mapped[str]
    starts_at: Mapped[datetime] = mapped_column(UtcTime)
    minutes: Mapped[int]
    state: Mapped[AppointmentState] = mapped_column(String)
    for_guide: Mapped[str | None]
    guide_id: Mapped[str | None]
    store_id: Mapped[str | None]
    visit_id: Mapped[str | None]
    clash: Mapped[str | None]
    occasion_id: Mapped[str | None]


class Occasion(Base):
    """A lecture or a class of one store, or of all, with so many seats; headquarters plans it."""

    __tablename__ = "occasion"
    __table_args__ = (Index("ix_occasion_starts_at", "starts_at"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    title: Mapped[str]
    starts_at: Mapped[datetime] = mapped_column(UtcTime)
    minutes: Mapped[int]
    seats: Mapped[int]
    place: Mapped[str]
    store_id: Mapped[str | None]


_ENDS: dict[type[Event], AppointmentState] = {
    e.AppointmentCancelled: "cancelled", e.AppointmentMissed: "missed", e.AppointmentKept: "arrived",
}  # fmt: skip


@project.register
def _(event: e.AppointmentBooked, session: Session, stamp: Stamp) -> Touched:
    session.merge(
        Appointment(
            id=event.appointment_id, member_id=resolve(session, event.member_id), service=event.service,
            starts_at=event.starts_at, minutes=event.minutes, state="booked", for_guide=event.for_guide,
            guide_id=stamp.guide_id, store_id=stamp.store_id, visit_id=None, clash=None,
            occasion_id=event.occasion_id,
        )
    )  # fmt: skip
    return {("appointment", event.appointment_id), ("member", event.member_id)}


@project.register
def _(event: e.AppointmentMoved, session: Session, stamp: Stamp) -> Touched:  # noqa: ARG001
    session.execute(
        update(Appointment)
        .where(Appointment.id == event.appointment_id, Appointment.state == "booked")
        .values(starts_at=event.starts_at, minutes=event.minutes, for_guide=event.for_guide, clash=None)
    )
    return {("appointment", event.appointment_id)}


@project.register(e.AppointmentCancelled)
@project.register(e.AppointmentMissed)
@project.register(e.AppointmentKept)
def _(event: e.AppointmentEvent, session: Session, stamp: Stamp) -> Touched:  # noqa: ARG001
    appointment = session.get(Appointment, event.appointment_id)
    if appointment is not None and appointment.state != later_state(appointment.state, _ENDS[type(event)]):
        appointment.state, appointment.clash = _ENDS[type(event)], None
        if isinstance(event, e.AppointmentKept):
            appointment.visit_id = event.visit_id
    return {("appointment", event.appointment_id)}


@project.register
def _(event: e.AppointmentReopened, session: Session, stamp: Stamp) -> Touched:  # noqa: ARG001
    session.execute(
        update(Appointment).where(Appointment.id == event.appointment_id).values(state="booked", visit_id=None)
    )
    return {("appointment", event.appointment_id)}
