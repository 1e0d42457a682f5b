"""Settling what two people wrote of a member without knowing of each other."""

from desktop.data.tasks import Review
from desktop.errors import NotFound
from desktop.events import MemberAmended
from desktop.services.known import known_member
from desktop.work import Work


def settle_review(work: Work, review_id: str, *, take_lost: bool) -> None:
    """Keep the value that stands, or take the other one; the hub sees that both were known. Raises NotFound
    ``review_unknown``, also if it was settled meanwhile: it may hold no values any more."""
    review = work.session.get(Review, review_id)
    if review is None or review.settled:
        raise NotFound("review_unknown")
    member = known_member(work, review.member_id)
    told = review.lost if take_lost else review.kept
    stands = getattr(member, review.field)
    work.note(
        MemberAmended(member_id=member.id, fields={review.field: told or None}, base={review.field: stands or None})
    )
    review.settled = True  # the hub's row will say so, too
    work.touched.add(("review", review_id))
