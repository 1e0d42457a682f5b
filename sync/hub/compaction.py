"""Compaction: of many pointers to one row the feed keeps the newest, so that it is as long as what there is to know."""

from functools import partial

from sqlalchemy import Connection, bindparam, delete, func, select

from sync.hub.database import Database
from sync.hub.documents import KINDS
from sync.hub.tables import feed, feed_head
from sync.protocol import ErasureRow, RedirectRow

AT_ONCE = 2000  # pointers a transaction: a push waits for one of these at most
_KEPT = (KINDS[ErasureRow], KINDS[RedirectRow])  # whoever comes back after years must meet every one of them
_NEWER = func.row_number().over(partition_by=(feed.c.kind, feed.c.eid), order_by=feed.c.seq.desc()) - 1
_POINTERS = select(feed.c.seq, feed.c.kind, _NEWER.label("newer")).where(feed.c.scope == bindparam("scope")).subquery()
# Behind each of these the same row is named again; it stays so whatever is pushed meanwhile.
_STALE = select(_POINTERS.c.seq).where(_POINTERS.c.newer > 0, _POINTERS.c.kind.not_in(_KEPT))


def compact(database: Database) -> int:
    """Go through every feed once; how many pointers went. A reader between two pages misses nothing: whatever a
    deleted pointer said stands further on in the same feed, and what is current is read from the row itself.
    """
    with database.read() as connection:
        scopes = list(connection.scalars(select(feed_head.c.scope).order_by(feed_head.c.scope)))
    return sum(_compact_scope(database, scope) for scope in scopes)


def _compact_scope(database: Database, scope: str) -> int:
    with database.read() as connection:
        stale = list(connection.scalars(_STALE, {"scope": scope}))
    for first in range(0, len(stale), AT_ONCE):
        database.retry(partial(_delete, scope=scope, numbers=stale[first : first + AT_ONCE]))
    return len(stale)


def _delete(connection: Connection, scope: str, numbers: list[int]) -> None:
    connection.execute(delete(feed).where(feed.c.scope == scope, feed.c.seq.in_(numbers)))
