"""The visits of a time, as the figures of serving are made of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Integer, func, select, type_coerce

from desktop.clock import from_milliseconds
from desktop.data.members import Member
from desktop.data.orders import OrderLine
from desktop.data.visits import Line, Visit
from desktop.rules.measure import Served
from desktop.views.sales import Term, find_closed

_BEGAN, _ENDED = type_coerce(Visit.started_at, Integer), type_coerce(Visit.finished_at, Integer)  # thousands of them
_COLUMNS = (
    Visit.id, func.coalesce(Visit.guide_id, ""), Visit.member_id, Visit.code, _BEGAN, _ENDED, Member.name,
    type_coerce(Member.enrolled_at, Integer),
)  # fmt: skip

# It ends with the first that is found: most of what a member bought is not read.
_FIRST_BOUGHT = (
    select(type_coerce(Line.at, Integer))
    .join_from(Visit, Line, Line.visit_id == Visit.id)
    .where(Visit.state != "void", Line.action == "bought")
    .order_by(Visit.started_at)
    .limit(1)
)
_FIRST_ORDERED = select(func.min(type_coerce(OrderLine.at, Integer))).where(OrderLine.quantity > 0)


@dataclass(frozen=True, slots=True)
class VisitServed:
    """One visit, and what a list says of it. member: their name."""

    served: Served
    at: datetime
    member: str


def find_served(connection: Connection, term: Term, first_bought: Mapping[str, int]) -> list[VisitServed]:
    """All that were not void, in the order in which they began. first_bought: as ``find_first_bought`` found it."""
    query = select(*_COLUMNS).outerjoin(Member, Member.id == Visit.member_id)
    query = query.where(Visit.started_at.between(*term.bounds), Visit.state != "void")
    query = query.where(Visit.store_id == term.store_id) if term.store_id else query
    closed = find_closed(connection, term)
    rows = connection.execute(query.order_by(Visit.started_at, Visit.id))
    return [_served(term, row, row[0] in closed, first_bought.get(row[2] or "")) for row in rows.all()]


def find_first_bought(connection: Connection, term: Term) -> dict[str, int]:
    """When each member who came or ordered in that time first bought something, as far as is known: milliseconds."""
    first, last = term.bounds
    came = select(Visit.member_id).where(Visit.started_at.between(first - timedelta(1), last))
    either = came.union(select(OrderLine.member_id).where(OrderLine.at.between(first, last))).subquery()
    query = select(
        either.c.member_id, _FIRST_BOUGHT.where(Visit.member_id == either.c.member_id).scalar_subquery(),
        _FIRST_ORDERED.where(OrderLine.member_id == either.c.member_id).scalar_subquery(),
    )  # fmt: skip
    found = {member_id: [at for at in ats if at is not None] for member_id, *ats in connection.execute(query).all()}
    return {member_id: min(ats) for member_id, ats in found.items() if ats}


def _served(term: Term, row: Any, closed: bool, first_bought: int | None) -> VisitServed:
    id_, guide, member_id, code, began, ended, name, joined = row
    served = Served(
        id_, guide, term.day(began), None if ended is None else (ended - began) // 1000, closed, member_id,
        code is not None, None if joined is None else term.day(joined),
        None if first_bought is None else term.day(first_bought),
    )  # fmt: skip
    return VisitServed(served, from_milliseconds(began), name or "")
