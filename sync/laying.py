"""Rows of the hub laid under what still waits here: whatever the order they come in, own deeds stay on the screen."""

import logging
from collections.abc import Iterable, Iterator, Sequence, Set
from itertools import groupby

import msgspec
from sqlalchemy import Connection, bindparam, exists, func, select
from sqlalchemy.orm import Session, aliased

from desktop.data.codes import Voucher
from desktop.data.direct import Direct
from desktop.data.exchange import Cursor, FeedRow, Outbox, ParkedIn
from desktop.data.members import Redirect
from desktop.data.projections import adopt_visits, resolve
from desktop.data.visits import Visit
from desktop.work import Work
from sync import outbox, rows
from sync.again import lay_again
from sync.cursors import hold_unread, read_again, read_theirs_again
from sync.letting_go import let_row_go
from sync.protocol import Answer, Row
from sync.statements import among, ids_of

_log = logging.getLogger(__name__)

_VERDICT = "verdict"
_PEOPLE = ("directory", "member")
_VERSION_READ = Direct(
    select(FeedRow.ver)
    .join(Cursor, (Cursor.scope == FeedRow.scope) & (Cursor.reading == FeedRow.reading))
    .where(
        FeedRow.scope == bindparam("scope"), FeedRow.kind == bindparam("kind"), FeedRow.row_id == bindparam("row_id")
    )
)
# A store's scope that was read further than the directory: what it tells of two who were parted was laid as of one.
_REDIRECT = aliased(FeedRow)
_ALREADY_PARTED = Direct(
    select(FeedRow.scope).where(
        FeedRow.scope.in_(select(Cursor.scope)), FeedRow.kind == "member",
        (FeedRow.row_id == bindparam("old")) | (FeedRow.row_id == bindparam("kept")),
        ~exists().where(
            _REDIRECT.scope == FeedRow.scope, _REDIRECT.kind == "redirect", _REDIRECT.row_id == bindparam("old")
        ),
    ).limit(1)
)  # fmt: skip
# Who is one with whom the directory decides: a store's scope that was read less far may tell what is no longer so.
_DECIDES = "dir"
_STANDS_ALONE = Direct(
    select(FeedRow.scope).where(
        FeedRow.scope == _DECIDES, FeedRow.kind == "directory", FeedRow.row_id == bindparam("member_id")
    )
)
_MERGED_BY_A_STORE = Direct(
    select(Redirect.id).where(
        Redirect.id.in_(ids_of("ids")),
        ~exists().where(FeedRow.scope == _DECIDES, FeedRow.kind == "redirect", FeedRow.row_id == Redirect.id),
    )
)
# What the hub knows as another's, or as taken by another, and this till as theirs by a deed unheard: no row would come
# to say how it stands.
_THEIR_VISITS = select(Visit.id).where(Visit.member_id == bindparam("member_id"))
_UNHEARD = Direct(
    select(FeedRow.scope)
    .distinct()
    .join(Outbox, (Outbox.row == FeedRow.kind) & (Outbox.row_id == FeedRow.row_id))
    .where(
        (Outbox.state == "pending") | (Outbox.state == "parked"),
        ((FeedRow.kind == "visit") & FeedRow.row_id.in_(_THEIR_VISITS))
        | (
            (FeedRow.kind == "voucher")
            & FeedRow.row_id.in_(select(Voucher.id).where(Voucher.visit_id.in_(_THEIR_VISITS)))
        ),
    )
)
_KINDS_PARKED = Direct(select(ParkedIn.kind).distinct())


def lay(work: Work, scope: str | None, told: Iterable[Row], *, head: int | None = None) -> None:
    """Lay rows in their order, those of one kind at once where the order says nothing.

    scope: the feed they stand in. head: they are as the hub had them when that feed ended there, whatever their own
    numbers say; None: as it has them now.
    """
    read = {} if scope is None or head is None else {scope: head}
    for together, batch in groupby(told, _goes_together):
        if together:
            for kind, some in _by_kind(batch):
                _lay_some(work, scope, kind, some, read=read)
        else:
            for row in batch:
                _lay_one(work, scope, row, read=read)


def known(kind: str) -> bool:
    """Whether this till can do something with rows of this kind."""
    return kind == _VERDICT or rows.known(kind)


def has_parked(connection: Connection) -> bool:
    """Whether rows were kept that an older version of this program could not read."""
    return bool(_KINDS_PARKED.rows(connection))


def lay_parked(work: Work) -> None:
    """Lay the rows that an older version of this program could not read, unless newer ones have come since."""
    readable = [kind for kind in _KINDS_PARKED.scalars(work.session.connection()) if known(kind)]
    kept = select(ParkedIn).where(ParkedIn.kind.in_(readable))
    for parked in work.session.scalars(kept).all() if readable else ():
        try:
            with work.session.begin_nested():
                _take_up(work, parked)
        except Exception:  # noqa: BLE001 - it stays where it is; what waits here must go up all the same
            _log.exception("a row that was kept could not be laid")


def _take_up(work: Work, parked: ParkedIn) -> None:
    row = Row(op=parked.op, kind=parked.kind, eid=parked.row_id, ver=parked.ver)
    if parked.body is not None:
        row = msgspec.structs.replace(row, body=msgspec.Raw(parked.body))
    scope, newest = parked.scope, _is_newest(work, parked)
    work.session.delete(parked)
    if newest:
        work.session.flush()
        lay(work, scope or None, [row])


def _is_newest(work: Work, parked: ParkedIn) -> bool:
    """Whether the feed has brought nothing newer; what a verdict brought is kept apart from what a scope did."""
    same = select(func.max(FeedRow.ver)).where(FeedRow.kind == parked.kind, FeedRow.row_id == parked.row_id)
    if parked.scope:
        held = work.session.scalar(same.where(FeedRow.scope == parked.scope))
        return held == (None if parked.op == "del" else parked.ver)
    held = work.session.scalar(same)
    return held is None or held <= parked.ver


def settle(work: Work, answer: Answer, read_on: Set[str] = frozenset()) -> None:
    """Write down one verdict; what it says of the row is the hub's last word on it, unless another program of this till
    has read on in some scopes while it was on its way.
    """
    entry = outbox.settle(work.session, answer, work.till.heard_at)
    if entry is None:
        return
    work.touched |= {(entry.row, entry.row_id), ("outbox", entry.event_id)}
    row = answer.row
    if row is not None and row.scope and row.scope not in work.till.scopes.split():
        lay(work, row.scope, [Row(op="del", kind=row.kind, eid=row.eid, ver=0)])  # of a store that was left meanwhile
    elif row is not None:
        lay(work, None, [row])  # whatever it accepted is in it
        if row.scope and row.op == "put":
            _hold(work, row.scope, row, read_on)
        else:
            _read_gone_again(work, row, read_on)
    if entry.state != "accepted":  # else it has gone: a scope that is read anew tells its late verdicts again
        let_row_go(work, answer.at, entry.row, entry.row_id)


def _hold(work: Work, scope: str, row: Row, read_on: Set[str]) -> None:
    """An answer may be late: what has been read since is newer, and has to be read once more; it may be gone by now."""
    read = version_read(work.session, scope, row.kind, row.eid)
    hold_unread(work.session, scope, row.kind, row.eid, row.ver)
    if scope in read_on if read is None else read > row.ver:
        read_again(work, scope)


def _read_gone_again(work: Work, row: Row, read_on: Set[str]) -> None:
    """What a late answer takes away may have come since."""
    for scope in read_on:
        if version_read(work.session, scope, row.kind, row.eid) is not None:
            read_again(work, scope)


def version_read(session: Session, scope: str, kind: str, row_id: str) -> int | None:
    """The version of a row that the present reading of a scope has brought."""
    version: int | None = _VERSION_READ.scalar(session.connection(), scope=scope, kind=kind, row_id=row_id)
    return version


def _goes_together(row: Row) -> bool:
    """Whether it may be laid before or after its neighbours: it only says how one thing is now."""
    return row.op == "put" and row.kind in rows.TOGETHER


def _by_kind(batch: Iterable[Row]) -> Iterator[tuple[str, list[Row]]]:
    found: dict[str, list[Row]] = {}
    for row in batch:
        found.setdefault(row.kind, []).append(row)
    return ((kind, found[kind]) for kind in rows.TOGETHER if kind in found)


def _lay_some(work: Work, scope: str | None, kind: str, some: Sequence[Row], *, read: dict[str, int]) -> None:
    if scope == _DECIDES and kind == "directory":
        _part_who_stand_alone(work, some, read=read)
    unread = rows.lay(work.session, kind, some)
    laid = {row.eid for row in some} - unread
    for row in some if unread else ():
        if row.eid in unread:
            _park(work, scope, row)
    if kind in _PEOPLE:
        work.touched |= adopt_visits(work.session)
    _lay_deeds_over(work, kind, laid, read=read)


def _lay_one(work: Work, scope: str | None, row: Row, *, read: dict[str, int]) -> None:
    if row.kind == _VERDICT:
        done = _settle_late(work, row)
    elif _lags_behind(work, scope, row):
        return
    elif done := rows.known(row.kind) and row.op in ("put", "del"):
        if row.kind == "erasure":
            _read_unheard_again(work, row.eid)
        if row.op == "put":
            done = not rows.lay(work.session, row.kind, [row])
        elif not _take_away(work, scope, row):
            return
    if not done:
        _park(work, scope, row)
    elif row.kind != _VERDICT:
        _lay_deeds_over(work, row.kind, {row.eid}, read=read)


def _take_away(work: Work, scope: str | None, row: Row) -> bool:
    kept = resolve(work.session, row.eid) if row.kind == "redirect" else None
    taken = rows.remove(work.session, row.kind, row.eid, scope=scope)
    if kept and taken and _ALREADY_PARTED.first(work.session.connection(), old=row.eid, kept=kept):
        read_theirs_again(work)
    return taken


def _lags_behind(work: Work, scope: str | None, row: Row) -> bool:
    """Whether a store's scope tells of a merge though the directory still has the old member, or has them again. If it
    only has not heard yet, it will tell.
    """
    if scope in (None, _DECIDES) or row.kind != "redirect" or row.op != "put":
        return False
    return _STANDS_ALONE.first(work.session.connection(), member_id=row.eid) is not None


def _part_who_stand_alone(work: Work, told: Iterable[Row], *, read: dict[str, int]) -> None:
    """Whom only a store's scope told to be merged the directory has: they were told apart, or it will tell of it."""
    for member in among(work.session, _MERGED_BY_A_STORE, (row.eid for row in told)):
        _lay_one(work, _DECIDES, Row(op="del", kind="redirect", eid=member.id, ver=0), read=read)


def _read_unheard_again(work: Work, member_id: str) -> None:
    """What waits about a visit of theirs will never be sent: it is as the hub has it."""
    for scope in _UNHEARD.scalars(work.session.connection(), member_id=member_id):
        read_again(work, scope)


def _park(work: Work, scope: str | None, row: Row) -> None:
    body = bytes(row.body) if isinstance(row.body, msgspec.Raw) else None
    work.session.merge(ParkedIn(scope=scope or "", kind=row.kind, row_id=row.eid, op=row.op, ver=row.ver, body=body))


def _settle_late(work: Work, row: Row) -> bool:
    try:
        answer = msgspec.json.decode(row.body or b"", type=Answer)
    except msgspec.MsgspecError:
        return False
    settle(work, answer)
    return True


def _lay_deeds_over(work: Work, kind: str, laid: set[str], *, read: dict[str, int]) -> None:
    """The deeds about these rows that the hub's word does not know yet, and those that came after them: they may take
    back what an earlier one did.

    read: how far the feed that brought them is known. How far the other scopes were read says nothing about them: they
    may lag behind for long.
    """
    shown = "member" if kind == "directory" else kind
    work.touched.update((shown, row_id) for row_id in laid)
    unknown: set[str] = set()
    for entry in outbox.unseen(work.session, shown, laid):
        about = str(resolve(work.session, entry.row_id)) if shown in outbox.OF_PEOPLE else entry.row_id
        if about in unknown or not outbox.was_read(entry, read):
            unknown.add(about)
            lay_again(work, entry.body)
