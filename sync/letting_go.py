"""A scope that this till may not read any more: that of a store which it has left."""

from collections.abc import Iterable

from desktop.work import Work
from sync import outbox
from sync.cursors import cursor_of, hold_unread, keep_cursor, read_again


def let_scope_go(work: Work, scope: str) -> None:
    """All of it goes, what was not read back yet too, and nobody is asked. Once swept, it was never read."""
    for row, row_id in dict.fromkeys((told.row, told.row_id) for told in outbox.accepted_in(work.session, scope)):
        hold_unread(work.session, scope, row, row_id, 0)
    cursor_of(work.session, scope)  # there may have been none
    read_again(work, scope)
    cursor = cursor_of(work.session, scope)
    cursor.head, cursor.whole = 0, False
    keep_cursor(work.session, cursor)


def let_old_store_go(work: Work, took: Iterable[str]) -> None:
    """The hub took something in these scopes before this till was moved, and the answer was lost or came late."""
    for scope in set(took) - set(work.till.scopes.split()):
        let_scope_go(work, scope)
