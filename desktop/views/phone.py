"""Whole phone numbers: for the clerk who asks to see one, and to find who has it already."""

from sqlalchemy import Connection, bindparam, select

from desktop.data.members import Identity, Member
from desktop.views.people import shown_phone

_PHONE = select(Member.phone).where(Member.id == bindparam("member_id"))
_OWNER = (
    select(Identity.member_id)
    .where(Identity.kind == "phone", Identity.value == bindparam("phone"))
    .order_by(Identity.member_id)
    .limit(1)
)


def whole_phone(connection: Connection, member_id: str) -> str | None:
    """A member's number as people write it; None when this till has only its tail."""
    phone = connection.scalar(_PHONE, {"member_id": member_id})
    return shown_phone(phone) if phone else None


def phone_owner(connection: Connection, phone: str) -> str | None:
    """The member that an E.164 number leads to at this till."""
    return connection.execute(_OWNER, {"phone": phone}).scalar()
