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


def refuse_taken(work: Work, kind: str, value: str, *, but: str = "") -> None:
    """Raises NotNow ``phone_taken`` or ``wechat_taken`` (member_id, member_code) when it leads to a member already,
    ``but`` one."""
    query = select(Identity.member_id).where(Identity.kind == kind, Identity.value == value, Identity.member_id != but)
    if owner := work.session.scalar(query.limit(1)):
        code = select(Identity.value).where(Identity.kind == "code", Identity.member_id == owner).limit(1)
        raise NotNow(f"{kind}_taken", member_id=owner, member_code=work.session.scalar(code))
