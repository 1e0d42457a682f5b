"""Erasure at the till: a member leaves the tables with the hub's row, then every file, and the hub is told so."""

from collections.abc import Callable, Set
from datetime import datetime
from functools import cache
from itertools import chain
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import Connection, bindparam, select
from sqlalchemy.orm import Session

from desktop.code_events import VoucherTaken
from desktop.data.direct import Direct, execute
from desktop.data.erasing import forget_member
from desktop.data.exchange import Erasure, Outbox
from desktop.data.installation import read_installation
from desktop.data.members import Redirect
from desktop.data.projections import resolve
from desktop.data.theirs import tables_with
from desktop.escrow_events import GiftGiven
from desktop.events import ErasureCarriedOut, ErasureRequested, VisitOpened
from desktop.privacy_events import RequestMade
from desktop.work import Work
from sync.cursors import find_cursor, hold_unread
from sync.outbox import told_last
from sync.protocol import canonical
from sync.statements import among, ids_of, merged_into, removing, write

_ENTRY = Direct(
    select(Outbox.event_id, Outbox.kind, Outbox.row, Outbox.row_id, Outbox.state, Outbox.seen_at).where(
        Outbox.ep == bindparam("ep"), Outbox.n == bindparam("n")
    )
)
_PARTED = """SELECT row_id FROM feed_row WHERE kind = 'redirect' AND scope IN (SELECT scope FROM cursor)
    AND row_id NOT IN (SELECT id FROM redirect)"""
_SAID = "SELECT row_id, body FROM outbox WHERE kind IN ('VisitOpened', 'VisitJoined') ORDER BY ep, n"
_TAKEN = _SAID.replace("ORDER", "AND state <> 'rejected' ORDER")  # else it was nobody's to the hub, which has all of it
_STRIP = """UPDATE outbox SET state = 'rejected', code = 'erased', fix = NULL, seen_at = NULL, acknowledged = TRUE,
    body = ? WHERE ep = ? AND n = ?"""


class Forgotten(NamedTuple):
    """Members who were erased. is_about: whether an event, as it is sent, is about one of them."""

    ids: list[str]
    is_about: Callable[[bytes], bool]


class _Staying(NamedTuple):
    """What a deed leaves that stays as nobody's: how its scope begins, and what takes it away."""

    scope: str
    statements: tuple[str, ...]


_STAYING = {
    VisitOpened.__name__: _Staying("st:", ("DELETE FROM line WHERE visit_id = ?", "DELETE FROM visit WHERE id = ?")),
    GiftGiven.__name__: _Staying("st:", ("DELETE FROM gift WHERE id = ?",)),
    VoucherTaken.__name__: _Staying("cat", ("DELETE FROM voucher WHERE id = ?",)),
    RequestMade.__name__: _Staying("st:", ("DELETE FROM request WHERE id = ?",)),
}
_NOT_DONE = Direct(select(Erasure.id, Erasure.names).where(Erasure.done.is_(False)))
# Whoever was merged into them has an erasure of their own, or is somebody else to a hub that lost that merge.
_NOBODY_IS_THEM = removing(Redirect, "keep")
_LED_TO = Direct(merged_into(ids_of("ids")))
_OF_ERASURE = (ErasureRequested.__name__, ErasureCarriedOut.__name__)


def lay_erasure(session: Session, member_id: str, at: datetime) -> None:
    """The hub's row: what is theirs goes, and what waits about them will never be sent.

    The hub refuses all of it as ``erased`` anyway; here it is refused at once, and nobody has to deal with it.
    """
    if session.get(Erasure, member_id) is not None:
        return
    parted = _parted(session) | led_to(session, member_id)
    write(session, _NOBODY_IS_THEM, [(member_id,)])
    give_back(session, parted, member_id)
    connection = session.connection()
    said, taken = (_visits_told(connection, query, member_id) for query in (_SAID, _TAKEN))
    names = said | taken | forget_member(session, member_id, taken)
    is_about = _teller(names)
    told = execute(connection, "SELECT ep, n, body FROM outbox")
    for key in [(ep, n) for ep, n, body in told if is_about(body)]:
        entry = _ENTRY.first(connection, ep=key[0], n=key[1])
        if staying := _STAYING.get(entry.kind):
            _leave(session, entry, staying)
        execute(connection, _STRIP, (canonical({"id": entry.event_id}), *key))
    session.add(Erasure(id=member_id, at=at, names=msgspec.json.encode(sorted(names)).decode()))
    session.flush()


def _parted(session: Session) -> set[str]:
    """Whoever was told apart while the store's rows that say so are still to come."""
    return {row[0] for row in execute(session.connection(), _PARTED)}


def led_to(session: Session, member_id: str) -> set[str]:
    """All who were merged into them, be it by way of others."""
    return {row.id for row in among(session, _LED_TO, [member_id])}


def give_back(session: Session, parted: Set[str], kept: str) -> None:
    """What was done here for these, by their own ids, and stands as the kept member's goes to who they are by now."""
    now = {each: resolve(session, each) for each in parted}
    for statement in _giving_back():
        write(session, statement, [(whose, kept, each) for each, whose in now.items()])


@cache
def _giving_back() -> list[str]:
    """What was told last of a row counts: a visit may have been joined to another since."""
    return [
        f"UPDATE {table} SET member_id = ? WHERE member_id = ? AND {told_last(table.name)} = ?"  # noqa: S608
        for table in tables_with("member_id")
        if "id" in table.c
    ]


def _visits_told(connection: Connection, query: str, member_id: str) -> set[str]:
    """The visits that were said here to be theirs, by this very id: another's by now, if they were told apart since and
    those rows are still to come.
    """
    told: dict[str, bytes] = {}
    for visit_id, body in execute(connection, query):
        told[visit_id] = body  # the last word
    is_theirs = _teller({member_id})
    return {visit_id for visit_id, body in told.items() if is_theirs(body)}


def _leave(session: Session, entry: Any, staying: _Staying) -> None:
    """It stays because the hub has it; if the hub will never hear of it, it goes here too. If it has heard, and only
    the answer was lost, its row brings it back; if it loses that again, nobody can tell it any more.
    """
    if entry.state == "rejected":  # it left nothing; what stands there is another's
        return
    if entry.state != "accepted":
        for statement in staying.statements:
            execute(session.connection(), statement, (entry.row_id,))
        return
    readable = read_installation(session.connection()).scopes.split()
    for scope, seq in msgspec.json.decode(entry.seen_at or "{}").items():
        cursor = find_cursor(session, scope)
        if scope in readable and scope.startswith(staying.scope) and (cursor is None or cursor.seq < seq):
            hold_unread(session, scope, entry.row, entry.row_id, 0)


def find_forgotten(connection: Connection) -> Forgotten | None:
    """Whom the files may still hold; None if there is nobody."""
    told = {row.id: msgspec.json.decode(row.names, type=list[str]) for row in _NOT_DONE.rows(connection)}
    return Forgotten(list(told), _teller(set(chain(*told.values())))) if told else None


def confirm_forgotten(work: Work, ids: list[str]) -> None:
    """The files are clean of these: headquarters counts the tills that say so."""
    for erasure in work.session.scalars(select(Erasure).where(Erasure.id.in_(ids), Erasure.done.is_(False))).all():
        erasure.done = True
        work.note(ErasureCarriedOut(member_id=erasure.id))


def _teller(names: set[str]) -> Callable[[bytes], bool]:
    """An id stands in an event between two quotes, as it is: thousands are looked through while a deed waits."""
    ids = {name.encode() for name in names}

    def is_about(body: bytes) -> bool:
        return not ids.isdisjoint(body.split(b'"')) and not _is_of_erasure(body)

    return is_about


def _is_of_erasure(body: bytes) -> bool:
    """The request and the receipt name nobody but by an id that the hub keeps for ever, too."""
    try:
        return msgspec.json.decode(body)["typ"] in _OF_ERASURE
    except (msgspec.MsgspecError, UnicodeDecodeError, KeyError, TypeError):
        return False
