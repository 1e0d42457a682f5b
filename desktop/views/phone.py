"""Whole phone numbers and WeChat ids: for the clerk who asks to see them, and to find who has one already."""

from sqlalchemy import Connection, bindparam, select

from desktop.data.members import Identity, Member
from desktop.views.people import shown_phone

_PHONE = select(Member.phone, Member.wechat).where(Member.id == bindparam("member_id"))
_OWNER = (
    select(Identity.member_id)
    .where(Identity.kind == bindparam("kind"), Identity.value == bindparam("value"))
    .order_by(Identity.member_id)
    .limit(1)
)


def whole_phone(connection: Connection, member_id: str) -> str | None:
    """A member's number as people write it; None when this till has only its tail."""
    phone = connection.scalar(_PHONE, {"member_id": member_id})
    return shown_phone(phone) if phone else None


def whole_wechat(connection: Connection, member_id: str) -> str | None:
    """A member's WeChat id; None when this till knows none."""
    row = connection.execute(_PHONE, {"member_id": member_id}).first()
    return row.wechat if row else None


def phone_owner(connection: Connection, phone: str) -> str | None:
    """The member that an E.164 number leads to at this till."""
    return connection.execute(_OWNER, {"kind": "phone", "value": phone}).scalar()


def wechat_owner(connection: Connection, wechat: str) -> str | None:
    """The member that a WeChat id, written as ``rules.wechat`` does, leads to at this till."""
    return connection.execute(_OWNER, {"kind": "wechat", "value": wechat}).scalar()
