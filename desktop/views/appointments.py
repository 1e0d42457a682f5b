"""Who will come, who has come and who did not."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Any

from sqlalchemy import Connection, Select, select
from sqlalchemy.orm import aliased

from desktop.data.appointments import Appointment
from desktop.data.catalogue import Guide
from desktop.data.members import Member
from desktop.rules.appointments import AppointmentState
from desktop.views.lookup import current_id
from desktop.views.people import masked_phone


@dataclass(frozen=True, slots=True)
class AppointmentView:
    """One appointment. phone: masked. guide: who has the time for it, None is anybody.

    clash: the name of whoever has this time of the guide because they were first; None if nobody has.
    """

    id: str
    member_id: str
    name: str
    phone: str
    service: str
    starts_at: datetime
    minutes: int
    state: AppointmentState
    guide_id: str | None
    guide: str | None
    clash: str | None

    @property
    def ends_at(self) -> datetime:
        """When the guide is free again."""
        return self.starts_at + timedelta(minutes=self.minutes)


_OTHER, _WINNER = aliased(Appointment), aliased(Member)
_VIEW = (
    select(
        Appointment.id, Appointment.member_id, Member.name, Member.phone, Member.phone_reversed, Appointment.service,
        Appointment.starts_at, Appointment.minutes, Appointment.state, Appointment.for_guide, Guide.name.label("guide"),
        Appointment.clash, _WINNER.name.label("winner"),
    )
    .join(Member, Member.id == Appointment.member_id)
    .outerjoin(Guide, Guide.id == Appointment.for_guide)
    .outerjoin(_OTHER, _OTHER.id == Appointment.clash)
    .outerjoin(_WINNER, _WINNER.id == _OTHER.member_id)
    .order_by(Appointment.starts_at, Appointment.id)
)  # fmt: skip


def find_day(
    connection: Connection, day: date, store_id: str | None, zone: tzinfo | None = None
) -> tuple[AppointmentView, ...]:
    """The appointments of one day in one store, from midnight to midnight in ``zone`` (None: the machine's)."""
    start = datetime.combine(day, time.min, zone).astimezone()
    within = Appointment.starts_at.between(start, start + timedelta(days=1) - timedelta(milliseconds=1))
    return _read(connection, _VIEW.where(within, Appointment.store_id == store_id))


def count_days(
    connection: Connection, days: Sequence[date], store_id: str | None, zone: tzinfo | None = None
) -> dict[date, int]:
    """How many are still to come on each of these days, which follow one another."""
    start = datetime.combine(days[0], time.min, zone).astimezone()
    within = Appointment.starts_at.between(start, start + timedelta(days=len(days)))
    booked = select(Appointment.starts_at).where(
        within, Appointment.state == "booked", Appointment.store_id == store_id
    )
    return Counter(at.astimezone(zone).date() for at in connection.scalars(booked))


def appointments_of(connection: Connection, member_id: str, limit: int = 20) -> tuple[AppointmentView, ...]:
    """A member's appointments in all stores that this till knows of, the earliest first; the latest ``limit``."""
    latest = select(Appointment.id).where(Appointment.member_id == current_id(connection, member_id))
    latest = latest.order_by(Appointment.starts_at.desc()).limit(limit)
    return _read(connection, _VIEW.where(Appointment.id.in_(latest)))


def _read(connection: Connection, query: Select[*tuple[Any, ...]]) -> tuple[AppointmentView, ...]:
    return tuple(
        AppointmentView(
            id=row.id, member_id=row.member_id, name=row.name, phone=masked_phone(row.phone, row.phone_reversed),
            service=row.service, starts_at=row.starts_at, minutes=row.minutes, state=row.state,
            guide_id=row.for_guide, guide=row.guide, clash=row.winner or "?" if row.clash else None,
        )
        for row in connection.execute(query)
    )  # fmt: skip
