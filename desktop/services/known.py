"""Finding what a deed names, or saying that nobody here knows it."""

from sqlalchemy import select

from desktop.data.members import Identity, Member
from desktop.data.projections import resolve
from desktop.errors import NotFound, NotNow
from desktop.work import Work


def known_member(work: Work, member_id: str) -> Member:
    """The member that this id leads to by now. Raises NotFound ``member_unknown``."""
    member = work.session.get(Member, resolve(work.session, member_id))
    if member is None:
        raise NotFound("member_unknown")
    return member


def refuse_taken_phone(work: Work, phone: str) -> None:
    """Raises NotNow ``phone_taken`` (member_id, member_code) when the phone leads to a member already."""
    query = select(Identity.member_id).where(Identity.kind == "phone", Identity.value == phone).limit(1)
    if owner := work.session.scalar(query):
        code = select(Identity.value).where(Identity.kind == "code", Identity.member_id == owner).limit(1)
        raise NotNow("phone_taken", member_id=owner, member_code=work.session.scalar(code))
