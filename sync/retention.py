"""How long events stay here after the hub's verdict: thirty days by its own time, for one restored from a backup."""

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import Protocol

import msgspec
from sqlalchemy import bindparam, delete, or_, select
from sqlalchemy.orm import Session

from desktop.data.direct import Direct
from desktop.data.exchange import LeftRow, Outbox
from desktop.work import Work
from sync.ceilings import drop_ceilings
from sync.cursors import seqs
from sync.envelopes import read_envelope
from sync.outbox import was_read
from sync.statements import among, ids_of

_KEPT_MS = 30 * 86_400_000
_TABLE = Outbox.metadata.tables[Outbox.__tablename__]
_NAMED = _TABLE.c.event_id.in_(ids_of("ids"))
_JUDGED = Direct(select(_TABLE.c.event_id, _TABLE.c.state, _TABLE.c.seen_at, _TABLE.c.settled_at).where(_NAMED))
_DONE_WITH = or_(_TABLE.c.state == "accepted", _TABLE.c.acknowledged)
_UNSEEN = Direct(select(_TABLE.c.event_id).where(_NAMED, _TABLE.c.state == "rejected", ~_TABLE.c.acknowledged))
_OLD = Direct(select(_TABLE.c.event_id).where(_DONE_WITH, _TABLE.c.settled_at < bindparam("before")))
_DROP = Direct(delete(_TABLE).where(_NAMED, _DONE_WITH))
_DROP_LEFT = Direct(delete(LeftRow).where(LeftRow.id.not_in(select(_TABLE.c.row_id))))  # nothing here tells of these


class Days(Protocol):
    """The files of a journal, one a day."""

    def files(self) -> list[Path]:
        """The oldest first."""

    def read(self, *files: Path) -> Iterator[bytes]:
        """The events of these."""

    def end(self, path: Path) -> bytes | None:
        """The last event of one; None if its end is not whole."""

    def drop(self, path: Path, is_about: Callable[[bytes], bool]) -> bool:
        """Do away with such events of one, and with it if it has no others; false if the disk does not give it."""


def tidy(work: Work, days: Days) -> bool:
    """Drop one file that nobody will ask for again, and its events from the outbox; whether there may be another.

    No clock of this machine has a say, nor the age of a file: either may be wrong by years. A refusal that nobody has
    dealt with stays in both; a file with an event that the outbox lacks stays, for the hub may not know it.
    """
    if work.till.heard_at is None:
        return False
    long_ago = work.till.heard_at - _KEPT_MS
    for path in days.files():
        end = days.end(path)
        if end is None or _is_over(work.session, _ids([end]), long_ago):  # the last tells of most that they must stay
            ids = _ids(days.read(path))
            done = ids - {each.event_id for each in among(work.session, _UNSEEN, ids)}
            is_over = done and _is_over(work.session, ids, long_ago)
            if is_over and days.drop(path, partial(_is_of, done)):  # before the rows: without them it brings them back
                _drop(work, done)
                return True
    _drop_strays(work, days, long_ago)
    return False


def _drop_strays(work: Work, days: Days, long_ago: int) -> None:
    """Of some events the file is gone and the row is not: a refusal was dealt with later, or the power failed between
    the two. While the disk does not give a file, nobody can tell.
    """
    strays = set(_OLD.scalars(work.session.connection(), before=long_ago))
    for path in days.files():
        here = _ids(days.read(path)) if strays else strays
        if not here:
            return
        strays -= here
    _drop(work, _over(work.session, strays, long_ago))


def _is_of(ids: set[str], body: bytes) -> bool:
    envelope = read_envelope(body)
    return envelope is not None and envelope.id in ids


def _ids(bodies: Iterable[bytes]) -> set[str]:
    return {envelope.id for body in bodies if (envelope := read_envelope(body))}


def _is_over(session: Session, ids: set[str], long_ago: int) -> bool:
    """Whether all of them are over; not if there are none: the disk may not have given them."""
    return bool(ids) and _over(session, ids, long_ago) == ids


def _over(session: Session, ids: set[str], long_ago: int) -> set[str]:
    """Those of which the hub judged before that, and what it made of them was read."""
    judged = among(session, _JUDGED, ids)
    settled = [each for each in judged if each.settled_at is not None and each.settled_at < long_ago]
    cursors = seqs(session.connection()) if settled else {}
    return {each.event_id for each in settled if each.state == "rejected" or was_read(each, cursors)}


def _drop(work: Work, ids: set[str]) -> None:
    connection = work.session.connection()
    _DROP.run(connection, ids=msgspec.json.encode(list(ids)).decode())
    _DROP_LEFT.run(connection)
    drop_ceilings(work.till, connection)
