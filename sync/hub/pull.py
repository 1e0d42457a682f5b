"""The pull: pages of the feed, each row as the document is now."""

from collections.abc import Iterable
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import Connection, Row, and_, bindparam, select

from sync.hub.archive import Archive
from sync.hub.cases import Till
from sync.hub.documents import KINDS, Documents, Key, Meta
from sync.hub.feed import heads
from sync.hub.problems import HubProblem
from sync.hub.scopes import current_row, directory_row, row_kind, scopes_for
from sync.hub.statements import Prepared
from sync.hub.tables import document, feed
from sync.protocol import MAX_ROWS, Answer, MemberRow, Page
from sync.protocol import Row as WireRow

PAGE_BYTES = 1024 * 1024
_MEMBER = msgspec.json.Decoder(MemberRow)
_ANSWER = msgspec.json.Decoder(Answer)
_META = msgspec.json.Decoder(Meta)
_ENCODER = msgspec.json.Encoder()
_POINTED = select(
    feed.c.seq, feed.c.kind, feed.c.eid, document.c.ver, document.c.scopes, document.c.body, document.c.meta
).join(document, and_(document.c.id == feed.c.eid, document.c.kind == feed.c.kind))
_AFTER = Prepared(
    _POINTED.where(feed.c.scope == bindparam("scope"), feed.c.seq > bindparam("after"))
    .order_by(feed.c.seq)
    .limit(bindparam("limit"))
)


class Cursor(NamedTuple):
    """How far a till has read a scope."""

    scope: str
    seq: int


def pull(connection: Connection, till: Till, cursors: Iterable[Cursor], limit: int) -> list[Page]:
    """One page for every cursor, all of one snapshot."""
    readable = scopes_for(till.id, till.store_id)
    cursors = list(cursors)
    if any(cursor.scope not in readable for cursor in cursors):
        raise HubProblem("wrong_store")
    if len({cursor.scope for cursor in cursors}) < len(cursors):  # a page each: a thousand times the same would fill us
        raise HubProblem("bad_request", "each scope once")
    ends = heads(connection, [cursor.scope for cursor in cursors])
    for cursor in cursors:
        if cursor.seq > ends[cursor.scope][0]:
            raise HubProblem("cursor_ahead", f"{cursor.scope} ends at {ends[cursor.scope][0]}")
    limit = min(limit, MAX_ROWS)
    return [
        _page(cursor, _rows(connection, cursor, limit, readable) if cursor.seq < end[0] else [], end)
        for cursor, end in ((cursor, ends[cursor.scope]) for cursor in cursors)
    ]


def _rows(connection: Connection, cursor: Cursor, limit: int, readable: tuple[str, ...]) -> list[WireRow]:
    rows: list[WireRow] = []
    size = 0
    for pointed in _AFTER.rows(connection, scope=cursor.scope, after=cursor.seq, limit=limit):
        if size > PAGE_BYTES:
            break
        rows.append(row_of(connection, pointed, cursor.scope, readable))
        size += len(rows[-1].body or b"")
    return rows


def _page(cursor: Cursor, rows: list[WireRow], end: tuple[int, str]) -> Page:
    last, sum64 = end
    to = rows[-1].seq if rows else cursor.seq
    return Page(
        scope=cursor.scope,
        from_=cursor.seq,
        to=to,
        head=last,
        sum64=sum64,
        more=to < last,
        rows=rows,
        compacted=to - cursor.seq - len(rows),
    )


def row_of(connection: Connection, pointed: Row[*tuple[Any, ...]], scope: str, readable: tuple[str, ...]) -> WireRow:
    """What a scope no longer holds is deleted in it, whatever this number once said."""
    kind = row_kind(pointed.kind, scope)
    if scope not in pointed.scopes.split():
        return WireRow(op="del", kind=kind, eid=pointed.eid, ver=pointed.ver, seq=pointed.seq)
    body = pointed.body.encode()
    if kind != pointed.kind:
        body = _ENCODER.encode(directory_row(_MEMBER.decode(body)))
    elif kind == KINDS[Answer]:
        body = _ENCODER.encode(_late_answer(connection, body, pointed.meta, readable))
    return WireRow(op="put", kind=kind, eid=pointed.eid, ver=pointed.ver, seq=pointed.seq, body=msgspec.Raw(body))


def _late_answer(connection: Connection, body: bytes, meta: str, readable: tuple[str, ...]) -> Answer:
    """A late verdict brings the row as it is by now: the till may have laid its own deed over what it has read."""
    answer, about = _ANSWER.decode(body), _META.decode(meta).row
    if about is None:
        return answer
    row = current_row(Key(*about), Documents(Archive(connection, lock=False)), readable)
    return msgspec.structs.replace(answer, row=row)
