"""What a member may ask for by law: a copy of everything, a correction, to be forgotten; and what came of it."""

from typing import cast, get_args

from sqlalchemy import select

from desktop.data.requests import Request
from desktop.errors import BadInput, NotFound, NotNow
from desktop.events import ErasureRequested
from desktop.privacy_events import RequestMade, RequestMet, Wish
from desktop.services.known import known_member
from desktop.work import Work

ANSWERS = ("json", "pdf", "amended", "told")


def make_request(work: Work, member_id: str, wants: str) -> str:
    """The clock begins to run; gives the request's id. Raises BadInput ``wish_unknown`` (wants)."""
    if wants not in get_args(Wish):
        raise BadInput("wish_unknown", wants=wants[:40])
    member = known_member(work, member_id)
    request_id = work.clock.new_id()
    work.note(RequestMade(request_id=request_id, member_id=member.id, wants=cast("Wish", wants)))
    if wants == "erasure":
        work.note(ErasureRequested(member_id=member.id))
    return request_id


def meet_request(work: Work, request_id: str, how: str) -> None:
    """It was answered. Raises BadInput ``answer_unknown`` (how), NotFound ``request_unknown``, NotNow
    ``request_met``."""
    if how not in ANSWERS:
        raise BadInput("answer_unknown", how=how[:40])
    request = work.session.get(Request, request_id)
    if request is None:
        raise NotFound("request_unknown")
    if request.state != "open":
        raise NotNow("request_met")
    work.note(RequestMet(request_id=request_id, how=how))


def give_copy(work: Work, member_id: str, how: str) -> str:
    """All that is known of a member was handed out as json or pdf: who did so, and when, is kept for ever.

    It answers the member's oldest open request for it, or one made this moment; gives the id of that request.
    """
    member = known_member(work, member_id)
    asked = select(Request.id).where(Request.about == member.id, Request.wants == "access", Request.state == "open")
    request_id = work.session.scalar(asked.order_by(Request.made_at).limit(1))
    if request_id is None:
        request_id = make_request(work, member.id, "access")
    meet_request(work, request_id, how)
    return request_id
