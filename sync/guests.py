"""Whole profiles of other stores' members, asked for one at a time as soon as the hub can be reached."""

from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, select, update

from desktop.data.direct import Direct
from desktop.data.exchange import Erasure, Wanted
from desktop.data.members import Member, Redirect
from desktop.services.guests import STAY, forget_guests
from desktop.work import Work
from sync import laying
from sync.cursors import hold_unread
from sync.data import Talk, TillData
from sync.failures import HubRefused
from sync.loads import MemberReply, MemberRequest
from sync.protocol import Row
from sync.rows import can_read, is_held

_AT_ONCE = 20
_WANTED = Direct(select(Wanted.key).order_by(Wanted.at.desc()).limit(_AT_ONCE))
_OVERDUE = Direct(select(Member.id).where(Member.fetched_at < bindparam("before")).limit(1))
_LATER = ("rate_limited", "busy", "internal")  # what waits for the rows must not wait for this
_NO_USE = ("not_found", "method_not_allowed", "bad_request")


def fetch_guests(data: TillData) -> Talk[None]:
    """Fetch who was asked for; a hub that has had enough of it, or stumbles, is asked again in a later
    round.
    """
    for key in data.read(find_wanted):
        try:
            reply: MemberReply = yield MemberRequest(key=key)
        except HubRefused as refusal:
            if refusal.code in _LATER:
                return
            if refusal.code not in _NO_USE:
                raise
            data.write(lay_guest, key, [])
        else:
            data.write(lay_guest, key, reply.rows)


def send_guests_away(data: TillData) -> None:
    """Forget whose month is over, a few at a time."""
    while data.read(is_overdue, data.clock.now()) and data.write(forget_guests):
        pass


def find_wanted(connection: Connection) -> list[str]:
    """The ids and codes that were asked for, the latest first."""
    return _WANTED.scalars(connection)


def lay_guest(work: Work, key: str, rows: list[Row]) -> None:
    """Lay a profile, marked as a guest's; of nobody who was erased while it was on its way, or is one of this store's
    by now. If the directory was read further than it, it is asked for again. Who is one, the directory tells alone.
    What this program is too old to read is not kept for a newer one: nobody would forget it with the guest.
    """
    told = {row.eid: row for row in rows if row.kind == "member"}
    if any(_is_outdated(work, row) for row in told.values()):
        return
    work.session.execute(delete(Wanted).where(Wanted.key == key))
    if any(work.session.get(Erasure, member_id) or is_held(work.session, "member", member_id) for member_id in told):
        return
    laying.lay(work, None, [row for row in rows if row.kind != "redirect" and can_read(row)])
    for member_id, row in told.items():
        fetched = update(Member).where(Member.id == member_id).values(fetched_at=work.clock.now())
        work.session.execute(fetched)
        # If the directory never tells of them, for the hub went back in time, they go when that is read anew.
        hold_unread(work.session, "dir", "directory", member_id, row.ver)


def _is_outdated(work: Work, row: Row) -> bool:
    """Whether another program of this till has read since that they are called otherwise, or are somebody else."""
    read = laying.version_read(work.session, "dir", "directory", row.eid)
    return work.session.get(Redirect, row.eid) is not None or (read is not None and read > row.ver)


def is_overdue(connection: Connection, now: datetime) -> bool:
    """Whether anybody's month is over."""
    return _OVERDUE.first(connection, before=now - STAY) is not None
