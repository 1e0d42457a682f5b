"""The hub's diaries: which time of each guide is taken, so that two tills that booked one hour hear of it.

A diary is one guide's, in one store. It holds ids and times only, and nothing that is over for long.
"""

from datetime import datetime, timedelta

from msgspec.structs import replace

from desktop.rules.booking import MINUTE_MS, Slot, clashes
from sync.hub.deeds import in_ms
from sync.hub.documents import Document, Documents
from sync.hub.unpublished import Diary, Taken
from sync.service_rows import AppointmentRow

Appointment = Document[AppointmentRow]
SLOT = "slot"  # the field of an appointment that is its time and its guide
_KEPT = timedelta(days=30)


def enter(documents: Documents, now: datetime, appointment: Appointment) -> None:
    """Let the appointment take its time of its guide, by the clock of its ``slot``; if another has it, they hear so."""
    starts = in_ms(appointment.body.starts_at)
    ends = starts + appointment.body.minutes * MINUTE_MS
    documents.put(appointment)
    if name := _name(appointment):
        taken = _taken(documents, name) | {appointment.id: Taken(starts, ends, appointment.meta.clocks[SLOT])}
        _rewrite(documents, now, name, taken)


def strike(documents: Documents, now: datetime, appointment: Appointment) -> None:
    """Let the appointment take no time any more; who wanted it hears that it is free."""
    documents.put(replace(appointment, body=replace(appointment.body, clash=None)))
    if name := _name(appointment):
        taken = _taken(documents, name)
        taken.pop(appointment.id, None)
        _rewrite(documents, now, name, taken)


def _name(appointment: Appointment) -> str | None:
    """A diary's id; no id of anything else has a colon."""
    body = appointment.body
    return f"diary:{body.store_id}:{body.for_guide}" if body.for_guide else None


def _taken(documents: Documents, name: str) -> dict[str, Taken]:
    diary = documents.get(Diary, name)
    return dict(diary.body.taken) if diary else {}


def _rewrite(documents: Documents, now: datetime, name: str, taken: dict[str, Taken]) -> None:
    """Keep what is not over for long, and tell every appointment whose time is taken now, or is free again."""
    oldest = in_ms(now - _KEPT)
    taken = {each: time for each, time in taken.items() if time.ends > oldest}
    diary = documents.get(Diary, name) or Document(name, Diary())
    documents.put(replace(diary, body=Diary(taken=taken)))
    lost = clashes(Slot(each, *time) for each, time in taken.items())
    for each in taken:
        appointment = documents.get(AppointmentRow, each)
        if appointment and appointment.body.clash != lost.get(each):
            documents.put(replace(appointment, body=replace(appointment.body, clash=lost.get(each))))
