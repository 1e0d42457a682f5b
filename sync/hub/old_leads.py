"""Leads that came to nothing are not kept for ever.

Who is forgotten is forgotten in every store, so it takes that nobody looks after them any more.
"""

from collections.abc import Iterable
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
_MOVED = (
    select(event.c.row_id, func.max(event.c.true_at))
    .where(event.c.kind == "LeadMoved", event.c.verdict == "accepted")
    .group_by(event.c.row_id)
)


def forget_old_leads(hub: Hub, today: date) -> int:
    """Forget whoever was closed half a year ago, and by every store that knew them; how many."""
    whole, after = 0, ""
    while True:
        with hub.database.read() as connection:
            leads = _some(connection, after)
            old = _old_among(connection, leads, today)
        whole += hub.erase(*old, still=partial(_is_over, today=today)) if old else 0
        if len(leads) < _BATCH:
            return whole
        after = leads[-1].id


def _some(connection: Connection, after: str) -> list[Lead]:
    return _read(connection, _LEADS.where(document.c.id > after).order_by(document.c.id).limit(_BATCH))


def _is_over(connection: Connection, lead_id: str, *, today: date) -> bool:
    """Whether every lead of this person is as old, and stays so until we are done."""
    root = connection.scalar(_ROOT.where(document.c.id == lead_id))
    if root is None:  # forgotten meanwhile
        return False
    theirs = _read(connection, _LEADS.where(document.c.member_id == root).order_by(document.c.id).with_for_update())
    return bool(theirs) and len(_old_among(connection, theirs, today)) == len(theirs)


def _read(connection: Connection, leads: Select[Any]) -> list[Lead]:
    return [cast("Lead", read_document(row)) for row in connection.execute(leads)]


def _old_among(connection: Connection, leads: Iterable[Lead], today: date) -> list[str]:
    """The ids of those that were closed so long ago."""
    lost = {lead.id: lead.body.noted_at for lead in leads if not lead.meta.fate and lead.body.state == "lost"}
    by_noting = [each for each, noted_at in lost.items() if _is_old(noted_at, today)]
    if not by_noting:
        return []
    moved = {row[0]: row[1] for row in connection.execute(_MOVED.where(event.c.row_id.in_(by_noting)))}
    # A double was closed as it was noted. The clock of whoever did it may be slow by years: the corrected time counts.
    return [each for each in by_noting if _is_old(datetime.fromtimestamp(moved.get(each, 0) / 1000, UTC), today)]


def _is_old(moment: datetime, today: date) -> bool:
    return moment.astimezone(HOME_ZONE).date() <= today - KEPT
