"""How long events stay here after the hub's verdict: thirty days, for a hub that is restored from a backup."""

import os
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol

from sqlalchemy import delete, func, or_, select
from sqlalchemy.orm import Session

from desktop.data.exchange import Cursor, Outbox
from desktop.work import Work
from sync.envelopes import read_envelope, slices
from sync.outbox import drop_ceilings, was_read

_KEPT = timedelta(days=30)
_WAITS = ("pending", "parked")


class Days(Protocol):
    """The files of a journal, one a day."""

    def files(self) -> list[Path]:
        """The oldest first."""

    def read(self, *files: Path) -> Iterator[bytes]:
        """The events of these."""

    def drop(self, path: Path) -> None:
        """Do away with one."""


def tidy(work: Work, days: Days) -> bool:
    """Drop one file that nobody will ask for again, and its events from the outbox; whether there may be another.

    A file tells by its age when something as old as it still waited; it goes thirty days after that. A refusal that
    nobody has dealt with stays in the outbox.
    """
    now = work.clock.now()
    waits = work.session.scalar(select(func.min(Outbox.at)).where(Outbox.state.in_(_WAITS)))
    for path in days.files():
        if waits and path.stem >= f"outbox-{waits - timedelta(days=1):%Y%m%d}":
            _make_young(path, now)
        elif now - _age_of(path) > _KEPT:
            return _drop(work, days, path, now)
    return False


def _drop(work: Work, days: Days, path: Path, now: datetime) -> bool:
    ids = [envelope.id for body in days.read(path) if (envelope := read_envelope(body))]
    if not _is_over(work.session, ids):
        _make_young(path, now)
        return True
    days.drop(path)  # before the rows: a file without them would bring them back
    for some in slices(ids):
        done = or_(Outbox.state == "accepted", Outbox.acknowledged)
        work.session.execute(delete(Outbox).where(Outbox.event_id.in_(some), done))
    drop_ceilings(work.session)
    return True


def _is_over(session: Session, ids: Sequence[str]) -> bool:
    """Whether the hub has judged all of them, and what it made of them was read."""
    cursors = {row.scope: row.seq for row in session.execute(select(Cursor.scope, Cursor.seq))}
    named = (select(Outbox.state, Outbox.seen_at).where(Outbox.event_id.in_(some)) for some in slices(ids))
    found = (entry for query in named for entry in session.execute(query))
    return all(entry.state == "rejected" or was_read(entry, cursors) for entry in found)


def _age_of(path: Path) -> datetime:
    return datetime.fromtimestamp(path.stat().st_mtime, UTC)


def _make_young(path: Path, now: datetime) -> None:
    os.utime(path, (now.timestamp(), now.timestamp()))
