"""The day so far, for the idle screen."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo

from sqlalchemy import Connection, func, select

from desktop.data.members import Member
from desktop.data.visits import Line, Visit


@dataclass(frozen=True, slots=True)
class Today:
    """What this till knows of today in its store.

    by_hour: visits begun, by hour of the store's day. tried, bought: lines; converted: the share of visits with a trial
    or a purchase in which something was bought; None before the first.
    """

    visits: int
    new_members: int
    converted: float | None
    by_hour: dict[int, int]


def find_today(connection: Connection, today: date, zone: tzinfo | None = None) -> Today:
    """The figures of one day, counted from midnight to midnight in ``zone`` (None: the machine's)."""
    start = datetime.combine(today, time.min, zone).astimezone()
    within = (start, start + timedelta(days=1))
    visits = connection.execute(
        select(Visit.id, Visit.started_at).where(Visit.started_at.between(*within), Visit.state != "void")
    ).all()
    new = connection.scalar(select(func.count()).where(Member.enrolled_at.between(*within), Member.full))
    return Today(
        visits=len(visits),
        new_members=new or 0,
        converted=_converted(connection, within),
        by_hour=dict(Counter(row.started_at.astimezone(zone).hour for row in visits)),
    )


def _converted(connection: Connection, within: tuple[datetime, datetime]) -> float | None:
    rows = connection.execute(
        select(Line.visit_id, Line.action)
        .join(Visit, Visit.id == Line.visit_id)
        .where(Visit.started_at.between(*within), Visit.state != "void")
    ).all()
    bought = {row.visit_id for row in rows if row.action == "bought"}
    trials = {row.visit_id for row in rows if row.action == "tried"} | bought
    return len(bought) / len(trials) if trials else None
