"""Whole profiles for a store that never served the member: told on demand, and written down who asked."""

from typing import cast

from sqlalchemy import Connection, insert

from sync.hub.archive import Archive
from sync.hub.cases import Till
from sync.hub.documents import AnyDocument, Documents, Identity
from sync.hub.members import find_member
from sync.hub.scopes import DIRECTORY, wire_row
from sync.hub.tables import lookup
from sync.protocol import ConsentRow, PreferenceRow, RedirectRow, Row, VisitRow
from sync.service_rows import EntityRow, OrderRow, TagRow

VISITS = 50
_TOLD = (ConsentRow, PreferenceRow, VisitRow, TagRow, EntityRow, OrderRow)


def look_up(connection: Connection, till: Till, key: str, now: int, lookup_id: str) -> list[Row]:
    """The rows of the member with this id or code, the latest visits only; none if there is nobody."""
    documents = Documents(Archive(connection, lock=False))
    owner = documents.owner(Identity("code", key))
    member = find_member(documents, owner or key)
    if member is None or DIRECTORY not in member.scopes:
        return []
    connection.execute(
        insert(lookup).values(id=lookup_id, device=till.id, store_id=till.store_id, member_id=member.id, at=now)
    )
    merged = cast("AnyDocument | None", documents.get(RedirectRow, key))
    theirs = [each for each in documents.everything_of([member.id]) if isinstance(each.body, _TOLD) and each.scopes]
    visits = sorted((each for each in theirs if isinstance(each.body, VisitRow)), key=_began, reverse=True)[:VISITS]
    rest = [each for each in theirs if not isinstance(each.body, VisitRow)]
    told = [*([merged] if merged and not owner else []), documents.peek(member.key), *rest, *visits]
    return [wire_row(each) for each in told if each]


def _began(visit: AnyDocument) -> str:
    return visit.body.started_at.isoformat() if isinstance(visit.body, VisitRow) else ""
