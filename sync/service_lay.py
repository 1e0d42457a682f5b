"""Laying the hub's rows of what a store does for its members onto the till's tables: see ``rows``."""

from typing import Any

from sqlalchemy.orm import Session

from desktop.clock import milliseconds
from desktop.data.appointments import Appointment
from desktop.data.projections import resolve
from sync.statements import write, writing

Told = list[tuple[str, Any]]  # the ids of rows, and their bodies

_APPOINTMENT = writing(
    Appointment, "id", "member_id", "service", "starts_at", "minutes", "state", "for_guide", "guide_id", "store_id",
    "visit_id", "clash",
)  # fmt: skip


def lay_appointments(session: Session, told: Told) -> None:
    """Who will come."""
    values = [
        (row_id, resolve(session, row.member_id), row.service, milliseconds(row.starts_at), row.minutes, row.state,
         row.for_guide, row.guide_id, row.store_id, row.visit_id, row.clash)
        for row_id, row in told
    ]  # fmt: skip
    write(session, _APPOINTMENT, values)
