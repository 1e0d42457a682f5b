"""Lectures and classes: who has a seat, who waits for one, and who has come."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Connection, or_, select

from desktop.data.appointments import Appointment, Occasion
from desktop.data.members import Member
from desktop.rules.seats import Asking, seating
from desktop.views.people import masked_phone


@dataclass(frozen=True, slots=True)
class Guest:
    """Somebody who said they would come. seat: sits or waits; arrived: they have come."""

    appointment_id: str
    member_id: str
    name: str
    phone: str
    seat: Literal["sits", "waits"]
    arrived: bool


@dataclass(frozen=True, slots=True)
class OccasionView:
    """One lecture or class. guests: who asked first is first; free: seats that nobody has."""

    id: str
    title: str
    starts_at: datetime
    minutes: int
    place: str
    seats: int
    free: int
    guests: tuple[Guest, ...]


def find_occasions(
    connection: Connection, since: datetime, until: datetime, store_id: str | None
) -> tuple[OccasionView, ...]:
    """Those of this store, or of all, that begin in this time."""
    here = or_(Occasion.store_id.is_(None), Occasion.store_id == store_id)
    query = select(Occasion.id, Occasion.title, Occasion.starts_at, Occasion.minutes, Occasion.place, Occasion.seats)
    query = query.where(Occasion.starts_at.between(since, until), here).order_by(Occasion.starts_at, Occasion.id)
    return tuple(_view(connection, row, store_id) for row in connection.execute(query))


def seat_of(connection: Connection, occasion_id: str, member_id: str) -> str | None:
    """The appointment by which a member comes to an occasion; None if they do not."""
    theirs = (Appointment.occasion_id == occasion_id, Appointment.member_id == member_id)
    return connection.scalar(select(Appointment.id).where(*theirs, Appointment.state.in_(("booked", "arrived"))))


def _view(connection: Connection, row: Any, store_id: str | None) -> OccasionView:
    coming = (
        select(Appointment.id, Appointment.member_id, Appointment.state, Member.name, Member.phone,
               Member.phone_reversed)
        .join(Member, Member.id == Appointment.member_id)
        .where(Appointment.occasion_id == row.id, Appointment.state.in_(("booked", "arrived")))
        .where(Appointment.store_id == store_id)
        .order_by(Appointment.id)
    )  # fmt: skip
    guests, free = _seated(connection.execute(coming).all(), row.seats)
    return OccasionView(row.id, row.title, row.starts_at, row.minutes, row.place, row.seats, free, guests)


def _seated(rows: Iterable[Any], seats: int) -> tuple[tuple[Guest, ...], int]:
    """An appointment's id tells when it was asked for, the same at every till."""
    rows = list(rows)
    found = seating((Asking(row.id, row.id) for row in rows), seats)
    guests = tuple(
        Guest(
            row.id, row.member_id, row.name, masked_phone(row.phone, row.phone_reversed),
            "sits" if row.id in found.seated else "waits", row.state == "arrived",
        )
        for row in rows
    )  # fmt: skip
    return guests, found.free
