"""Members of other stores: their whole profile is asked for when they are served, and forgotten a month later."""

from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, bindparam, delete, exists, func, select, update
from sqlalchemy.orm import Session

from desktop.data.direct import Direct
from desktop.data.exchange import Cursor, FeedRow, Outbox, Wanted
from desktop.data.members import Consent, Identity, Member, Preference
from desktop.data.orders import OrderLine
from desktop.data.portraits import Entity, MemberTag
from desktop.data.visits import Visit
from desktop.rules.wishes import FIELDS as WISHES
from desktop.work import Work

STAY = timedelta(days=30)
_AT_ONCE = 20
_THEIRS: tuple[tuple[Any, str], ...] = (
    (Visit, "visit"), (Preference, "preference"), (Consent, "consent"), (MemberTag, "tag"), (Entity, "entity"),
    (OrderLine, "order"),
)  # fmt: skip
_PROFILE = (
    "phone", "wechat", "birthday", "gender", "channel", "guide_id", "enrolled_at", "fetched_at", "recruit",
    "enrolled_by", "tier", *WISHES,
)  # fmt: skip

_FETCHED = Direct(select(Member.id).where(Member.id == bindparam("member_id"), Member.fetched_at.is_not(None)))


def want_profile(work: Work, key: str) -> None:
    """Ask the hub who this is, by id or code, as soon as it can be reached."""
    if work.till.token is not None:
        work.session.merge(Wanted(key=key, at=work.clock.now()))


def forget_guests(work: Work) -> int:
    """Forget some of the profiles that were fetched long ago, but for what stands in a feed or was done here."""
    long_ago = work.clock.now() - STAY
    query = select(Member.id).where(Member.fetched_at < long_ago).order_by(Member.fetched_at).limit(_AT_ONCE)
    guests = list(work.session.scalars(query))
    for member_id in guests:
        forget_profile(work.session, member_id)
        work.touched.add(("member", member_id))
    return len(guests)


def forget_guest(session: Session, member_id: str) -> None:
    """The same, of whose profile was fetched: it is over with it as soon as they are another, or nobody, here."""
    if _FETCHED.first(session.connection(), member_id=member_id):
        forget_profile(session, member_id)


def forget_profile(session: Session, member_id: str) -> None:
    """Keep of a member what the directory tells, what stands in a feed, and what was done here."""
    forget_facts(session, member_id)
    seen_at = select(func.max(Visit.started_at)).where(Visit.member_id == member_id).scalar_subquery()
    kept = dict.fromkeys(_PROFILE) | {"full": False, "phone_reversed": Member.tail, "seen_at": seen_at}
    session.execute(update(Member).where(Member.id == member_id).values(kept))
    session.execute(delete(Identity).where(Identity.member_id == member_id, Identity.kind != "code"))


def forget_facts(session: Session, member_id: str) -> None:
    """Let go of what only a fetched profile told of a member."""
    for table, kind in _THEIRS:
        session.execute(delete(table).where(table.member_id == member_id, ~_stands(kind, table.id)))


def _stands(kind: str, row_id: Any) -> ColumnElement[bool]:
    """Whether a row is in a feed that this till reads, or will be: a deed of this till is about it that waits, or took
    effect there. What was done in a store that it has left, only that one's feed tells.
    """
    read_here = select(Cursor.scope)
    in_feed = select(FeedRow.ver).where(FeedRow.scope.in_(read_here), FeedRow.kind == kind, FeedRow.row_id == row_id)
    place = func.json_each(Outbox.seen_at).table_valued("key")
    waits_or_came = Outbox.state.in_(("pending", "parked")) | exists().where(place.c.key.in_(read_here))
    done_here = select(Outbox.n).where(Outbox.row == kind, Outbox.row_id == row_id, waits_or_came)
    return in_feed.exists() | done_here.exists()
