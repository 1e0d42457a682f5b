"""What is left of events about somebody who was erased: that they were and what became of them, not what they said."""

from collections.abc import Callable, Iterable

from sqlalchemy import ColumnElement, Connection, and_, update

from sync.hub.cases import OF_ERASURE, Case
from sync.hub.documents import Documents
from sync.hub.statements import Prepared, among
from sync.hub.stored import parked, parked_cases
from sync.hub.tables import event
from sync.protocol import ErasureRow

Remember = Callable[[Iterable[str]], None]


def _theirs(postgres: bool) -> ColumnElement[bool]:
    of_them = among(event.c.row_id, "ids", postgres=postgres) | among(event.c.member_id, "ids", postgres=postgres)
    return and_(of_them, *(event.c.kind != kind for kind in OF_ERASURE))


_WAITING = parked(_theirs)
# What waits is written by whoever judges it: another push may have parked more of it just now.
_STRIP = Prepared(lambda postgres: update(event).where(_theirs(postgres), event.c.verdict != "parked").values(body=""))


def strip(connection: Connection, documents: Documents, cases: Iterable[Case], remember: Remember) -> list[Case]:
    """Take their words out of all events about those whom this batch erases; what waits no longer because of that.

    ``cases``: what is being judged, and is written later. ``remember`` is told the ids before anything is committed.
    """
    changed = [after for before, after in documents.changes() if before is None and isinstance(after.body, ErasureRow)]
    erased = {document.id for document in changed}
    if not erased:
        return []
    remember(sorted(erased))
    ids = erased.union(*(document.meta.about for document in changed))
    judged = {case.id: case for case in cases}
    told = sorted(ids)
    waiting = [case for case in parked_cases(connection, _WAITING, ids=told) if case.id not in judged]
    for case in (*waiting, *(case for case in judged.values() if case.names & ids)):
        case.forget()
    _STRIP.run(connection, ids=told)
    return waiting


def nowhere(_ids: Iterable[str]) -> None:
    """For a hub without a ledger, in tests of the rules alone."""
