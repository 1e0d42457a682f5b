"""Which care tasks the rules would like to have for a member, and for whom it is worth asking them today."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import ColumnElement, Connection, and_, func, literal_column, select, union

from desktop.clock import milliseconds
from desktop.data.appointments import Appointment
from desktop.data.catalogue import Product
from desktop.data.escrow import Coupon
from desktop.data.members import Member
from desktop.data.orders import OrderLine
from desktop.data.tasks import Task
from desktop.data.visits import Line, Visit
from desktop.rules.care import Cared, CareTask, care_tasks
from desktop.rules.definitions import Definitions
from desktop.rules.facts import Purchase
from desktop.rules.lifecycle import lifecycle
from desktop.rules.spending_power import spending_power
from desktop.rules.stage import Staged, stage
from desktop.views.facts import Known, facts_of
from desktop.views.shop import Shop

_KEYS = UUID("0f5d1f0e-6c1b-5f6d-9f0a-3c1d1c6d8a11")  # the namespace of the keys that rules give to tasks
_TRIED, _SOON, _USED_UP = timedelta(days=20), timedelta(days=21), timedelta(days=30)
_SILENT_FROM, _SILENT_TO = timedelta(days=14), timedelta(days=800)
_WEEK = 7  # who has been silent is looked at once in so many days


@dataclass(frozen=True, slots=True)
class WantedTask:
    """A task to be opened: its id, whose it is, and what the rule says."""

    task_id: str
    member_id: str
    task: CareTask


def task_id_of(key: str) -> str:
    """The id of the task with this key of a rule: UUIDv5, the same at every till, so that it is made once."""
    return str(uuid5(_KEYS, key))


def find_wanted(
    connection: Connection, member_ids: Iterable[str], today: date, shop: Shop, zone: tzinfo | None = None
) -> list[WantedTask]:
    """The tasks that the rules would like for these members and that were never made."""
    wanted: list[WantedTask] = []
    for member_id in member_ids:
        if known := facts_of(connection, member_id, zone):
            wanted += _wanted(connection, known, today, shop)
    return wanted


def candidates(connection: Connection, today: date, shop: Shop, zone: tzinfo | None = None) -> list[str]:
    """Members of whom a rule may want something today; the others need not be looked at."""
    now = datetime.combine(today, time.min, zone).astimezone()
    visits_with = select(Visit.member_id).join(Line, Line.visit_id == Visit.id)
    lasts = func.coalesce(Product.lasts, 0) * literal_column("86400000")
    ordered = select(OrderLine.member_id).join(Product, Product.id == OrderLine.product_id)
    birthdays = [f"{today + timedelta(days):%m-%d}" for days in range(_SOON.days)]
    weekday = func.unicode(func.substr(Member.id, -1)) % _WEEK == today.toordinal() % _WEEK
    silent = Member.seen_at.between(now - _SILENT_TO, now - _SILENT_FROM)
    every: Any = union(
        visits_with.where(Line.action == "tried", Line.at >= now - _TRIED),
        visits_with.join(Product, Product.id == Line.product_id).where(
            Line.action == "bought", _is_near(Line.at + lasts, now)
        ),
        ordered.where(OrderLine.quantity > 0, _is_near(OrderLine.at + lasts * OrderLine.quantity, now)),
        select(Member.id).where(Member.full, func.substr(Member.birthday, -5).in_(birthdays)),
        select(Coupon.member_id).where(Coupon.state == "issued", Coupon.valid_until.between(now, now + _SOON)),
        select(Appointment.member_id).where(
            Appointment.state == "booked", Appointment.starts_at.between(now, now + _SOON)
        ),
        select(Member.id).where(Member.full, silent, weekday),
        *(
            select(Member.id).where(Member.full, Member.seen_at.between(*_shown_before(now, days)), weekday)
            for days in {each.after for each in shop.trade.care.by_stage}
        ),
    )
    return [member_id for member_id in connection.scalars(every) if member_id]


def _is_near(used_up: Any, now: datetime) -> ColumnElement[bool]:
    return and_(used_up >= milliseconds(now - _USED_UP), used_up <= milliseconds(now + _SOON))


def _shown_before(now: datetime, days: int) -> tuple[datetime, datetime]:
    """When somebody was here for whom something is due so many days later: soon, or lately."""
    since = now - timedelta(days)
    return since - _TRIED, since + _SOON


def served_in(connection: Connection, member_ids: Iterable[str], visit_ids: Iterable[str]) -> list[str]:
    """These members, and those of these visits."""
    whose = select(Visit.member_id).where(Visit.id.in_(list(visit_ids)), Visit.member_id.is_not(None))
    return sorted({*member_ids, *(member_id for member_id in connection.scalars(whose) if member_id)})


@dataclass(frozen=True, slots=True)
class _Made:
    """The keys of the tasks with these ids."""

    ids: frozenset[str]

    def __contains__(self, key: object) -> bool:
        return task_id_of(str(key)) in self.ids


def _wanted(connection: Connection, known: Known, today: date, shop: Shop) -> Iterable[WantedTask]:
    trade = shop.trade
    tasks = connection.execute(select(Task.id, Task.due, Task.state).where(Task.member_id == known.person.id)).all()
    cared = Cared(
        today=today, person=known.person, facts=known.facts, consents=known.consents,
        living=lifecycle(today, known.facts, trade.lifecycle),
        staged=_staged(today, known, shop.definitions), lasts=_lasts(connection, known),
        known=_Made(frozenset(row.id for row in tasks)),
        planned=tuple(date.fromisoformat(row.due) for row in tasks if row.state == "open"),
        cadence=trade.cadence.with_wishes(known.wishes),
    )  # fmt: skip
    for task in care_tasks(cared, trade.care):
        yield WantedTask(task_id_of(task.key), known.person.id, _named(connection, task))


def _staged(today: date, known: Known, rules: Definitions) -> Staged:
    return stage(today, known.facts, rules.stage, spending_power(today, known.facts, rules.spending))


def _lasts(connection: Connection, known: Known) -> dict[str, int]:
    bought = {fact.product for fact in known.facts if isinstance(fact, Purchase)}
    lasting = select(Product.id, Product.lasts).where(Product.id.in_(bought), Product.lasts.is_not(None))
    rows = connection.execute(lasting)
    return {row.id: row.lasts for row in rows}


def _named(connection: Connection, task: CareTask) -> CareTask:
    """The same, its product by the name that people know."""
    product = task.why.figures.get("product")
    name = connection.scalar(select(Product.name).where(Product.id == product)) if product else None
    if name is None:
        return task
    return replace(task, why=replace(task.why, figures={**task.why.figures, "product": name}))
