"""Pages of the feed, written down: rows and cursor in one transaction, each scope whole or known not to be."""

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple

import msgspec
from sqlalchemy import Connection, bindparam, func, select, tuple_
from sqlalchemy.orm import Session

from desktop.data.direct import Direct, execute
from desktop.data.exchange import Cursor, FeedRow, ParkedIn
from desktop.errors import TillError
from desktop.work import Work
from sync import laying, outbox
from sync.cursors import cursor_of, drop_cursor, keep_cursor, read_again, read_theirs_again, seqs
from sync.protocol import Page, Row, row_hash, sum_text
from sync.statements import removing, write, writing

# If more of a scope's rows would go at once, or too large a part of them, somebody is asked first.
_FEW, _VERY_FEW, _SMALL_PART = 500, 50, 0.05
_VERSIONS = """SELECT held.kind, held.row_id, held.ver, held.reading FROM json_each(?) AS told
    CROSS JOIN feed_row AS held ON held.scope = ? AND held.kind = told.value ->> 0 AND held.row_id = told.value ->> 1"""
_HOLD = writing(FeedRow, "scope", "kind", "row_id", "ver", "reading")
_LET_GO = removing(FeedRow, "scope", "kind", "row_id")
_NOT_PARKED = removing(ParkedIn, "scope", "kind", "row_id")
_SWEPT = Direct(select(Cursor.scope).where(Cursor.sweeping, Cursor.asked == 0, Cursor.seq >= Cursor.head))
_SIZE = select(func.count()).where(FeedRow.scope == bindparam("scope"))
_OLDER = (
    FeedRow.scope == bindparam("scope"),
    FeedRow.reading < select(Cursor.reading).where(Cursor.scope == bindparam("scope")).scalar_subquery(),
)
_GHOSTS = (
    select(FeedRow.kind, FeedRow.row_id)
    .where(*_OLDER, tuple_(FeedRow.kind, FeedRow.row_id) > tuple_(bindparam("kind"), bindparam("row_id")))
    .order_by(FeedRow.kind, FeedRow.row_id)
    .limit(bindparam("limit"))
)
_MERGES_LOST = select(FeedRow.kind, FeedRow.row_id).where(*_OLDER, FeedRow.kind == "redirect")
_COUNT_GHOSTS = select(func.count(FeedRow.row_id)).where(*_OLDER)


class Version(NamedTuple):
    """Of a row that is held, and the reading it came in."""

    ver: int
    reading: int


Held = dict[tuple[str, str], Version]  # by kind and id


class FeedBroken(TillError):
    """A page does not continue what was read, or the rows held are not those the hub counts."""

    family = "feed"


class Ghost(NamedTuple):
    """A row that is here and did not come again."""

    kind: str
    row_id: str


def apply_page(work: Work, page: Page) -> bool:
    """Lay the rows of one page under what still waits, then move the cursor.

    False if the cursor is elsewhere by now, because the scope is read anew, or another program has read on for this
    till; or if so much would go that somebody must agree first.
    Raises FeedBroken, and leaves everything as it was, when a number is missing.
    """
    cursor = cursor_of(work.session, page.scope)
    if page.from_ != cursor.seq or cursor.asked:
        return False
    done = _apply(work, page, cursor)
    keep_cursor(work.session, cursor)
    return done


def _apply(work: Work, page: Page, cursor: Cursor) -> bool:
    _check_dense(page)
    held = _held(work.session, page.scope, page.rows)
    cursor.lost += sum(row.op == "del" and (row.kind, row.eid) in held for row in page.rows)
    if not cursor.agreed and _is_much(work.session.connection(), cursor):
        cursor.asked, cursor.lost = cursor.lost, 0
        return False
    total = int(cursor.sum64, 16) + count(work.session, cursor, page.rows, held)
    laying.lay(work, page.scope, page.rows, head=page.head)
    cursor.sum64, cursor.head = sum_text(total), page.head
    cursor.seq = page.to  # last: a cursor never passes rows that are not written
    if not page.more:
        if cursor.sum64 != page.sum64:
            raise FeedBroken("checksum_differs", scope=page.scope)
        cursor.whole, cursor.lost = True, 0
        cursor.agreed = cursor.agreed and cursor.sweeping
    return True


def count(session: Session, cursor: Cursor, told: Sequence[Row], held: Held | None = None) -> int:
    """Write down which versions are held now; the change of the scope's checksum by that."""
    held = _held(session, cursor.scope, told) if held is None else held
    reading, scope, change = cursor.reading, cursor.scope, 0
    now = {(row.kind, row.eid): row for row in told}
    for key, row in now.items():
        if key in held and held[key].reading == reading:
            change -= row_hash(*key, held[key].ver)
        if row.op != "del":
            change += row_hash(*key, row.ver)
    write(session, _LET_GO, [(scope, *key) for key, row in now.items() if row.op == "del" and key in held])
    write(session, _HOLD, [(scope, *key, row.ver, reading) for key, row in now.items() if row.op != "del"])
    return change


def drop_untold(work: Work, scope: str, as_of: int) -> None:
    """What the hub took, and let go of before it was read back here, goes: a snapshot tells of nothing that is gone.
    What stands in a scope that is still to be read has its time.
    """
    known = seqs(work.session.connection())
    read = {each: known.get(each, 0) for each in work.till.scopes.split()}
    taken = [each for each in outbox.accepted_in(work.session, scope) if outbox.was_read(each, read)]
    kinds = {"member": "directory"} if scope == "dir" else {}
    keys = dict.fromkeys((kinds.get(each.row, each.row), each.row_id) for each in taken)
    gone = [Row(op="del", kind=kind, eid=row_id, ver=0, seq=as_of) for kind, row_id in keys]
    held = _held(work.session, scope, gone)
    laying.lay(work, scope, [row for row in gone if (row.kind, row.eid) not in held], head=as_of)


# A scope that was read anew: what did not come again goes


def list_swept(connection: Connection) -> list[str]:
    """The scopes that were read anew to their end, so that what did not come again may go."""
    return _SWEPT.scalars(connection)


def find_ghosts(connection: Connection, scope: str, after: Ghost, limit: int) -> list[Ghost]:
    """The next rows that did not come again."""
    told = {"scope": scope, "kind": after.kind, "row_id": after.row_id, "limit": limit}
    return [Ghost(*row) for row in connection.execute(_GHOSTS, told)]


def count_ghosts(connection: Connection, scope: str) -> int:
    """How many did not come again."""
    return connection.scalar(_COUNT_GHOSTS, {"scope": scope}) or 0


def may_sweep(work: Work, scope: str, ghosts: int) -> bool:
    """Whether so many may go; if they are too many, somebody will be asked."""
    cursor = cursor_of(work.session, scope)
    cursor.lost = ghosts
    if _may_read(work, scope) and not cursor.agreed and _is_much(work.session.connection(), cursor):
        cursor.asked = ghosts
    cursor.lost = 0
    keep_cursor(work.session, cursor)
    return not cursor.asked


def undo_merges(work: Work, scope: str) -> bool:
    """Redirects that did not come again go before all else; whether there were any.

    What has come meanwhile was laid as the kept member's: all that may name a member is read once more.
    """
    ghosts = [Ghost(*row) for row in work.session.connection().execute(_MERGES_LOST, {"scope": scope})]
    if ghosts:
        sweep(work, scope, ghosts)
        read_theirs_again(work)
        if outbox.unseen(work.session, "member", [ghost.row_id for ghost in ghosts]):
            read_again(work, scope)  # what was said of them here was laid over the kept one's row, too
    return bool(ghosts)


def sweep(work: Work, scope: str, ghosts: Iterable[Ghost]) -> None:
    """Take away what did not come again. What waits here about those rows is laid anew: own deeds stay."""
    cursor = cursor_of(work.session, scope)
    gone = [Row(op="del", kind=kind, eid=row_id, ver=0, seq=cursor.seq) for kind, row_id in ghosts]
    held = _held(work.session, scope, gone)
    gone = [row for row in gone if (found := held.get((row.kind, row.eid))) and found.reading != cursor.reading]
    write(work.session, _LET_GO, [(scope, row.kind, row.eid) for row in gone])
    write(work.session, _NOT_PARKED, [(scope, row.kind, row.eid) for row in gone])
    # Of a scope that was let go no more will be heard: what the hub has taken goes with its rows.
    laying.lay(work, scope, gone, head=cursor.seq if _may_read(work, scope) else None)


def end_sweep(work: Work, scope: str) -> None:
    """All of it is as the hub has it, or gone if it was let go."""
    if not _may_read(work, scope):
        drop_cursor(work.session, scope)
        return
    cursor = cursor_of(work.session, scope)
    cursor.sweeping, cursor.agreed = False, False
    keep_cursor(work.session, cursor)


def _may_read(work: Work, scope: str) -> bool:
    return scope in work.till.scopes.split()


def _is_much(connection: Connection, cursor: Cursor) -> bool:
    if not _VERY_FEW < cursor.lost <= _FEW:
        return cursor.lost > _FEW
    here = connection.scalar(_SIZE, {"scope": cursor.scope}) or 0
    return cursor.lost > _SMALL_PART * here


def _check_dense(page: Page) -> None:
    numbers = [page.from_, *(row.seq for row in page.rows)]
    steps = [after - before for before, after in pairwise(numbers)]
    rising = min(steps, default=1) > 0 and numbers[-1] == page.to
    if not rising or sum(steps) - len(steps) != page.compacted:
        raise FeedBroken("feed_gap", scope=page.scope, cursor=page.from_)


def _held(session: Session, scope: str, told: Iterable[Row]) -> Held:
    keys = msgspec.json.encode([(row.kind, row.eid) for row in told]).decode()
    found = execute(session.connection(), _VERSIONS, (keys, scope)) if len(keys) > len("[]") else ()
    return {(kind, row_id): Version(*rest) for kind, row_id, *rest in found}
