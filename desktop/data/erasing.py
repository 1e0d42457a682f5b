"""Forgetting a member: every row that is theirs goes, and what must be counted stays as nobody's."""

from collections.abc import Iterable, Iterator
from functools import cache

import msgspec
from sqlalchemy import Connection, delete, select
from sqlalchemy.orm import Session

from desktop.data.desk_state import Draft
from desktop.data.direct import execute
from desktop.data.exchange import Load, LoadPart
from desktop.data.theirs import tables_with

_TELLS_OF_IT = "dir"  # the scope in which erasures come
_NOBODYS = ("visit", "gift", "voucher")  # facts that stay
_IN = "IN (SELECT value FROM json_each(?))"
# Visits of another store that came with a fetched profile: no feed tells of them, so that none would take them away.
_ALONE = """NOT EXISTS (SELECT 1 FROM feed_row WHERE kind = 'visit' AND row_id = visit.id
        AND scope IN (SELECT scope FROM cursor))
    AND NOT EXISTS (SELECT 1 FROM outbox WHERE "row" = 'visit' AND row_id = visit.id)"""
# A till that is back in that store has the rows themselves: whose they are by now.
_WHAT_WAS_LEFT = f"""DELETE FROM left_row WHERE whose {_IN} AND id NOT IN (
    SELECT row_id FROM feed_row WHERE scope IN (SELECT scope FROM cursor)) RETURNING id"""  # noqa: S608
# What the hub lent of a coupon goes by its own word: whom they were told apart from may have that coupon by now.
_NO_LEASES = f"""DELETE FROM lease WHERE object_id {_IN} AND (of = 'points' OR NOT EXISTS (
    SELECT 1 FROM feed_row WHERE kind = 'lease' AND row_id = lease.id AND scope IN (SELECT scope FROM cursor)))"""  # noqa: S608
# Two who were told apart may each have something of one visit.
_UNLESS_ANOTHERS = """ AND (member_id IS NULL OR NOT EXISTS (SELECT 1 FROM feed_row
    WHERE kind = '{0}' AND row_id = {0}.id AND scope IN (SELECT scope FROM cursor)))"""
_SENDING_AWAY = (
    f"DELETE FROM line WHERE visit_id IN (SELECT id FROM visit WHERE id {_IN} AND {_ALONE})",  # noqa: S608
    f"DELETE FROM visit WHERE id {_IN} AND {_ALONE}",  # noqa: S608
)


def forget_member(session: Session, member_id: str, were_theirs: Iterable[str] = ()) -> set[str]:
    """Take a member out of the tables; gives the ids of them and of all that was theirs.

    were_theirs: visits; those that are nobody's by now are forgotten, too: the hub may say so first. Whoever was merged
    into them goes by a row of their own: the hub may have lost that merge, and they live on.
    """
    session.flush()
    connection = session.connection()
    ids = {member_id}
    codes = _run(connection, "SELECT value FROM identity WHERE member_id IN (SELECT value FROM json_each(?))", ids)
    visits = _run(connection, "SELECT id FROM visit WHERE member_id IN (SELECT value FROM json_each(?))", ids)
    nobodys = "SELECT id FROM visit WHERE member_id IS NULL AND id IN (SELECT value FROM json_each(?))"
    visits |= _run(connection, nobodys, were_theirs)
    _run(connection, "DELETE FROM note WHERE visit_id IN (SELECT value FROM json_each(?))", visits)
    _run(connection, "UPDATE line SET reason = NULL WHERE visit_id IN (SELECT value FROM json_each(?))", visits)
    # Whoever comes next is served anew: in a visit that was theirs the hub takes nothing any more.
    _run(
        connection,
        "UPDATE visit SET code = NULL, here = FALSE, mood = 0 WHERE id IN (SELECT value FROM json_each(?))",
        visits,
    )
    for statement in _SENDING_AWAY:
        _run(connection, statement, visits)
    names = ids.union(visits, *[_run(connection, statement, ids) for statement in (*_taking_away(), _WHAT_WAS_LEFT)])
    for statement in (*_taking_what_hangs_on(), _NO_LEASES):
        _run(connection, statement, names)
    for person in ("member", "lead", "high_value"):  # who is forgotten may have been no member yet
        _run(connection, f"DELETE FROM {person} WHERE id {_IN}", ids)  # noqa: S608
    _forget_what_quotes(session, member_id, names | codes)
    session.expire_all()
    return names


def texts_in(value: object) -> Iterator[str]:
    """Every text in a decoded message, however deep."""
    match value:
        case str():
            yield value
        case dict():
            for name, each in value.items():
                yield str(name)
                yield from texts_in(each)
        case list() | tuple():
            for each in value:
                yield from texts_in(each)


def names_any(body: bytes | str, names: set[str]) -> bool:
    """Whether a message in JSON names one of these ids; one that cannot be read may name anybody."""
    try:
        return not names.isdisjoint(texts_in(msgspec.json.decode(body)))
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return True


@cache
def _taking_away() -> list[str]:
    """What takes away all that is a member's, and gives the ids of it."""
    statements = []
    for table in tables_with("member_id"):
        change = f"UPDATE {table} SET member_id = NULL" if table.name in _NOBODYS else f"DELETE FROM {table}"  # noqa: S608
        told = " RETURNING id" if "id" in table.c else ""
        statements.append(f"{change} WHERE member_id {_IN}{told}")
    return statements


@cache
def _taking_what_hangs_on() -> list[str]:
    """Preferences of their visits, redemptions of their coupons; what a feed tells as somebody else's by now stays."""
    return [
        f"DELETE FROM {table} WHERE {column} {_IN}{_UNLESS_ANOTHERS.format(table) if 'member_id' in table.c else ''}"  # noqa: S608
        for column in ("visit_id", "coupon_id")
        for table in tables_with(column)
        if table.name not in (*_NOBODYS, "line")
    ]


def _run(connection: Connection, statement: str, ids: Iterable[str]) -> set[str]:
    """Of all these ids at once; the first value of every row it gives."""
    told = msgspec.json.encode(sorted(ids)).decode()
    return {row[0] for row in execute(connection, statement, (told,)).fetchall()}


def _forget_what_quotes(session: Session, member_id: str, names: set[str]) -> None:
    """Deeds that could be undone, rows not yet understood; and whatever nobody can say of whom it speaks: what is half
    typed, and snapshots on their way in, which are asked for again. The one that tells of the erasure was packed after.
    """
    connection = session.connection()
    deeds = execute(connection, "SELECT id, inverse FROM deed").fetchall()
    _drop(connection, "deed", [row_id for row_id, inverse in deeds if names_any(inverse, names)])
    parked = execute(connection, "SELECT rowid, row_id, body FROM parked_in").fetchall()
    theirs = [number for number, row_id, body in parked if row_id == member_id or _is_theirs(row_id, body, names)]
    _drop(connection, "parked_in", theirs)
    _run(connection, "DELETE FROM wanted WHERE key IN (SELECT value FROM json_each(?))", names)
    session.execute(delete(Draft))
    session.execute(delete(Load).where(Load.scope != _TELLS_OF_IT))  # by the session, which may hold them
    session.execute(delete(LoadPart).where(LoadPart.scope.not_in(select(Load.scope))))


def _is_theirs(row_id: str, body: bytes | None, names: set[str]) -> bool:
    """By its newest word: it may stand here as theirs, and be another's since they were told apart."""
    return row_id in names if body is None else names_any(body, names)


def _drop(connection: Connection, table: str, numbers: Iterable[int]) -> None:
    for number in numbers:
        execute(connection, f"DELETE FROM {table} WHERE rowid = ?", (number,))  # noqa: S608
