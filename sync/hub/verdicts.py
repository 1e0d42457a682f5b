"""The push: every event of a batch gets its verdict, and all effects are saved and told, in one transaction."""

import contextlib
from collections.abc import Iterable, Iterator
from itertools import chain, repeat
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, select

from sync.hub.archive import Archive
from sync.hub.cases import UNREADABLE, Case, Till, digest, judge, preload, receive
from sync.hub.documents import Documents
from sync.hub.feed import place, publish
from sync.hub.parked import announce, reconsider
from sync.hub.scopes import current_row, scopes_for
from sync.hub.statements import Prepared, among, insert_rows
from sync.hub.stubs import Remember, nowhere, strip
from sync.hub.tables import event
from sync.protocol import MAX_REPLY, Answer, PushRequest, canonical

_KNOWN = Prepared(lambda postgres: select(event).where(among(event.c.id, "ids", postgres=postgres)))


def push(
    connection: Connection, till: Till, request: PushRequest, received: int, remember: Remember = nowhere
) -> list[Answer]:
    """One answer for every event, in their order, or for the first of them if more could not be read. ``remember``: see
    ``strip``.
    """
    ceilings = chain(request.ceilings, repeat(None))
    cases = [receive(bytes(raw), till, request, received, next(ceilings)) for raw in request.events]
    fresh = _set_known_aside(connection, cases)
    documents = Documents(Archive(connection))
    preload(fresh, documents)
    for case in fresh:
        judge(case, documents)
    late = reconsider(connection, documents, fresh)
    late += strip(connection, documents, [*fresh, *late], remember)
    landed = publish(connection, documents)
    readable = scopes_for(till.id, till.store_id)
    for case in fresh:
        case.at = place(case.touched, landed, readable)
    _record(connection, fresh)
    announce(connection, documents, late, landed)
    _echo(cases)
    return list(_fitting(_answer(case, documents, readable) for case in cases))


def _set_known_aside(connection: Connection, cases: list[Case]) -> list[Case]:
    """The cases to be judged: those whose id neither the hub nor an earlier event of the batch has."""
    kept = [case for case in cases if case.kept]
    known = {row.id: row for row in _recorded(connection, [case.id for case in kept])}
    fresh: dict[str, Case] = {}
    for case in kept:
        if row := known.get(case.id):
            _compare(case, row)
        elif (first := fresh.setdefault(case.id, case)) is not case:
            _repeat(case, same=_is_same(first.body, case.body))
    return list(fresh.values())


def _recorded(connection: Connection, ids: Iterable[str]) -> Iterable[Row[Any]]:
    return _KNOWN.rows(connection, ids=list(ids))


def _compare(case: Case, row: Row[Any]) -> None:
    stub = not row.body  # whose words are gone, so that there is nothing to compare
    _repeat(case, same=stub or digest(case.body) == row.sha256 or _is_same(row.body.encode(), case.body))
    if case.verdict == "duplicate":
        case.was, case.code, case.fix = row.verdict, row.code, row.fix
        case.at = msgspec.json.decode(row.at, type=dict[str, int])


def _repeat(case: Case, *, same: bool) -> None:
    """Told before: a duplicate is harmless, other words under the same id are not."""
    case.kept, case.handler = False, None
    if same:
        case.verdict, case.code, case.fix = "duplicate", None, None
    else:
        case.reject("id_reuse", "call_hq")


def _is_same(one: bytes, other: bytes) -> bool:
    with contextlib.suppress(*UNREADABLE):  # a field we ignore may hold what no number is: then bytes are all we have
        return one == other or canonical(msgspec.json.decode(one)) == canonical(msgspec.json.decode(other))
    return False


def _echo(cases: list[Case]) -> None:
    """A duplicate within the batch gets what its first got."""
    first = {case.id: case for case in cases if case.kept}
    for case in cases:
        if case.verdict == "duplicate" and case.was is None:
            told = first[case.id]
            case.was, case.code, case.fix, case.at = told.verdict, told.code, told.fix, told.at


def _record(connection: Connection, cases: Iterable[Case]) -> None:
    encode = msgspec.json.encode
    rows = [
        (
            case.id,
            deed.device,
            deed.store_id,
            sealed.ep,
            sealed.n,
            sealed.typ,
            sealed.eid,
            case.member_id,
            sealed.hlc,
            case.words,
            digest(case.body),
            *case.times,
            case.verdict,
            case.code,
            case.fix,
            case.waits,
            encode(case.at).decode(),
        )
        for case in cases
        if (sealed := case.sealed) and (deed := case.deed)
    ]
    insert_rows(connection, event, rows)


def _answer(case: Case, documents: Documents, readable: tuple[str, ...]) -> Answer:
    """The verdict as it travels. What was refused, or had nothing left to change, brings the row as it is here: no
    feed will, and the till shows something else."""
    became = case.was or case.verdict
    idle = became == "rejected" or (became == "accepted" and not case.at)
    row = current_row(case.key, documents, readable) if idle and case.key else None
    return Answer(id=case.id, v=case.verdict, code=case.code, fix=case.fix, was=case.was, at=case.at, row=row)


def _fitting(answers: Iterable[Answer]) -> Iterator[Answer]:
    """The first whose rows fill half of what a till reads, and at least one."""
    room = MAX_REPLY // 2
    for count, answer in enumerate(answers):
        room -= len(answer.row.body or b"") if answer.row else 0
        if count and room < 0:
            return
        yield answer
