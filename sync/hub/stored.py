"""Parked events as the database holds them."""

import msgspec
from sqlalchemy import ColumnElement, Connection, select

from sync.hub.cases import Case, open_case
from sync.hub.payloads import Sealed
from sync.hub.tables import device, event

_SEALED = msgspec.json.Decoder(Sealed)


def parked_cases(connection: Connection, which: ColumnElement[bool]) -> list[Case]:
    """Parked events as cases, held against other writers."""
    wanted = select(event, device.c.store_id).join(device, device.c.id == event.c.device)
    wanted = wanted.where(event.c.verdict == "parked", which).order_by(event.c.id).with_for_update(of=event)
    cases = []
    for row in connection.execute(wanted):
        raw = row.body.encode()
        cases.append(open_case(raw, _SEALED.decode(raw), row.store_id, received=row.received_at, true_at=row.true_at))
        if cases[-1].handler and cases[-1].verdict != "rejected":
            cases[-1].park(row.code, row.waits)
    return cases
