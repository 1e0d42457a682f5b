"""The feed: how a batch's changed documents are saved and told to the tills, scope by scope, without a gap."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from msgspec.structs import replace
from sqlalchemy import Connection, bindparam, select, update
from sqlalchemy.dialects import postgresql, sqlite

from sync.hub.archive import save_documents, save_owners
from sync.hub.documents import AnyDocument, Documents, Key
from sync.hub.scopes import row_kind, scopes_of
from sync.hub.statements import Prepared, among, insert_rows
from sync.hub.tables import feed, feed_head, meta
from sync.protocol import ErasureRow, MemberRow, RedirectRow, row_hash, sum_text

_HEADS = Prepared(lambda postgres: select(feed_head).where(among(feed_head.c.scope, "scopes", postgres=postgres)))

Landed = dict[Key, dict[str, int]]


class Change(NamedTuple):
    """A document before and after; nothing before if it is new."""

    before: AnyDocument | None
    after: AnyDocument


def publish(connection: Connection, documents: Documents) -> Landed:
    """Save what was put and point every scope's feed at it; where each document's row landed, by scope."""
    changes = [_numbered(change, documents) for change in _changes(documents)]
    save_documents(connection, [after for before, after in changes if before is None], new=True)
    save_documents(connection, [after for before, after in changes if before is not None], new=False)
    save_owners(connection, documents)
    if any(isinstance(after.body, ErasureRow) for _, after in changes):
        connection.execute(update(meta).values(erasures=meta.c.erasures + 1))  # whatever was packed before is no good
    landed = _point(connection, changes)
    documents.published(after for _, after in changes)
    return landed


def place(keys: Iterable[Key], landed: Landed, readable: tuple[str, ...]) -> dict[str, int]:
    """How far each readable feed must be read to have seen these documents as they are now."""
    at: dict[str, int] = {}
    for key in keys:
        for scope, seq in landed.get(key, {}).items():
            if scope in readable:
                at[scope] = max(seq, at.get(scope, 0))
    return at


def head(connection: Connection, scope: str) -> tuple[int, str]:
    """The last number of a scope, and its checksum."""
    return heads(connection, [scope])[scope]


def heads(connection: Connection, scopes: Sequence[str]) -> dict[str, tuple[int, str]]:
    """The same of several scopes."""
    found = {row.scope: (row.n, row.sum64) for row in _HEADS.rows(connection, scopes=list(scopes))}
    return {scope: found.get(scope, (0, sum_text(0))) for scope in scopes}


def _changes(documents: Documents) -> list[Change]:
    """Everything that was put, and whatever belongs to a member who was served in a new store. Who is one comes first:
    what a till lays of somebody it lays as theirs whom it knows by then.
    """
    changes = [Change(before, after) for before, after in documents.changes()]
    moved = {after.id for before, after in changes if before and _stores(before) != _stores(after)}
    followers = documents.followers(moved) if moved else []
    changes += [Change(follower, follower) for follower in followers]
    return sorted(changes, key=lambda change: not isinstance(change.after.body, RedirectRow))


def _stores(document: AnyDocument) -> tuple[str, ...]:
    return document.meta.stores if isinstance(document.body, MemberRow) else ()


def _numbered(change: Change, documents: Documents) -> Change:
    """With new scopes; and a new version if it was put, rather than followed."""
    before, after = change
    version = after.ver if before is after else (before.ver if before else 0) + 1
    return Change(before, replace(after, ver=version, scopes=scopes_of(after, documents)))


def _point(connection: Connection, changes: Iterable[Change]) -> Landed:
    """Raise the counters, in one order everywhere and as the last thing that can wait for another push."""
    told: dict[str, list[Key]] = defaultdict(list)
    sums: dict[str, int] = defaultdict(int)
    for before, after in changes:
        for scope in _touched(before, after):
            told[scope].append(after.key)
            sums[scope] += _weight(after, scope) - _weight(before, scope)
    landed: Landed = defaultdict(dict)
    for scope in sorted(told):
        first = _raise_head(connection, scope, len(told[scope]), sums[scope])
        for seq, key in enumerate(told[scope], first):
            landed[key][scope] = seq
    insert_rows(connection, feed, [(s, n, key.kind, key.id) for key, at in landed.items() for s, n in at.items()])
    return landed


def _touched(before: AnyDocument | None, after: AnyDocument) -> set[str]:
    """Scopes that have something to learn: all of them, or only those a follower came into."""
    if before is None or before.ver != after.ver:
        return {*(before.scopes if before else ()), *after.scopes}
    return set(before.scopes) ^ set(after.scopes)


def _weight(document: AnyDocument | None, scope: str) -> int:
    """What a document adds to the checksum of a scope."""
    if document is None or scope not in document.scopes:
        return 0
    return row_hash(row_kind(document.key.kind, scope), document.id, document.ver)


_SET_SUM = Prepared(update(feed_head).where(feed_head.c.scope == bindparam("of")).values(sum64=bindparam("total")))


def _raising(postgres: bool) -> Any:
    insert = (postgresql if postgres else sqlite).insert(feed_head)
    told = insert.values({name: bindparam(name) for name in ("scope", "n", "sum64")})
    raised = told.on_conflict_do_update(
        index_elements=[feed_head.c.scope], set_={"n": feed_head.c.n + insert.excluded.n}
    )
    return raised.returning(feed_head.c.n, feed_head.c.sum64)


_RAISE = Prepared(_raising)


def _raise_head(connection: Connection, scope: str, by: int, weight: int) -> int:
    """The first of ``by`` new numbers. The row stays locked until commit, so numbers are committed in their order."""
    row = _RAISE.first(connection, scope=scope, n=by, sum64=sum_text(0))
    _SET_SUM.run(connection, of=scope, total=sum_text(int(row.sum64, 16) + weight))
    return int(row.n) - by + 1
