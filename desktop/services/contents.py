"""Every use of content: told to a member, answered."""

from desktop.content_events import ContentAnswered, ContentTakenBack, ContentUsed
from desktop.data.contents import Content, ContentUse
from desktop.errors import BadInput, NotFound, NotNow
from desktop.services.care import has_agreed
from desktop.services.known import known_member
from desktop.work import Work

HOW = ("message", "store")
OUTREACH = "marketing"  # the consent that a message needs


def use_content(work: Work, content_id: str, member_id: str, how: str = "store", visit_id: str | None = None) -> str:
    """A member is told it, in the store or by a message; gives the id of this use.

    Raises BadInput ``how_unknown``, NotFound ``content_unknown``, NotNow ``content_over``, or ``message_needs_consent``
    when a message is meant and the member has not agreed to be written to.
    """
    if how not in HOW:
        raise BadInput("how_unknown", how=how)
    content = work.session.get(Content, content_id)
    if content is None:
        raise NotFound("content_unknown")
    if content.until and content.until < work.clock.today().isoformat():
        raise NotNow("content_over")
    member = known_member(work, member_id)
    if how == "message" and not has_agreed(work, member.id, OUTREACH):
        raise NotNow("message_needs_consent")
    use_id = work.clock.new_id()
    work.note(
        ContentUsed(use_id=use_id, content_id=content.id, member_id=member.id, how=how, visit_id=visit_id),
        undo=ContentTakenBack(use_id=use_id),
    )
    return use_id


def note_answer(work: Work, use_id: str) -> None:
    """The member answered; once."""
    use = work.session.get(ContentUse, use_id)
    if use is None or use.taken_back:
        raise NotFound("content_unknown")
    if use.answered_at is None:
        work.note(ContentAnswered(use_id=use.id))
