"""What somebody gets for joining: given by the hub alone, to whom it has never heard of before.

So two tills that enrol the same phone without the network give it once: the second of them leads to a member.
"""

from desktop.rules.points_ids import joining_id
from sync.hub.coupon_issue import Occasion, campaigns_that_issue, issue
from sync.hub.deeds import HOME_ZONE, Deed
from sync.hub.definitions import definitions_on
from sync.hub.documents import Document, Documents
from sync.hub.escrow_payloads import PointsEarned
from sync.hub.members import enrol_member, find_member
from sync.hub.payloads import MemberEnrolled
from sync.hub.points import earn_points
from sync.protocol import MemberRow


def enrol_and_welcome(documents: Documents, deed: Deed, data: MemberEnrolled) -> None:
    """Enrol, and give a newcomer what the definitions and campaigns say."""
    known = find_member(documents, data.member_id)
    enrol_member(documents, deed, data)
    newcomer = documents.get(MemberRow, data.member_id)
    if known is None and newcomer is not None:
        _welcome(documents, deed, newcomer)


def _welcome(documents: Documents, deed: Deed, member: Document[MemberRow]) -> None:
    """Coupons are good from today on, however long the till was without the network."""
    today = deed.now.astimezone(HOME_ZONE).date()
    definitions = definitions_on(documents, today)
    if definitions and definitions.earning.joining:
        points = definitions.earning.joining
        told = PointsEarned(entry_id=joining_id(member.id), member_id=member.id, amount=points, reason="joining")
        earn_points(documents, deed, told)
    if campaigns := campaigns_that_issue(documents, "joining"):
        issue(documents, deed, member, campaigns, Occasion("joining", today))
