"""Who was here today and has left."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Any

from sqlalchemy import Connection, func, select

from desktop.data.members import Member
from desktop.data.visits import Line, Visit


@dataclass(frozen=True, slots=True)
class Leaver:
    """A member whose visit is over. bought, tried: how many products."""

    visit_id: str
    member_id: str
    name: str
    at: datetime
    bought: int
    tried: int


def find_leavers(connection: Connection, day: date, limit: int = 20, zone: tzinfo | None = None) -> tuple[Leaver, ...]:
    """The members served on a day, who left last first."""
    start = datetime.combine(day, time.min, zone).astimezone()
    bought = func.count(Line.id).filter(Line.action == "bought")
    tried = func.count(Line.id).filter(Line.action == "tried")
    query = (
        select(Visit.id, Visit.member_id, Member.name, Visit.finished_at, bought, tried)
        .join(Member, Member.id == Visit.member_id)
        .outerjoin(Line, Line.visit_id == Visit.id)
        .where(
            Visit.started_at.between(start, start + timedelta(days=1)),
            Visit.state == "finished",
            Visit.finished_at.is_not(None),
        )
        .group_by(Visit.id)
        .order_by(Visit.finished_at.desc())
    )
    rows: Any = connection.execute(query.limit(limit))  # with times and members: see above
    return tuple(Leaver(*row) for row in rows)
