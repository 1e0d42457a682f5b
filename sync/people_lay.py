"""Laying the hub's rows of members onto the till's tables: see ``rows``.

The directory greets every member; a store's own scope tells of those it serves whole. When that lets go of one, what
the directory has told is left: nothing older is laid over it.
"""

from typing import Any

from sqlalchemy import ColumnElement, exists, func, select
from sqlalchemy.orm import Session, aliased

from desktop.clock import milliseconds
from desktop.data.direct import Direct
from desktop.data.exchange import Cursor, FeedRow
from desktop.data.members import Identity, Member
from desktop.data.search_keys import digits_reversed, pinyin_of
from desktop.rules.wishes import FIELDS as WISHES
from desktop.services.guests import forget_facts
from sync.protocol import DirectoryRow, MemberRow
from sync.statements import among, ids_of, removing, write, writing

Directories = list[tuple[str, DirectoryRow]]  # by the ids of members
Members = list[tuple[str, MemberRow]]

_NAME = ("name", "pinyin", "initials", "store_id")
_DETAILS = ("phone", "wechat", "birthday", "gender", "channel", "guide_id", *WISHES)
_PROFILE = (
    "id", *_NAME, "phone_reversed", *_DETAILS, "enrolled_at", "seen_at", "full", "fetched_at", "recruit", "enrolled_by",
    "tier",
)  # fmt: skip
_DIRECTORY = writing(Member, "id", *_NAME, "tail", "phone_reversed", *_DETAILS, "full")
_GREETING = writing(Member, "id", *_NAME, "tail", "full")
_MEMBER, _MEMBER_BUT_NAME = writing(Member, *_PROFILE), writing(Member, *_PROFILE, keep=_NAME)
_IDENTITY = writing(Identity, "kind", "value", "member_id", "value_reversed")
_NO_IDENTITIES = removing(Identity, "member_id")
_NO_CODES = "DELETE FROM identity WHERE kind = 'code' AND member_id = ?"
_NO_DETAILS = "DELETE FROM identity WHERE kind <> 'code' AND member_id = ?"
_FULL = Direct(select(Member.id, Member.full).where(Member.id.in_(ids_of("ids"))))
_SEEN = Direct(select(Member.id, Member.seen_at, Member.fetched_at).where(Member.id.in_(ids_of("ids"))))
_GREETED, _SERVED = aliased(FeedRow), aliased(FeedRow)


def _is_read(held: type[FeedRow]) -> ColumnElement[bool]:
    """Not left over from an earlier reading."""
    return exists().where(Cursor.scope == held.scope, Cursor.reading == held.reading)


def _in_feed(held: type[FeedRow], kind: str) -> ColumnElement[bool]:
    return held.scope.in_(select(Cursor.scope)) & (held.kind == kind)


_VERSION_SERVED = (
    select(func.max(_SERVED.ver))
    .where(_in_feed(_SERVED, "member"), _SERVED.row_id == _GREETED.row_id, _is_read(_SERVED))
    .scalar_subquery()
)
_GREETED_SINCE = Direct(
    select(_GREETED.row_id).where(
        _in_feed(_GREETED, "directory"), _GREETED.row_id.in_(ids_of("ids")), _is_read(_GREETED),
        _GREETED.ver > _VERSION_SERVED,
    )
)  # fmt: skip


def lay_directories(session: Session, told: Directories) -> None:
    """Of whom the profile is held whole takes the name, the codes and the end of the phone alone. Of others the hub
    tells no more than this: a detail that a clerk here has added, and the hub refused, goes.
    """
    held = {row.id: row.full for row in among(session, _FULL, (row_id for row_id, _ in told))}
    write(session, _GREETING, [(*_greeting(row_id, row), True) for row_id, row in told if held.get(row_id)])
    write(session, _DIRECTORY, [_directory(row_id, row) for row_id, row in told if not held.get(row_id)])
    write(session, _NO_CODES, [(row_id,) for row_id, full in held.items() if full])
    write(session, _NO_IDENTITIES, [(row_id,) for row_id, full in held.items() if not full])
    codes = ((row_id, code) for row_id, row in told for code in (row.code, *(row.codes or ())))
    write(session, _IDENTITY, [("code", code, row_id, None) for row_id, code in codes])


def _greeting(row_id: str, row: DirectoryRow) -> tuple[str | None, ...]:
    return row_id, row.name, *pinyin_of(row.name), row.store_id, digits_reversed(row.phone_tail)


def _directory(row_id: str, row: DirectoryRow) -> tuple[Any, ...]:
    *named, tail = _greeting(row_id, row)
    return *named, tail, tail, *(None for _ in _DETAILS), False


def lay_members(session: Session, told: Members) -> None:
    """Whole profiles; of whom the directory has told something newer already, the name and the codes stay as that has
    them: a store's scope that was read less far will tell of it, or that it has let go. What a profile that was fetched
    before told besides is told again, or is not so any more.
    """
    ids = [row_id for row_id, _ in told]
    known = among(session, _SEEN, ids)
    seen = {row.id: row.seen_at for row in known}
    for fetched in (row.id for row in known if row.fetched_at):
        forget_facts(session, fetched)
    older = {row.row_id for row in among(session, _GREETED_SINCE, ids)}
    rows = {row_id: _member(row_id, row, seen.get(row_id)) for row_id, row in told}
    write(session, _MEMBER, [row for row_id, row in rows.items() if row_id not in older])
    write(session, _MEMBER_BUT_NAME, [rows[row_id] for row_id in older])
    write(session, _NO_IDENTITIES, [(row_id,) for row_id in seen if row_id not in older])
    write(session, _NO_DETAILS, [(row_id,) for row_id in older])
    identities = [identity for row_id, row in told for identity in _identities(row_id, row)]
    write(session, _IDENTITY, [each for each in identities if each[2] not in older or each[0] != "code"])


def _member(row_id: str, row: MemberRow, seen_at: Any) -> tuple[Any, ...]:
    last = max((at for at in (seen_at, row.enrolled_at) if at), default=None)
    enrolled_at, last_at = (None if at is None else milliseconds(at) for at in (row.enrolled_at, last))
    return (
        row_id, row.name, *pinyin_of(row.name), row.store_id, digits_reversed(row.phone),
        *(getattr(row, name) for name in _DETAILS), enrolled_at, last_at, True, None, row.recruit, row.enrolled_by,
        row.tier,
    )  # fmt: skip


def _identities(row_id: str, row: MemberRow) -> set[tuple[str, str, str, str | None]]:
    codes = {("code", code, row_id, None) for code in (row.code, *row.codes) if code}
    cards = {("card", card, row_id, digits_reversed(card)) for card in row.cards if card}
    phones = {("phone", phone, row_id, None) for phone in (row.phone, *row.phones) if phone}
    return codes | cards | phones | {("wechat", told, row_id, None) for told in (row.wechat, *row.wechats) if told}
