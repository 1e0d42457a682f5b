"""How far each scope of the feed was read: rows of their own, read and written by every page."""

from sqlalchemy import Connection, bindparam, insert, select
from sqlalchemy.orm import Session

from desktop.data.direct import Direct
from desktop.data.exchange import Cursor, FeedRow, Load, LoadPart
from desktop.work import Work
from sync.protocol import sum_text
from sync.statements import removing, write, writing

_TABLE = Cursor.metadata.tables[Cursor.__tablename__]
_COLUMNS = tuple(column.name for column in _TABLE.columns)
_SCOPES = Direct(select(_TABLE.c.scope).order_by(_TABLE.c.scope))
_SEQS = Direct(select(_TABLE.c.scope, _TABLE.c.seq))
_HEADS = Direct(select(_TABLE.c.scope, _TABLE.c.head))
_ONE = Direct(select(_TABLE).where(_TABLE.c.scope == bindparam("scope")))
_BEGIN = insert(_TABLE)
_HOLDS_SOMETHING = Direct(select(FeedRow.scope).where(FeedRow.scope == bindparam("scope")).limit(1))
_KEEP = writing(Cursor, *_COLUMNS)
_DROP = removing(Cursor, "scope")
_NO_LOAD = tuple(removing(table, "scope") for table in (Load, LoadPart))
_OF_MEMBERS = ("st:", "dv:")  # scopes whose rows say whose they are
_NEVER_READ = -1  # earlier than any reading: it goes when its scope is read anew without it
_HOLD_UNREAD = writing(FeedRow, "scope", "kind", "row_id", "ver", "reading", keep=("ver", "reading"))


def find_cursor(session: Session, scope: str) -> Cursor | None:
    """How far a scope was read; it stays as it is until ``keep_cursor`` is told."""
    row = _ONE.first(session.connection(), scope=scope)
    return None if row is None else Cursor(**row._asdict())


def cursor_of(session: Session, scope: str) -> Cursor:
    """The same; from the beginning, if it never was. What answers have told of it by then goes if it does not come."""
    cursor = find_cursor(session, scope)
    if cursor is None:
        told = _HOLDS_SOMETHING.first(session.connection(), scope=scope) is not None
        session.connection().execute(_BEGIN, {"scope": scope, "sweeping": told})
        return cursor_of(session, scope)
    return cursor


def list_scopes(session: Session) -> list[str]:
    """Every scope that was ever read."""
    return _SCOPES.scalars(session.connection())


def seqs(connection: Connection) -> dict[str, int]:
    """How far each of them was read."""
    return {row.scope: row.seq for row in _SEQS.rows(connection)}


def heads(session: Session) -> dict[str, int]:
    """The hub's last number of each, as it was last heard."""
    return {row.scope: row.head for row in _HEADS.rows(session.connection())}


def keep_cursor(session: Session, cursor: Cursor) -> None:
    """Write it down."""
    write(session, _KEEP, [tuple(getattr(cursor, name) for name in _COLUMNS)])


def drop_cursor(session: Session, scope: str) -> None:
    """It was never read."""
    write(session, _DROP, [(scope,)])


def hold_unread(session: Session, scope: str, kind: str, row_id: str, ver: int) -> None:
    """What no page of its scope has brought yet is held all the same; what one has brought stays held as it came."""
    write(session, _HOLD_UNREAD, [(scope, kind, row_id, ver, _NEVER_READ)])


def read_again(work: Work, scope: str) -> None:
    """Begin one scope anew. The outbox is not touched; rows stay until it is known that they did not come again."""
    forget_load(work, scope)
    cursor = find_cursor(work.session, scope)
    if cursor is not None:
        cursor.seq, cursor.sum64, cursor.lost, cursor.asked = 0, sum_text(0), 0, 0
        cursor.reading, cursor.sweeping = cursor.reading + 1, True
        keep_cursor(work.session, cursor)


def read_broken_again(work: Work, scope: str) -> None:
    """The same with a scope that does not add up; headquarters will hear of it."""
    work.till.broken += 1
    read_again(work, scope)


def read_theirs_again(work: Work) -> None:
    """Begin every scope anew whose rows say whose they are: who is who was not known when they were laid."""
    for scope in list_scopes(work.session):
        if scope.startswith(_OF_MEMBERS):
            read_again(work, scope)


def forget_load(work: Work, scope: str) -> None:
    """Drop what has come of a snapshot."""
    work.session.flush()
    for statement in _NO_LOAD:
        write(work.session, statement, [(scope,)])
