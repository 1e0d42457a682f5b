"""When and how a member wants to be spoken to."""

from sqlalchemy import Connection, select

from desktop.data.members import Member
from desktop.rules.wishes import FIELDS, Wishes, read_wishes
from desktop.views.lookup import current_id

COLUMNS = tuple(getattr(Member, name) for name in FIELDS)


def find_wishes(connection: Connection, member_id: str) -> Wishes:
    """Of one member, as this till knows them; none for nobody."""
    row = connection.execute(select(*COLUMNS).where(Member.id == current_id(connection, member_id))).first()
    return read_wishes(dict(zip(FIELDS, row, strict=True)) if row else {})
