"""Leads that came to nothing are not kept for ever.

Who is forgotten is forgotten in every store, so it takes that nobody looks after them any more.
"""

from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any, cast

from sqlalchemy import Connection, Select, func, select

from sync.hub.archive import read_document
from sync.hub.deeds import HOME_ZONE
from sync.hub.documents import KINDS
from sync.hub.hub import Hub
from sync.hub.leads import Lead
from sync.hub.tables import document, event
from sync.service_rows import LeadRow

KEPT = timedelta(days=180)  # after they were closed
_BATCH = 500
_LEADS = select(document).where(document.c.kind == KINDS[LeadRow])
_ROOT = select(document.c.member_id).where(document.c.kind == KINDS[LeadRow])
_MOVED = select(func.max(event.c.true_at)).where(event.c.kind == "LeadMoved", event.c.verdict == "accepted")


def forget_old_leads(hub: Hub, today: date) -> int:
    """Forget whoever was closed half a year ago, and by every store that knew them; how many."""
    whole, after = 0, ""
    while True:
        with hub.database.read() as connection:
            leads = _some(connection, after)
            old = [lead.id for lead in leads if _is_old(connection, lead, today)]
        whole += hub.erase(*old, still=partial(_is_over, today=today)) if old else 0
        if len(leads) < _BATCH:
            return whole
        after = leads[-1].id


def _some(connection: Connection, after: str) -> list[Lead]:
    return _read(connection, _LEADS.where(document.c.id > after).order_by(document.c.id).limit(_BATCH))


def _is_over(connection: Connection, lead_id: str, *, today: date) -> bool:
    """Whether every lead of this person is as old, and stays so until we are done."""
    root = connection.scalar(_ROOT.where(document.c.id == lead_id))
    theirs = _read(connection, _LEADS.where(document.c.member_id == root).order_by(document.c.id).with_for_update())
    return bool(theirs) and all(_is_old(connection, each, today) for each in theirs)


def _read(connection: Connection, leads: Select[Any]) -> list[Lead]:
    return [cast("Lead", read_document(row)) for row in connection.execute(leads)]


def _is_old(connection: Connection, lead: Lead, today: date) -> bool:
    """By when it was really closed: the clock of whoever did it may be slow by years."""
    if lead.meta.fate or lead.body.state != "lost":
        return False
    moved_at = connection.scalar(_MOVED.where(event.c.row_id == lead.id)) or 0
    closed_at = max(lead.body.noted_at, datetime.fromtimestamp(moved_at / 1000, UTC))  # a double as it was noted
    return closed_at.astimezone(HOME_ZONE).date() <= today - KEPT
