"""Who did what in a time, and how much of the sales is whose; every figure opens to what it is made of."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import islice
from typing import Any, Literal, TypeVar, get_args

from sqlalchemy import ColumnElement, Connection, Select, func, select

from desktop.data.appointments import Appointment
from desktop.data.catalogue import Guide
from desktop.data.members import Member
from desktop.data.tasks import Task
from desktop.data.visits import Visit
from desktop.rules.definitions import Definitions
from desktop.rules.measure import Customer, Served, customer_of, is_paced, measure, strangers
from desktop.rules.why import Why
from desktop.views.measures import VisitServed, find_first_bought, find_served
from desktop.views.people import masked_name
from desktop.views.recruits import RecruitView, find_recruits
from desktop.views.sales import MOST_EVENTS, Basis, Sale, Sales, Term, find_sales, find_sales_of, usual_currency
from desktop.views.shop import find_definitions
from desktop.views.till import find_till

Figure = Literal[
    "visits", "closed", "paced", "strangers", "known", "enrolled", "sales", "credit", "tasks", "appointments"
]
FIGURES: tuple[Figure, ...] = get_args(Figure)


T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Share:
    """What one sort of customers has in it: visits, pieces bought less brought back, minor units paid for them."""

    visits: int = 0
    sales: int = 0
    amount: int = 0


@dataclass(frozen=True, slots=True)
class GuideCredit:
    """One guide's figures; guide_id "" is what belongs to nobody, None everybody together. Amounts are minor units.

    visits: that they opened. closed: in which something was bought. paced: those that ``pace``, the median seconds of
    a visit, is made of. strangers: of people who were no members yet; joined: of them, who enrolled at once.
    new, old: shares of customers who had not bought before, or had (``desktop.rules.measure``).
    enrolled: members they won. sales: lines they put in that were bought, less those brought back; amount: what was
    paid for them. credit: their part of everybody's sales, by the rules. tasks: done; appointments: kept.
    """

    guide_id: str | None
    guide: str
    visits: int = 0
    closed: int = 0
    paced: int = 0
    pace: int | None = None
    strangers: int = 0
    joined: int = 0
    new: Share = field(default_factory=Share)
    old: Share = field(default_factory=Share)
    enrolled: int = 0
    sales: int = 0
    amount: int = 0
    credit: int = 0
    tasks: int = 0
    appointments: int = 0

    @property
    def known(self) -> int:
        """Visits of members."""
        return self.new.visits + self.old.visits


@dataclass(frozen=True, slots=True)
class CreditPage:
    """All guides of a time, most credit first, and everybody together.

    currency: of all amounts; what was paid in another one counts as a line, and not as money.
    longest: minutes; a visit that took longer was carried over a break, and is not in ``paced``.
    """

    guides: tuple[GuideCredit, ...]
    everybody: GuideCredit
    currency: str
    longest: int

    @property
    def total(self) -> int:
        """Paid, less what came back; the credits together are never more."""
        return self.everybody.amount


@dataclass(frozen=True, slots=True)
class CreditEvent:
    """What a figure is made of. id: of the visit, member, line, task or appointment. member: their masked name.

    what: product, task, service or channel. amount: minor units of ``currency`` that count here, None if none do.
    seconds: how long the visit took. joined: a stranger who enrolled at once. customer: who was served or bought.
    channel: where something was bought.
    """

    id: str
    at: datetime
    member_id: str | None
    member: str
    what: str = ""
    amount: int | None = None
    why: Why | None = None
    currency: str = ""
    seconds: int | None = None
    joined: bool = False
    customer: Customer | None = None
    channel: str = "store"


@dataclass(frozen=True, slots=True)
class CreditLook:
    """What the screen shows of some days, both included. events: of the figure that is open, none if none is."""

    days: tuple[date, date]
    page: CreditPage
    events: tuple[CreditEvent, ...]
    recruits: tuple[RecruitView, ...]


_KEPT = func.coalesce(Visit.guide_id, Appointment.for_guide)


def look_at_credit(
    connection: Connection, days: tuple[date, date], today: date, opened: tuple[str | None, Figure] | None
) -> CreditLook:
    """Everything at one moment, by the rules of ``today``. opened: a guide, None for all, and one of their figures."""
    term, rules = Term(*days, find_till(connection).store_id), find_definitions(connection, today)
    page = find_credit(connection, term, rules)
    events = find_credit_events(connection, term, rules, *opened) if opened else ()
    return CreditLook(days, page, events, find_recruits(connection))


def find_credit(connection: Connection, term: Term, rules: Definitions) -> CreditPage:
    """Everybody's figures."""
    basis = Basis(term, rules.credit, find_first_bought(connection, term))
    sales, visits = tuple(find_sales(connection, basis)), find_served(connection, term, basis.first_bought)
    currency = usual_currency(sales)
    paid = [each for each in sales if each.currency == currency]
    counted = {
        "enrolled": _count(connection, _enrolled(term), Member.enrolled_by),
        "tasks": _count(connection, _tasks(term), Task.done_by),
        "appointments": _count(connection, _appointments(term), _KEPT),
        "credit": _sum(part for each in paid for part in each.parts.items()),
    }
    ids = {guide for figures in counted.values() for guide, count in figures.items() if count}
    ids |= {each.guide for each in sales} | {each.served.guide for each in visits}
    names = {row.id: row.name for row in connection.execute(select(Guide.id, Guide.name).where(Guide.id.in_(ids)))}
    whole = _Counted(visits, strangers(each.served for each in visits), sales, currency, counted)
    theirs = whole.by_guide()
    guides = [_figures(theirs(each), each, names.get(each, ""), rules) for each in ids]
    guides.sort(key=lambda each: (not each.guide_id, -each.credit, -each.visits, each.guide))
    return CreditPage(tuple(guides), _figures(whole, None, "", rules), currency, rules.measure.longest_minutes)


def find_credit_events(
    connection: Connection, term: Term, rules: Definitions, guide_id: str | None, figure: Figure
) -> tuple[CreditEvent, ...]:
    """What one figure of one guide is made of, of everybody if None, the latest first, at most MOST_EVENTS."""
    match figure:
        case "sales" | "credit":
            basis, put_in = Basis(term, rules.credit, find_first_bought(connection, term)), figure == "sales"
            found = find_sales_of(connection, basis, guide_id, put_in=put_in)
            return tuple(_of_sales(found, guide_id, put_in=put_in))
        case "enrolled":
            told = (Member.id, Member.enrolled_at, Member.channel)
            return _read(connection, _enrolled(term), told, Member.enrolled_by, guide_id)
        case "tasks":
            return _read(connection, _tasks(term), (Task.id, Task.done_at, Task.title), Task.done_by, guide_id)
        case "appointments":
            told = (Appointment.id, Appointment.starts_at, Appointment.service)
            return _read(connection, _appointments(term), told, _KEPT, guide_id)
        case _:
            visits = find_served(connection, term, find_first_bought(connection, term))
            return tuple(_of_visits(visits, rules, guide_id, figure))


@dataclass(frozen=True, slots=True)
class _Counted:
    """What figures are made of: everybody's, or a guide's. unknown: the strangers among the visits."""

    visits: Sequence[VisitServed]
    unknown: Sequence[Served]
    sales: Sequence[Sales]
    currency: str
    numbers: Mapping[str, Mapping[str, int]]

    def by_guide(self) -> Callable[[str], "_Counted"]:
        """Gives each guide's part."""
        visits = _grouped(self.visits, lambda each: each.served.guide)
        unknown, sales = _grouped(self.unknown, lambda each: each.guide), _grouped(self.sales, lambda each: each.guide)
        return lambda guide: _Counted(
            visits[guide], unknown[guide], sales[guide], self.currency,
            {name: {guide: figures.get(guide, 0)} for name, figures in self.numbers.items()},
        )  # fmt: skip

    def share(self, sort: Customer, visits: int) -> Share:
        """What one sort of customers has in the sales."""
        theirs = [each for each in self.sales if each.customer == sort]
        return Share(visits, sum(each.pieces for each in theirs), self.amount(theirs))

    def amount(self, sales: Iterable[Sales]) -> int:
        """What was paid for them in the usual currency."""
        return sum(each.paid for each in sales if each.currency == self.currency)


def _figures(counted: _Counted, guide_id: str | None, name: str, rules: Definitions) -> GuideCredit:
    served = measure([each.served for each in counted.visits], counted.unknown, rules.measure)
    return GuideCredit(
        guide_id, name, visits=served.visits, closed=served.closed, paced=served.paced, pace=served.pace,
        strangers=served.strangers, joined=served.joined,
        new=counted.share("new", served.new), old=counted.share("old", served.old),
        sales=sum(each.pieces for each in counted.sales), amount=counted.amount(counted.sales),
        **{name: sum(figures.values()) for name, figures in counted.numbers.items()},
    )  # fmt: skip


def _of_visits(
    visits: Sequence[VisitServed], rules: Definitions, guide_id: str | None, figure: Figure
) -> Iterator[CreditEvent]:
    unknown = {each.id for each in strangers(each.served for each in visits)}
    counts: dict[str, Callable[[Served], bool]] = {
        "closed": lambda served: served.bought,
        "paced": lambda served: is_paced(served, rules.measure),
        "strangers": lambda served: served.id in unknown,
        "known": lambda served: served.member is not None,
    }
    wanted = counts.get(figure)
    theirs = (each for each in reversed(visits) if guide_id is None or each.served.guide == guide_id)
    for each in islice((each for each in theirs if wanted is None or wanted(each.served)), MOST_EVENTS):
        served = each.served
        yield CreditEvent(
            served.id, each.at, served.member, masked_name(each.member), seconds=served.seconds,
            joined=served.id in unknown and served.member is not None, customer=customer_of(served),
        )  # fmt: skip


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
    connection: Connection, query: Select[Any], told: tuple[Any, ...], guide: Any, guide_id: str | None
) -> tuple[CreditEvent, ...]:
    told = (*told[:2], Member.id, Member.name, *told[2:])
    query = query.add_columns(*told)
    query = query if guide_id is None else query.where(func.coalesce(guide, "") == guide_id)
    rows = connection.execute(query.order_by(told[1].desc(), told[0].desc()).limit(MOST_EVENTS))
    return tuple(
        CreditEvent(id_, at, member_id, masked_name(name), (what[0] or "") if what else "")
        for id_, at, member_id, name, *what in rows
    )


def _of_sales(sales: Iterable[Sale], guide_id: str | None, *, put_in: bool) -> Iterator[CreditEvent]:
    for sale in sales:
        about = (sale.id, sale.at, sale.member_id, masked_name(sale.member), sale.what)
        if put_in:
            yield CreditEvent(*about, sale.paid, currency=sale.currency, customer=sale.customer, channel=sale.channel)
            continue
        for part in sale.credits:
            if guide_id in (None, part.guide):
                yield CreditEvent(*about, part.amount, part.why, sale.currency, channel=sale.channel)


def _grouped(found: Iterable[T], guide: Callable[[T], str]) -> defaultdict[str, list[T]]:
    groups: defaultdict[str, list[T]] = defaultdict(list)
    for each in found:
        groups[guide(each)].append(each)
    return groups


def _sum(parts: Iterable[tuple[str, int]]) -> dict[str, int]:
    found: dict[str, int] = {}
    for guide, amount in parts:
        found[guide] = found.get(guide, 0) + amount
    return found
