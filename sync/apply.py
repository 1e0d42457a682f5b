"""What the hub answered, written down: verdicts, rows and cursor, each reply in one transaction."""

import msgspec
from sqlalchemy import select

from desktop.clock import from_milliseconds, milliseconds
from desktop.data.exchange import Cursor, FeedRow, Outbox, ParkedIn
from desktop.data.projections import project
from desktop.errors import TillError
from desktop.events import EVENTS, Stamp
from desktop.rules import hlc
from desktop.work import Work
from sync import outbox, rows
from sync.protocol import Answer, EnrolReply, Envelope, Page, PushReply, Row, row_hash, sum_text

_VERDICT = "verdict"


class FeedBroken(TillError):
    """A page does not continue what was read, or the rows held are not those the hub counts."""

    family = "feed"


def apply_enrolment(work: Work, reply: EnrolReply, url: str) -> None:
    """This till belongs to a store of a hub from now on."""
    till = work.till
    till.hub_url, till.hub_id, till.epoch = url, reply.hub, reply.epoch
    till.store_id, till.token, till.scopes = reply.store, reply.token, " ".join(reply.scopes)
    work.touched.add(("till", till.device_id))


def apply_verdicts(work: Work, reply: PushReply) -> None:
    """Settle every event the reply names; a refused one is taken off the screen again."""
    note_contact(work, reply.epoch, reply.hub_now)
    accepted = [answer for answer in reply.verdicts if _is_plain(answer)]
    outbox.settle_accepted(work.session, accepted)
    work.touched.update(("outbox", answer.id) for answer in accepted)
    for answer in reply.verdicts:
        if not _is_plain(answer):
            _apply_answer(work, answer)


def apply_page(work: Work, page: Page) -> bool:
    """Lay the rows of one page under what still waits, then move the cursor.

    False if the cursor is elsewhere by now: the scope is read anew, or another program has read on for this till.
    Raises FeedBroken, and leaves everything as it was, when a number is missing.
    """
    cursor = work.session.get(Cursor, page.scope) or Cursor(scope=page.scope, seq=0, sum64=sum_text(0))
    if page.from_ != cursor.seq:
        return False
    _check_dense(page)
    work.session.add(cursor)
    total = int(cursor.sum64, 16)
    for row in page.rows:
        total += _count(work, page.scope, row)
        # How far the other scopes were read says nothing about this row: they may lag behind for long.
        _lay(work, page.scope, row, {page.scope: row.seq})
    cursor.sum64 = sum_text(total)
    cursor.seq = page.to  # last: a cursor never passes rows that are not written
    if not page.more and cursor.sum64 != page.sum64:
        raise FeedBroken("checksum_differs", scope=page.scope)
    return True


def lay_parked(work: Work) -> None:
    """Lay the rows that an older version of this program could not read, unless newer ones have come since."""
    readable = [kind for kind in work.session.scalars(select(ParkedIn.kind).distinct())
                if kind == _VERDICT or rows.known(kind)]  # fmt: skip
    for parked in work.session.scalars(select(ParkedIn).where(ParkedIn.kind.in_(readable))).all():
        work.session.delete(parked)
        held = work.session.get(FeedRow, (parked.scope, parked.kind, parked.row_id))
        if held is not None and held.ver == parked.ver and parked.body is not None:
            row = Row(op=parked.op, kind=parked.kind, eid=parked.row_id, ver=parked.ver, body=msgspec.Raw(parked.body))
            work.session.flush()
            _lay(work, parked.scope, row, {})


def read_again(work: Work, scope: str) -> None:
    """Begin one scope anew; the outbox is not touched, and rows are laid over the ones that are there."""
    work.session.query(FeedRow).where(FeedRow.scope == scope).delete()
    work.session.query(Cursor).where(Cursor.scope == scope).delete()


def note_contact(work: Work, epoch: int, hub_now: int) -> None:
    """Remember when the hub answered and how far this till's clock is from it; a hub that went back is read anew."""
    till, now = work.till, work.clock.now()
    till.contacted_at, till.clock_skew_ms = now, milliseconds(now) - hub_now
    till.hlc = hlc.witness(till.hlc, hub_now)
    if till.epoch != epoch:
        till.epoch = epoch
        outbox.send_again(work.session)
        for cursor in work.session.query(Cursor).all():
            read_again(work, cursor.scope)


def _is_plain(answer: Answer) -> bool:
    """All is well, and nothing on the screen changes."""
    return answer.row is None and (answer.v == "accepted" or (answer.v == "duplicate" and answer.was == "accepted"))


def _apply_answer(work: Work, answer: Answer) -> None:
    entry = outbox.settle(work.session, answer)
    if entry is None:
        return
    work.touched.add((entry.row, entry.row_id))
    if answer.row is not None:
        _lay(work, None, answer.row, {})  # as the hub has it now: whatever it accepted is in it
    work.touched.add(("outbox", entry.event_id))


def _check_dense(page: Page) -> None:
    expected = list(range(page.from_ + 1, page.to + 1)) if not page.compacted else None
    numbers = [row.seq for row in page.rows]
    whole = len(numbers) + page.compacted == page.to - page.from_
    if not whole or (expected is not None and numbers != expected):
        raise FeedBroken("feed_gap", scope=page.scope, cursor=page.from_)


def _count(work: Work, scope: str, row: Row) -> int:
    """Change of the scope's checksum by this row."""
    held = work.session.get(FeedRow, (scope, row.kind, row.eid))
    change = -row_hash(row.kind, row.eid, held.ver) if held else 0
    if row.op == "del":
        if held:
            work.session.delete(held)
        return change
    if held:
        held.ver = row.ver
    else:
        work.session.add(FeedRow(scope=scope, kind=row.kind, row_id=row.eid, ver=row.ver))
    return change + row_hash(row.kind, row.eid, row.ver)


def _lay(work: Work, scope: str | None, row: Row, read: dict[str, int]) -> None:
    """``read``: how far the scopes that this row speaks for were read, it included."""
    if not (_settle_late(work, row) if row.kind == _VERDICT else _show(work, row, read)):
        body = bytes(row.body) if isinstance(row.body, msgspec.Raw) else None
        parked = ParkedIn(scope=scope or "", kind=row.kind, row_id=row.eid, op=row.op, ver=row.ver, body=body)
        work.session.merge(parked)


def _settle_late(work: Work, row: Row) -> bool:
    try:
        answer = msgspec.json.decode(row.body or b"", type=Answer)
    except msgspec.MsgspecError:
        return False
    _apply_answer(work, answer)
    return True


def _show(work: Work, row: Row, read: dict[str, int]) -> bool:
    if not rows.lay(work.session, row):
        return False
    shown = "member" if row.kind == "directory" else row.kind
    work.touched.add((shown, row.eid))
    for entry in outbox.unseen(work.session, shown, row.eid, read):
        _project_again(work, entry)
    return True


def _project_again(work: Work, entry: Outbox) -> None:
    """The hub's row does not know this deed yet: lay it over again."""
    envelope = msgspec.json.decode(entry.body, type=Envelope)
    stamp = Stamp(
        at=from_milliseconds(envelope.wall), hlc=envelope.hlc, guide_id=envelope.clk, store_id=work.till.store_id
    )
    work.touched |= project(msgspec.convert(envelope.data, EVENTS[envelope.typ]), work.session, stamp)
