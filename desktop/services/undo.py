"""Taking the last deed back."""

from dataclasses import dataclass

import msgspec
from sqlalchemy import select

from desktop.data.desk_state import Deed
from desktop.data.exchange import Outbox
from desktop.errors import NotNow
from desktop.events import EVENTS
from desktop.work import Work


@dataclass(frozen=True, slots=True)
class Undone:
    """The name of the deed that was taken back, that of its service function, and the kinds of rows it was about."""

    deed: str
    rows: frozenset[str]


def undo(work: Work) -> Undone:
    """Answer the last deed with the events that take it back, but for what the hub has refused: that never was.

    Raises NotNow ``nothing_to_undo``, ``cannot_undo`` for a deed that others may have built on, or ``undo_refused`` for
    one that the hub has refused.
    """
    deed = work.session.scalars(select(Deed).order_by(Deed.id.desc()).limit(1)).first()
    if deed is None:
        raise NotNow("nothing_to_undo")
    inverse = msgspec.json.decode(deed.inverse)
    if not inverse:
        raise NotNow("cannot_undo", deed=deed.name)
    stands = [(kind, fields) for kind, fields, *place in inverse if not _was_refused(work, place)]
    if not stands:
        raise NotNow("undo_refused", deed=deed.name)
    events = [msgspec.convert(fields, EVENTS[kind]) for kind, fields in stands]
    for event in events:
        work.note(event)
    work.noted.clear()  # an undo is not itself a deed to undo
    work.session.delete(deed)
    return Undone(deed.name, frozenset(event.row for event in events))


def _was_refused(work: Work, place: list[int]) -> bool:
    """place: incarnation and number of the event; empty if the program that did the deed did not keep them yet."""
    entry = work.session.get(Outbox, tuple(place)) if place else None
    return entry is not None and entry.state == "rejected"
