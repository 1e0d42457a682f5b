"""Parked events as the database holds them."""

from collections.abc import Callable
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Connection, Select, select

from sync.hub.cases import Case, open_case
from sync.hub.deeds import Times
from sync.hub.payloads import Sealed
from sync.hub.statements import Prepared
from sync.hub.tables import event

_SEALED = msgspec.json.Decoder(Sealed)


def parked(which: Callable[[bool], ColumnElement[bool]]) -> Prepared:
    """The query for parked events that ``which`` picks out, on PostgreSQL (True) or SQLite."""

    def made(postgres: bool) -> Select[Any]:
        wanted = select(event).where(event.c.verdict == "parked", which(postgres)).order_by(event.c.id)
        return wanted.with_for_update()

    return Prepared(made)


def parked_cases(connection: Connection, which: Prepared, **values: object) -> list[Case]:
    """Parked events as cases, held against other writers."""
    cases = []
    for row in which.rows(connection, **values):
        raw = row.body.encode()
        times = Times(row.received_at, row.known_by, row.true_at)
        cases.append(open_case(raw, _SEALED.decode(raw), row.store_id, times))
        if cases[-1].handler and cases[-1].verdict != "rejected":
            cases[-1].park(row.code, row.waits)
    return cases
