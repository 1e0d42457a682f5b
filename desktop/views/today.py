"""The day so far, for the idle screen."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, tzinfo

from sqlalchemy import Connection, func, select

from desktop.data.members import Member
from desktop.data.visits import Line, Visit
from desktop.rules.measure import Customer, customer_of
from desktop.views.appointments import AppointmentView, find_day
from desktop.views.measures import find_first_bought, find_served
from desktop.views.sales import Term
from desktop.views.tasks import TaskView, open_tasks
from desktop.views.till import find_till


@dataclass(frozen=True, slots=True)
class Today:
    """What this till knows of today in its store.

    by_hour: visits begun, by hour of the store's day. customers: of the visits, by what sort of customer was served.
    tried, bought: lines; converted: the share of visits with a trial or a purchase in which something was bought; None
    before the first. comers: who has an appointment and is not here yet. due: tasks for today, or older.
    """

    visits: int
    new_members: int
    converted: float | None
    by_hour: dict[int, int]
    customers: dict[Customer, int]
    comers: tuple[AppointmentView, ...]
    due: tuple[TaskView, ...]


def find_today(connection: Connection, today: date, zone: tzinfo | None = None) -> Today:
    """The figures of one day, counted from midnight to midnight in ``zone`` (None: the machine's)."""
    term, store = Term(today, today, zone=zone), find_till(connection).store_id
    visits = find_served(connection, term, find_first_bought(connection, term))
    new = connection.scalar(select(func.count()).where(Member.enrolled_at.between(*term.bounds), Member.full))
    return Today(
        visits=len(visits),
        new_members=new or 0,
        converted=_converted(connection, term.bounds),
        by_hour=dict(Counter(each.at.astimezone(zone).hour for each in visits)),
        customers=dict(Counter(customer_of(each.served) for each in visits)),
        comers=tuple(each for each in find_day(connection, today, store, zone) if each.state == "booked"),
        due=tuple(each for each in open_tasks(connection, today) if each.due <= today),
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
