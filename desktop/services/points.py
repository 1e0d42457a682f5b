"""Every change to a member's points."""

from sqlalchemy import func, select

from desktop.data.escrow import Points
from desktop.data.members import Redirect
from desktop.errors import NotNow
from desktop.escrow_events import PointsEarned, PointsSpent
from desktop.rules.leases import lease_id
from desktop.services.known import known_member
from desktop.services.leases import check_amount, find_lease, moment
from desktop.services.people import one_line
from desktop.work import Work


def earn_points(work: Work, member_id: str, amount: int, reason: str) -> str:
    """Add a line to the ledger; gives its id. Others may spend at once what was earned, so it cannot be undone."""
    check_amount(amount)
    entry_id, member_id = work.clock.new_id(), known_member(work, member_id).id
    work.note(PointsEarned(entry_id=entry_id, member_id=member_id, amount=amount, reason=_reason(reason)))
    return entry_id


def spend_points(work: Work, member_id: str, amount: int, reason: str) -> str:
    """Take points off, within what this till holds of them; gives the line's id.

    Raises NotNow ``points_short`` when the member has fewer, ``points_no_lease`` when the hub has to be asked first.
    """
    check_amount(amount)
    member_id = known_member(work, member_id).id
    has = balance_of(work, member_id)
    if amount > has:
        raise NotNow("points_short", balance=has)
    lease = find_lease(work, "points", member_id, amount, moment(work))
    if lease is None:
        raise NotNow("points_no_lease")
    entry_id = work.clock.new_id()
    lent_on = _lent_on(work, lease.id, member_id)
    back = PointsEarned(
        entry_id=work.clock.new_id(), member_id=lent_on, amount=amount, reason=_reason(reason), gives_back=entry_id
    )
    work.note(
        PointsSpent(
            entry_id=entry_id, member_id=member_id, amount=amount, reason=_reason(reason), lease_id=lease.id,
            signed=lease.signed,
        ),
        undo=back,
    )  # fmt: skip
    return entry_id


def balance_of(work: Work, member_id: str) -> int:
    """The sum of the member's lines, as far as this till knows them."""
    return work.session.scalar(select(func.sum(Points.amount)).where(Points.member_id == member_id)) or 0


def _lent_on(work: Work, lease: str, member_id: str) -> str:
    """The member whose points these are: should they have been merged into this one, and that be undone, they are
    theirs again."""
    merged = work.session.scalars(select(Redirect.id).where(Redirect.keep == member_id))
    return next((each for each in merged if lease_id("points", each, work.till.device_id) == lease), member_id)


def _reason(text: str) -> str:
    return one_line(text, longest=80, too_long="note_too_long")
