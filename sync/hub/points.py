"""The rules of points: an append-only ledger; no more is spent than was promised, nor promised than there is."""

from desktop.rules.points import PointsLine
from sync.escrow_rows import PointsRow
from sync.hub.deeds import HOME_ZONE, Deed, Parked, Refused
from sync.hub.documents import Document, Documents
from sync.hub.escrow_payloads import PointsEarned, PointsReversed, PointsSpent
from sync.hub.grants import read_grant
from sync.hub.leases import collect, keep_standing, spend
from sync.hub.losses import put_losses_right
from sync.hub.members import known_by, known_member, serve_member
from sync.protocol import VisitRow


def earn_points(documents: Documents, deed: Deed, data: PointsEarned) -> None:
    """A line, once. Of a spending that was refused there is nothing to give back."""
    if documents.get(PointsRow, data.entry_id) is None:
        if data.gives_back and documents.get(PointsRow, data.gives_back) is None:
            known_member(documents, data.member_id)  # as long as they are unknown, the spending waits too
            # So may it at a restored hub, for whoever they had been merged into, or for its lease.
            if not documents.lends(deed.now) or documents.waits(data.gives_back):
                raise Parked("wait_member", data.gives_back)
            raise Refused("points_no_lease", "ask_online")
        _write(documents, deed, data, told_id=_whose(documents, deed, data), amount=data.amount)


def spend_points(documents: Documents, deed: Deed, data: PointsSpent) -> None:
    """A line below zero, under the till's lease. The points are those that were lent: should the till have known of a
    merge that does not hold here, they are still that member's.
    """
    if documents.get(PointsRow, data.entry_id) is None:
        serve_member(documents, deed, data.member_id)
        _make_room(documents, deed, data)
        lease = spend(documents, deed, "points", data.member_id, signed=data.signed, amount=data.amount)
        _write(documents, deed, data, told_id=lease.body.object_id, amount=-data.amount, lease_id=lease.id)


def reverse_points(documents: Documents, deed: Deed, data: PointsReversed) -> None:
    """A line below zero, of what no till may spend by now; the rest is owed until they give it back, or more is earned.
    A ledger never falls below nothing.
    """
    if documents.get(PointsRow, data.entry_id):
        return
    _write(documents, deed, data, told_id=_whose(documents, deed, data), amount=0, owed=data.amount)


def _whose(documents: Documents, deed: Deed, data: PointsEarned | PointsReversed) -> str:
    """The id that was told of the visit: its till knows only who they are by now."""
    visit = documents.get(VisitRow, data.visit_id) if data.visit_id else None
    if data.visit_id and visit is None and not documents.lends(deed.now):  # it waits itself, for whoever was told of it
        raise Parked("wait_member", data.visit_id)
    return (visit and (visit.meta.told or visit.member_id)) or data.member_id


def _write(
    documents: Documents, deed: Deed, data: PointsEarned | PointsSpent | PointsReversed, *,
    told_id: str, amount: int, lease_id: str | None = None, owed: int = 0,
) -> None:  # fmt: skip
    member_id = serve_member(documents, deed, told_id) or told_id
    body = PointsRow(member_id=member_id, amount=amount, reason=data.reason, at=deed.at, guide_id=deed.guide_id,
                     lease_id=lease_id, owed=owed)  # fmt: skip
    documents.put(known_by(Document(data.entry_id, body, member_id=member_id), told_id))
    put_losses_right(documents, member_id)
    if amount >= 0:
        collect(documents, member_id, deed)
    keep_standing(documents, deed, member_id)


def _make_room(documents: Documents, deed: Deed, data: PointsSpent) -> None:
    """What was spent before it was over is not over."""
    grant = read_grant(documents.secret, data.signed)
    member = known_member(documents, grant.object_id if grant and grant.of == "points" else data.member_id)
    line = PointsLine(data.entry_id, deed.at.astimezone(HOME_ZONE).date(), -data.amount)
    put_losses_right(documents, member.id, line)
