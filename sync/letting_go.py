"""A scope that this till may not read any more: that of a store which it has left."""

from collections.abc import Iterable

from desktop.data.direct import execute
from desktop.data.theirs import tables_with
from desktop.work import Work
from sync import outbox
from sync.cursors import cursor_of, find_cursor, hold_unread, keep_cursor, read_again

_MERGE = "redirect"  # only the hub merges: of a deed that asked for it nothing is here


def let_scope_go(work: Work, scope: str) -> None:
    """All of it goes, what was not read back yet too, and nobody is asked. Once swept, it was never read."""
    for row, row_id in dict.fromkeys((told.row, told.row_id) for told in outbox.accepted_in(work.session, scope)):
        _hold(work, scope, row, row_id)
    _remember_whose(work, scope)
    cursor_of(work.session, scope)  # there may have been none
    read_again(work, scope)
    cursor = cursor_of(work.session, scope)
    cursor.head, cursor.whole = 0, False
    keep_cursor(work.session, cursor)


def let_old_store_go(work: Work, took: Iterable[str]) -> None:
    """The hub took something in these scopes before this till was moved, and the answer was lost."""
    for scope in _left(work, took):
        let_scope_go(work, scope)


def let_row_go(work: Work, took: Iterable[str], row: str, row_id: str) -> None:
    """The same of one row, of which it is heard late: there may be many more."""
    for scope in _left(work, took):
        if _is_going(work, scope):
            _hold(work, scope, row, row_id)
        else:
            let_scope_go(work, scope)


def _hold(work: Work, scope: str, row: str, row_id: str) -> None:
    if row != _MERGE:
        hold_unread(work.session, scope, row, row_id, 0)


def _left(work: Work, took: Iterable[str]) -> set[str]:
    return set(took) - set(work.till.scopes.split())


def _is_going(work: Work, scope: str) -> bool:
    cursor = find_cursor(work.session, scope)
    return cursor is not None and cursor.sweeping and cursor.seq == cursor.head == 0


def _remember_whose(work: Work, scope: str) -> None:
    """What was told of these rows stays here for a while; if whose they are is erased meanwhile, it goes with them. As
    it was told: who is one with whom may change while this till hears no more of the row.
    """
    for table in tables_with("member_id"):
        if "id" in table.c:
            told = f"""INSERT OR REPLACE INTO left_row (id, whose)
                SELECT id, coalesce({outbox.told_last(table.name)}, member_id) FROM {table}
                WHERE member_id IS NOT NULL AND id IN (SELECT row_id FROM outbox WHERE "row" = '{table}')
                AND id IN (SELECT row_id FROM feed_row WHERE scope = ? AND kind = '{table}')"""  # noqa: S608
            execute(work.session.connection(), told, (scope,))
