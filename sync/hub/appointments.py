"""The rules of appointments: the newest word on their time counts, and who came has come."""

from datetime import datetime
from typing import Annotated

from msgspec import Meta
from msgspec.structs import replace

from desktop.rules.appointments import REOPENED, state_of
from desktop.rules.booking import LONGEST, SHORTEST
from sync.hub.deeds import Deed
from sync.hub.diaries import SLOT, Appointment, enter, strike
from sync.hub.documents import Document, Documents, Past
from sync.hub.documents import Meta as Kept
from sync.hub.members import check_is_of, serve_member
from sync.hub.payloads import Label, Payload
from sync.protocol import Id
from sync.service_rows import AppointmentRow

Minutes = Annotated[int, Meta(ge=SHORTEST, le=LONGEST)]
When = Annotated[datetime, Meta(tz=True)]


class AppointmentPayload(Payload, frozen=True, kw_only=True):
    """Something happened to an appointment."""

    appointment_id: Id


class AppointmentBooked(AppointmentPayload, frozen=True, kw_only=True):
    """A member will come."""

    member_id: Id
    service: Label
    starts_at: When
    minutes: Minutes
    for_guide: Id | None = None
    occasion_id: Id | None = None


class AppointmentMoved(AppointmentPayload, frozen=True, kw_only=True):
    """At another time, or to another guide."""

    starts_at: When
    minutes: Minutes
    for_guide: Id | None = None


class AppointmentCancelled(AppointmentPayload, frozen=True, kw_only=True):
    """They will not come."""


class AppointmentMissed(AppointmentPayload, frozen=True, kw_only=True):
    """They did not come."""


class AppointmentKept(AppointmentPayload, frozen=True, kw_only=True):
    """They came."""

    visit_id: Id


class AppointmentReopened(AppointmentPayload, frozen=True, kw_only=True):
    """That was a mistake."""


_WORDS: dict[type[AppointmentPayload], str] = {
    AppointmentCancelled: "cancelled", AppointmentMissed: "missed", AppointmentKept: "arrived",
    AppointmentReopened: REOPENED,
}  # fmt: skip


def book_appointment(documents: Documents, deed: Deed, data: AppointmentBooked) -> None:
    """Once. That the time is taken refuses nobody: the clerk who came second is told, and calls the member."""
    if documents.get(AppointmentRow, data.appointment_id):
        return
    member_id = serve_member(documents, deed, data.member_id) or data.member_id
    body = AppointmentRow(
        member_id=member_id, service=data.service, starts_at=data.starts_at, minutes=data.minutes,
        for_guide=data.for_guide, guide_id=deed.guide_id, store_id=deed.store_id,
        occasion_id=data.occasion_id,
    )  # fmt: skip
    meta = Kept(clocks={SLOT: deed.clock})
    enter(documents, deed.now, Document(data.appointment_id, body, meta, member_id=member_id, store_id=deed.store_id))


def move_appointment(documents: Documents, deed: Deed, data: AppointmentMoved) -> None:
    """The newest word on time and guide counts, however it stands by then; what lost is kept in the history."""
    appointment = _own(documents, deed, data.appointment_id)
    held = appointment.meta.clocks.get(SLOT, "")
    wins = deed.clock > held
    lost = Past(SLOT, _told(appointment.body), held) if wins else Past(SLOT, _told(data), deed.clock)
    appointment = replace(appointment, meta=replace(appointment.meta, history=(*appointment.meta.history, lost)))
    if not wins:
        documents.put(appointment)
        return
    strike(documents, deed.now, appointment)
    body = replace(
        appointment.body, starts_at=data.starts_at, minutes=data.minutes, for_guide=data.for_guide, clash=None
    )
    meta = replace(appointment.meta, clocks={**appointment.meta.clocks, SLOT: deed.clock})
    _place(documents, deed, replace(appointment, body=body, meta=meta))


def end_appointment(documents: Documents, deed: Deed, data: AppointmentPayload) -> None:
    """Arrived wins over missed, that over cancelled, that over booked; its time is free then, until it is reopened."""
    appointment = _own(documents, deed, data.appointment_id)
    word = _WORDS[type(data)]
    if deed.clock <= appointment.meta.clocks.get(word, ""):
        return
    clocks = {**appointment.meta.clocks, word: deed.clock}
    visit_id = data.visit_id if isinstance(data, AppointmentKept) else appointment.body.visit_id
    state = state_of(clocks)
    body = replace(appointment.body, state=state, visit_id=visit_id if state == "arrived" else None)
    _place(documents, deed, replace(appointment, body=body, meta=replace(appointment.meta, clocks=clocks)))


def _place(documents: Documents, deed: Deed, appointment: Appointment) -> None:
    """Only who is still to come takes a time."""
    (enter if appointment.body.state == "booked" else strike)(documents, deed.now, appointment)


def _own(documents: Documents, deed: Deed, appointment_id: str) -> Appointment:
    appointment = documents.need(AppointmentRow, appointment_id)
    check_is_of(documents, deed, appointment.store_id)
    return appointment


def _told(slot: AppointmentRow | AppointmentMoved) -> str:
    return f"{slot.starts_at.isoformat()} {slot.minutes} {slot.for_guide or ''}"
