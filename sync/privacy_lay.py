"""Laying the hub's rows of what members asked for onto the till's tables: see ``rows``."""

from typing import Any

from sqlalchemy.orm import Session

from desktop.clock import milliseconds
from desktop.data.requests import Request
from sync.statements import write, writing

_REQUEST = writing(Request, "id", "about", "wants", "made_at", "guide_id", "state", "how", "met_at", "met_by")


def lay_requests(session: Session, told: list[tuple[str, Any]]) -> None:
    """Whom they are about stays as it was told: the hub tells anew when members become one."""
    values = [
        (row_id, row.member_id, row.wants, milliseconds(row.made_at), row.guide_id, row.state, row.how,
         milliseconds(row.met_at) if row.met_at else None, row.met_by)
        for row_id, row in told
    ]  # fmt: skip
    write(session, _REQUEST, values)
