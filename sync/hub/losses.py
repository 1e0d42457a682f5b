"""Points that are over: the hub takes off what was left of them, as far as no till may spend it.

A loss is a line of the ledger that names a day: what was left of all that was earned up to it is taken. How much that
is follows from the other lines, whenever they are heard of; a spend that a till had made before wins.
"""

from datetime import UTC, date, datetime, time, timedelta

from msgspec.structs import replace

from desktop.rules.points import Loss, PointsLine, lost
from desktop.rules.points_ids import loss_id
from sync.escrow_rows import PointsRow
from sync.hub.deeds import HOME_ZONE, Deed
from sync.hub.documents import Document, Documents
from sync.hub.leases import collect, owned

REASON = "expired"
Entry = Document[PointsRow]


def lose(documents: Documents, deed: Deed, member_id: str, today: date, lasts: timedelta) -> int:
    """Take off what is over on ``today``; how much that is. A second time takes nothing more."""
    loss = find_loss(member_id, owned(documents, PointsRow, member_id), today, lasts)
    if loss is None:
        return 0
    documents.put(loss)
    put_losses_right(documents, member_id)
    collect(documents, member_id, deed)
    return loss.body.owed


def find_loss(member_id: str, entries: list[Entry], today: date, lasts: timedelta) -> Entry | None:
    """The line that is to be written on ``today``; None if nothing is over that was not."""
    before = (today - lasts).isoformat()
    midnight = datetime.combine(today, time(), HOME_ZONE).astimezone(UTC)
    body = PointsRow(member_id=member_id, amount=0, reason=REASON, at=midnight, before=before)
    loss = Document(loss_id(member_id, before), body, member_id=member_id)
    amount = over([*entries, loss])[loss.id]
    known = any(each.id == loss.id for each in entries)
    return _settled(loss, amount) if amount and not known else None


def put_losses_right(documents: Documents, member_id: str, more: PointsLine | None = None) -> None:
    """Let every loss of a member be what it is by all that is known now, and by ``more``, which is about to be."""
    entries = owned(documents, PointsRow, member_id)
    wanted = over(entries, more)
    for entry in entries:
        if entry.id in wanted and wanted[entry.id] != entry.body.owed - entry.body.amount:
            documents.put(_settled(entry, wanted[entry.id]))


def over(entries: list[Entry], more: PointsLine | None = None) -> dict[str, int]:
    """What each loss among the lines takes, by its id."""
    losses = [Loss(each.id, _day(each), date.fromisoformat(each.body.before)) for each in entries if each.body.before]
    if not losses:
        return {}
    # What was taken back for goods brought back is spent at once, even while it is still owed.
    lines = [PointsLine(each.id, _day(each), each.body.amount - each.body.owed)
             for each in entries if not each.body.before]  # fmt: skip
    return lost([*lines, *([more] if more else [])], losses)


def _settled(entry: Entry, amount: int) -> Entry:
    """What was taken of it stays taken as far as it is right; the rest is owed until no till may spend it."""
    taken = min(-entry.body.amount, amount)
    return replace(entry, body=replace(entry.body, amount=-taken, owed=amount - taken))


def _day(entry: Entry) -> date:
    return entry.body.at.astimezone(HOME_ZONE).date()
