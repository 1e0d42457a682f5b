"""Members who may be one person: the same name and the same end of a phone number, or what two of them look like."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import BindParameter, Connection, bindparam, func, select

from desktop.data.escrow import Coupon, Points
from desktop.data.members import Member
from desktop.data.visits import Visit
from desktop.views.lookup import current_id
from desktop.views.member_page import Led, MemberPage, find_page
from desktop.views.search import Found, found_by

_TAIL = 4
_ID: BindParameter[str] = bindparam("member_id")
_VISITS = select(func.count(), func.max(Visit.started_at)).where(Visit.member_id == _ID, Visit.state != "void")
_POINTS = select(func.coalesce(func.sum(Points.amount), 0)).where(Points.member_id == _ID)
_COUPONS = select(func.count()).where(Coupon.member_id == _ID, Coupon.state == "issued")


@dataclass(frozen=True, slots=True)
class Side:
    """One of two members beside the other, before they are said to be one."""

    page: MemberPage
    visits: int
    last: datetime | None
    points: int
    coupons: int

    @property
    def led(self) -> tuple[Led, ...]:
        """What leads to them."""
        return self.page.led


def find_twins(connection: Connection, member_id: str, limit: int = 5) -> tuple[Found, ...]:
    """Others in the directory with this name and this end of a phone number."""
    member_id = current_id(connection, member_id)
    member = connection.execute(select(Member.name, Member.phone_reversed).where(Member.id == member_id)).first()
    if member is None or not member.name or len(member.phone_reversed or "") < _TAIL:
        return ()
    tail = func.substr(Member.phone_reversed, 1, _TAIL) == member.phone_reversed[:_TAIL]
    return found_by(connection, (Member.name == member.name) & tail & (Member.id != member_id), limit)


def find_side(connection: Connection, member_id: str) -> Side | None:
    """What of a member matters when they are compared."""
    page = find_page(connection, member_id)
    if page is None:
        return None
    about = {"member_id": page.id}
    visits, last = connection.execute(_VISITS, about).one()
    return Side(page, visits, last, connection.scalar(_POINTS, about) or 0, connection.scalar(_COUPONS, about) or 0)
