"""Forgetting a member: every row that is theirs goes, and what must be counted stays as nobody's."""

from collections.abc import Iterable, Iterator
from typing import Any

import msgspec
from sqlalchemy import Table, delete, select, update
from sqlalchemy.orm import Session

from desktop.data.desk_state import Deed, Draft
from desktop.data.exchange import Load, LoadPart, ParkedIn, Wanted
from desktop.data.leads import Lead
from desktop.data.members import Identity, Member, Redirect
from desktop.data.portraits import HighValue
from desktop.data.theirs import tables_with
from desktop.data.visits import Line, Note, Visit

_NOBODYS = ("visit", "gift")  # facts that stay


def forget_member(session: Session, member_id: str) -> set[str]:
    """Take a member out of the tables; gives the ids of them and of all that was theirs."""
    ids = _ids_of(session, member_id)
    codes = _codes_of(session, ids)
    theirs = {table.name: _rows_of(session, table, ids) for table in tables_with("member_id")}
    names = ids.union(*theirs.values())
    visits = theirs["visit"]
    session.execute(delete(Note).where(Note.visit_id.in_(visits)))
    session.execute(update(Line).where(Line.visit_id.in_(visits)).values(reason=None))
    for table in tables_with("member_id"):
        ours = table.c.member_id.in_(ids)
        session.execute(
            update(table).where(ours).values(member_id=None) if table.name in _NOBODYS else delete(table).where(ours)
        )
    # Whoever comes next is served anew: in a visit that was theirs the hub takes nothing any more.
    session.execute(update(Visit).where(Visit.id.in_(visits)).values(code=None, here=False, mood=0))
    _forget_what_hangs_on(session, names)
    for person in (Member, Lead, HighValue):  # who is forgotten may have been no member yet
        session.execute(delete(person).where(person.id.in_(ids)))
    _forget_what_quotes(session, names | codes)
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


def _ids_of(session: Session, member_id: str) -> set[str]:
    """The id, and all that were merged into it."""
    ids = {member_id}
    while more := set(session.scalars(select(Redirect.id).where(Redirect.keep.in_(ids)))) - ids:
        ids |= more
    return ids


def _codes_of(session: Session, ids: set[str]) -> set[str]:
    return set(session.scalars(select(Identity.value).where(Identity.member_id.in_(ids))))


def _rows_of(session: Session, table: Table, ids: set[str]) -> set[str]:
    if "id" not in table.c:
        return set()
    return set(session.scalars(select(table.c.id).where(table.c.member_id.in_(ids))))


def _forget_what_hangs_on(session: Session, names: set[str]) -> None:
    """Preferences of their visits, redemptions of their coupons, leases on their points."""
    for column in ("visit_id", "coupon_id", "object_id"):
        for table in tables_with(column):
            if table.name not in (*_NOBODYS, "line"):
                session.execute(delete(table).where(table.c[column].in_(names)))


def _forget_what_quotes(session: Session, names: set[str]) -> None:
    """Deeds that could be undone, rows not yet understood; and whatever nobody can say of whom it speaks: what is half
    typed, and snapshots on their way in, which are asked for again.
    """
    _drop(session, (deed for deed in session.scalars(select(Deed)) if names_any(deed.inverse, names)))
    _drop(session, (row for row in session.scalars(select(ParkedIn)) if _is_theirs(row, names)))
    session.execute(delete(Wanted).where(Wanted.key.in_(names)))
    for table in (Draft, Load, LoadPart):
        session.execute(delete(table))


def _is_theirs(row: ParkedIn, names: set[str]) -> bool:
    return row.row_id in names or (row.body is not None and names_any(row.body, names))


def _drop(session: Session, rows: Iterable[Any]) -> None:
    for row in list(rows):
        session.delete(row)
    session.flush()
