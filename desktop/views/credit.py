"""Who did what in a time, and how much of the sales is whose; every figure opens to what it is made of."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal, get_args

from sqlalchemy import ColumnElement, Connection, Select, func, select

from desktop.data.appointments import Appointment
from desktop.data.catalogue import Guide
from desktop.data.members import Member
from desktop.data.tasks import Task
from desktop.data.visits import Visit
from desktop.rules.credit import CreditRules
from desktop.rules.why import Why
from desktop.views.people import masked_name
from desktop.views.recruits import RecruitView, find_recruits
from desktop.views.sales import MOST_EVENTS, Sale, Term, count_closed, find_sales, find_sales_of, usual_currency
from desktop.views.shop import find_definitions
from desktop.views.till import find_till

Figure = Literal["visits", "enrolled", "sales", "credit", "tasks", "appointments"]
FIGURES: tuple[Figure, ...] = get_args(Figure)


@dataclass(frozen=True, slots=True)
class GuideCredit:
    """One guide's figures; guide_id "" is what belongs to nobody. Amounts are minor units.

    visits: that they opened. enrolled: members they won. sales: lines they put in that were bought, less those brought
    back; amount: what was paid for them. credit: their part of everybody's sales, by the rules. closed: the part of
    their visits in which something was bought, None without a visit. tasks: done; appointments: kept.
    """

    guide_id: str
    guide: str
    visits: int
    enrolled: int
    sales: int
    amount: int
    credit: int
    closed: float | None
    tasks: int
    appointments: int


@dataclass(frozen=True, slots=True)
class CreditPage:
    """All guides of a time, most credit first. total: paid, less what came back; the credits together are never more.

    currency: of all amounts; what was paid in another one counts as a line, and not as money.
    """

    guides: tuple[GuideCredit, ...]
    currency: str
    total: int


@dataclass(frozen=True, slots=True)
class CreditEvent:
    """What a figure is made of. id: of the visit, member, line, task or appointment. member: their masked name.

    what: product, task, service or channel. amount: minor units of ``currency`` that count here, None if none do.
    """

    id: str
    at: datetime
    member_id: str | None
    member: str
    what: str = ""
    amount: int | None = None
    why: Why | None = None
    currency: str = ""


@dataclass(frozen=True, slots=True)
class CreditLook:
    """What the screen shows of some days, both included. events: of the figure that is open, none if none is."""

    days: tuple[date, date]
    page: CreditPage
    events: tuple[CreditEvent, ...]
    recruits: tuple[RecruitView, ...]


_KEPT = func.coalesce(Visit.guide_id, Appointment.for_guide)


def look_at_credit(
    connection: Connection, days: tuple[date, date], today: date, opened: tuple[str, Figure] | None
) -> CreditLook:
    """Everything at one moment, by the rules of ``today``. opened: a guide and one of their figures."""
    term, rules = Term(*days, find_till(connection).store_id), find_definitions(connection, today).credit
    page = find_credit(connection, term, rules)
    events = find_credit_events(connection, term, rules, *opened) if opened else ()
    return CreditLook(days, page, events, find_recruits(connection))


def find_credit(connection: Connection, term: Term, rules: CreditRules) -> CreditPage:
    """Everybody's figures."""
    sales = list(find_sales(connection, term, rules))
    currency = usual_currency(sales)
    paid = [each for each in sales if each.currency == currency]
    visits = _count(connection, _visits(term), Visit.guide_id)
    closed = count_closed(connection, term)
    counted = {
        "visits": visits,
        "enrolled": _count(connection, _enrolled(term), Member.enrolled_by),
        "tasks": _count(connection, _tasks(term), Task.done_by),
        "appointments": _count(connection, _appointments(term), _KEPT),
        "sales": _sum((each.guide, each.pieces) for each in sales),
        "amount": _sum((each.guide, each.paid) for each in paid),
        "credit": _sum(part for each in paid for part in each.parts.items()),
    }
    ids = {guide for figures in counted.values() for guide, count in figures.items() if count}
    names = {row.id: row.name for row in connection.execute(select(Guide.id, Guide.name).where(Guide.id.in_(ids)))}
    guides = [
        GuideCredit(
            guide_id=each, guide=names.get(each, ""),
            closed=closed.get(each, 0) / visits[each] if visits.get(each) else None,
            **{name: figures.get(each, 0) for name, figures in counted.items()},
        )
        for each in ids
    ]  # fmt: skip
    guides.sort(key=lambda each: (not each.guide_id, -each.credit, -each.visits, each.guide))
    return CreditPage(tuple(guides), currency, sum(each.paid for each in paid))


def find_credit_events(
    connection: Connection, term: Term, rules: CreditRules, guide_id: str, figure: Figure
) -> tuple[CreditEvent, ...]:
    """What one figure of one guide is made of, the latest first, at most MOST_EVENTS."""
    match figure:
        case "sales" | "credit":
            put_in = figure == "sales"
            found = find_sales_of(connection, term, rules, guide_id, put_in=put_in)
            return tuple(_of_sales(found, guide_id, put_in=put_in))
        case "visits":
            return _read(connection, _visits(term), (Visit.id, Visit.started_at), Visit.guide_id, guide_id)
        case "enrolled":
            told = (Member.id, Member.enrolled_at, Member.channel)
            return _read(connection, _enrolled(term), told, Member.enrolled_by, guide_id)
        case "tasks":
            return _read(connection, _tasks(term), (Task.id, Task.done_at, Task.title), Task.done_by, guide_id)
        case "appointments":
            told = (Appointment.id, Appointment.starts_at, Appointment.service)
            return _read(connection, _appointments(term), told, _KEPT, guide_id)


def _visits(term: Term) -> Select[Any]:
    query = select().select_from(Visit).outerjoin(Member, Member.id == Visit.member_id)
    return _here(query.where(Visit.started_at.between(*term.bounds), Visit.state != "void"), Visit.store_id, term)


def _enrolled(term: Term) -> Select[Any]:
    query = select().select_from(Member).where(Member.enrolled_at.between(*term.bounds), Member.full)
    return _here(query, Member.store_id, term)


def _tasks(term: Term) -> Select[Any]:
    query = select().select_from(Task).outerjoin(Member, Member.id == Task.member_id)
    return query.where(Task.done_at.is_not(None), Task.done_at.between(*term.bounds), Task.state == "done")


def _appointments(term: Term) -> Select[Any]:
    query = select().select_from(Appointment).outerjoin(Member, Member.id == Appointment.member_id)
    query = query.outerjoin(Visit, Visit.id == Appointment.visit_id)
    kept = (Appointment.starts_at.between(*term.bounds), Appointment.state == "arrived")
    return _here(query.where(*kept), Appointment.store_id, term)


def _here(query: Select[Any], store: Any, term: Term) -> Select[Any]:
    return query.where(store == term.store_id) if term.store_id else query


def _count(connection: Connection, query: Select[Any], guide: ColumnElement[Any] | Any) -> dict[str, int]:
    rows = connection.execute(query.add_columns(guide, func.count()).group_by(guide))
    return {found or "": count for found, count in rows}


def _read(
    connection: Connection, query: Select[Any], told: tuple[Any, ...], guide: Any, guide_id: str
) -> tuple[CreditEvent, ...]:
    told = (*told[:2], Member.id, Member.name, *told[2:])
    query = query.add_columns(*told).where(func.coalesce(guide, "") == guide_id)
    rows = connection.execute(query.order_by(told[1].desc(), told[0].desc()).limit(MOST_EVENTS))
    return tuple(
        CreditEvent(id_, at, member_id, masked_name(name), (what[0] or "") if what else "")
        for id_, at, member_id, name, *what in rows
    )


def _of_sales(sales: Iterable[Sale], guide_id: str, *, put_in: bool) -> Iterator[CreditEvent]:
    for sale in sales:
        about = (sale.id, sale.at, sale.member_id, masked_name(sale.member), sale.what)
        if put_in:
            yield CreditEvent(*about, sale.paid, currency=sale.currency)
            continue
        for part in sale.credits:
            if part.guide == guide_id:
                yield CreditEvent(*about, part.amount, part.why, sale.currency)


def _sum(parts: Iterable[tuple[str, int]]) -> dict[str, int]:
    found: dict[str, int] = {}
    for guide, amount in parts:
        found[guide] = found.get(guide, 0) + amount
    return found
