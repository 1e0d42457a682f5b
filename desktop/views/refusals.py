"""Whom a waiting or refused deed is about, so that a clerk can correct it there."""

from sqlalchemy import Connection, func, select

from desktop.data.members import Consent, Member, Preference
from desktop.data.visits import Visit
from desktop.views.lookup import current_id


def member_behind(connection: Connection, row: str, row_id: str) -> str | None:
    """The member that a row (member, visit, preference, consent) belongs to; None for nobody known."""
    queries = {
        "member": select(Member.id).where(Member.id == row_id),
        "visit": select(Visit.member_id).where(Visit.id == row_id),
        "consent": select(Consent.member_id).where(Consent.id == row_id),
        "preference": select(func.coalesce(Preference.member_id, Visit.member_id))
        .outerjoin(Visit, Visit.id == Preference.visit_id)
        .where(Preference.id == row_id),
    }
    member_id = connection.scalar(queries[row]) if row in queries else None
    return current_id(connection, member_id) if member_id else None
