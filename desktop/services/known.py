"""Finding what a deed names, or saying that nobody here knows it."""

from desktop.data.members import Member
from desktop.data.projections import resolve
from desktop.errors import NotFound
from desktop.work import Work


def known_member(work: Work, member_id: str) -> Member:
    """The member that this id leads to by now. Raises NotFound ``member_unknown``."""
    member = work.session.get(Member, resolve(work.session, member_id))
    if member is None:
        raise NotFound("member_unknown")
    return member
