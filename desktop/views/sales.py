"""The sales of a time, and whose they are: what credit is made of.

What a store's members order by other channels is the store's as well; a line of an order counts as one of a visit does.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta, tzinfo
from heapq import nlargest
from typing import Any

from sqlalchemy import ColumnElement, Connection, Integer, Select, func, literal, or_, select, text, true, type_coerce

from desktop.clock import milliseconds
from desktop.data.catalogue import Product
from desktop.data.members import Member
from desktop.data.orders import ORDER_ACTION, OrderLine
from desktop.data.visits import Line, Visit
from desktop.rules.credit import Credit, CreditRules, Deed, credit
from desktop.rules.measure import Customer, customer

MOST_EVENTS = 500  # of which a figure is told to be made


@dataclass(frozen=True, slots=True)
class Term:
    """Days of one store, both included, counted in ``zone`` (None: the machine's)."""

    first: date
    last: date
    store_id: str | None = None
    zone: tzinfo | None = None

    @property
    def bounds(self) -> tuple[datetime, datetime]:
        """From the first midnight to the last millisecond."""
        return self.midnight(self.first), self.midnight(self.last + timedelta(1)) - timedelta(milliseconds=1)

    def midnight(self, day: date) -> datetime:
        """When a day begins."""
        return datetime.combine(day, time.min, self.zone).astimezone()

    def day(self, at: int) -> date:
        """The store's day of a moment, in milliseconds since 1970."""
        return datetime.fromtimestamp(at / 1000, self.zone).date() if self.zone else date.fromtimestamp(at / 1000)


@dataclass(frozen=True, slots=True)
class Basis:
    """What sales are judged by. first_bought: when a member first bought something, milliseconds."""

    term: Term
    rules: CreditRules
    first_bought: Mapping[str, int]

    def customer(self, at: int, member_id: str | None) -> Customer:
        """What sort of customer somebody was then."""
        first = self.first_bought.get(member_id or "")
        before = None if first is None else self.term.day(first)
        return customer(self.term.day(at), before, known=member_id is not None)


@dataclass(frozen=True, slots=True)
class Sales:
    """Sales that are shared alike. guide: who put them in or brought the order, "" for nobody. pieces: bought less
    brought back. paid: minor units of ``currency``; parts: of them, by guide. customer: what sort of customers bought.
    """

    guide: str
    currency: str
    pieces: int
    paid: int
    parts: dict[str, int]
    customer: Customer


@dataclass(frozen=True, slots=True)
class Sale:
    """One line that was bought, or brought back: then ``paid`` is less than 0. credits: whose it is.

    customer: what sort of customer bought it. channel: where; store, or that of an order.
    """

    id: str
    at: datetime
    member_id: str | None
    member: str
    what: str
    currency: str
    paid: int
    credits: tuple[Credit, ...]
    customer: Customer
    channel: str


_SERVED = func.coalesce(Line.guide_id, Visit.guide_id, "")
_SOLD = text("line.action IN ('bought', 'returned')")  # in the words of its index


_JOINED = type_coerce(Member.enrolled_at, Integer)  # thousands of them
_KEY = (
    _SERVED, Member.guide_id, Member.enrolled_by, Line.action, Line.price, Line.currency, Visit.member_id,
    type_coerce(Line.at, Integer), _JOINED,
)  # fmt: skip
_BROUGHT = func.coalesce(OrderLine.guide_id, "")
_ORDER_KEY = (
    _BROUGHT, Member.guide_id, Member.enrolled_by, ORDER_ACTION, func.abs(OrderLine.amount), OrderLine.currency,
    OrderLine.member_id, type_coerce(OrderLine.at, Integer), _JOINED,
)  # fmt: skip
_WHOSE = (Member.name, Member.guide_id.label("owner"), Member.enrolled_by, Member.enrolled_at)


def find_sales(connection: Connection, basis: Basis) -> Iterator[Sales]:
    """All sales, those that are shared alike together: of thousands in a month some hundreds are left."""
    term, rules = basis.term, basis.rules
    alike: Counter[tuple[Any, ...]] = Counter()
    rows = connection.execute(_from_lines(select(*_KEY), term)).all()
    orders = connection.execute(_from_orders(select(*_ORDER_KEY), term)).all()
    for served, owner, recruiter, *sold, member_id, at, joined in (*rows, *orders):
        late = recruiter is None or joined is None or not _lately(term, at, joined, rules)
        sort = basis.customer(at, member_id)
        alike[served, owner, None if late else recruiter, *sold, sort] += 1
    for key, count in alike.items():
        paid, parts = _shared(term.first, key, rules)
        pieces = count if key[3] == "bought" else -count
        theirs = {guide: part * count for guide, part in parts.items()}
        yield Sales(key[0], key[5] or "", pieces, paid * count, theirs, key[6])


def find_sales_of(connection: Connection, basis: Basis, guide_id: str | None, *, put_in: bool) -> Iterator[Sale]:
    """The latest sales that are a guide's: that they put in, or of which they may have a part. None: everybody's."""
    lines = _from_lines(
        select(
            Line.id, Line.at, Line.action, Line.price, Line.currency, _SERVED.label("served"), Visit.member_id,
            func.coalesce(Product.name, Line.gtin).label("what"), literal("store").label("channel"), *_WHOSE,
        ).outerjoin(Product, Product.id == Line.product_id),
        basis.term,
    )  # fmt: skip
    orders = _from_orders(
        select(
            OrderLine.id, OrderLine.at, ORDER_ACTION.label("action"), func.abs(OrderLine.amount).label("price"),
            OrderLine.currency, _BROUGHT.label("served"), OrderLine.member_id,
            func.coalesce(Product.name, OrderLine.title).label("what"), OrderLine.channel, *_WHOSE,
        ).outerjoin(Product, Product.id == OrderLine.product_id),
        basis.term,
    )  # fmt: skip
    rows = (
        *_latest(connection, lines.where(_is_of(guide_id, _SERVED, put_in=put_in)), Line),
        *_latest(connection, orders.where(_is_of(guide_id, _BROUGHT, put_in=put_in)), OrderLine),
    )
    for row in nlargest(MOST_EVENTS, rows, key=lambda row: (row.at, row.id)):
        yield _sale(row, basis)


def find_closed(connection: Connection, term: Term) -> set[str]:
    """The visits of that time in which something was bought."""
    query = _from_lines(select(Visit.id).distinct(), term)
    query = query.where(Visit.started_at.between(*term.bounds), Line.action == "bought")
    return set(connection.execute(query).scalars())


def usual_currency(sales: Iterable[Sales]) -> str:
    """The one most was paid in."""
    most: Counter[str] = Counter()
    for each in sales:
        if each.currency:
            most[each.currency] += abs(each.pieces)
    return most.most_common(1)[0][0] if most else "CNY"


Query = Select[*tuple[Any, ...]]


def _from_lines(query: Query, term: Term) -> Query:
    joined = query.join_from(Line, Visit, Visit.id == Line.visit_id).outerjoin(Member, Member.id == Visit.member_id)
    sold = joined.where(_SOLD, Line.at.between(*term.bounds), Visit.state != "void")
    return sold.where(Visit.store_id == term.store_id) if term.store_id else sold


def _from_orders(query: Query, term: Term) -> Query:
    """Those of the store's own members: no order is of two stores."""
    sold = query.join_from(OrderLine, Member, Member.id == OrderLine.member_id)
    sold = sold.where(OrderLine.at.between(*term.bounds))
    return sold.where(Member.store_id == term.store_id) if term.store_id else sold


def _is_of(guide_id: str | None, served: ColumnElement[str], *, put_in: bool) -> ColumnElement[bool]:
    """Whether a guide put it in, or else may have a part of it; of everybody it always is."""
    if guide_id is None:
        return true()
    return (
        served == guide_id
        if put_in
        else or_(served == guide_id, Member.guide_id == guide_id, Member.enrolled_by == guide_id)
    )


def _latest(connection: Connection, query: Query, table: type[Line | OrderLine]) -> Sequence[Any]:
    return connection.execute(query.order_by(table.at.desc(), table.id.desc()).limit(MOST_EVENTS)).all()


def _sale(row: Any, basis: Basis) -> Sale:
    at, term = milliseconds(row.at), basis.term
    joined = term.day(milliseconds(row.enrolled_at)) if row.enrolled_at else None
    deed = _deed(row.id, term.day(at), _paid(row.action, row.price), row.served, row.owner)
    credits = credit(replace(deed, recruiter=row.enrolled_by, joined=joined), basis.rules)
    sort = basis.customer(at, row.member_id)
    return Sale(
        row.id, row.at, row.member_id, row.name or "", row.what, row.currency or "", deed.amount, credits, sort,
        row.channel,
    )  # fmt: skip


def _lately(term: Term, at: int, joined: int, rules: CreditRules) -> bool:
    return 0 <= (term.day(at) - term.day(joined)).days < rules.recruited_days


def _shared(day: date, key: tuple[Any, ...], rules: CreditRules) -> tuple[int, dict[str, int]]:
    served, owner, recruiter, action, price, *_ = key
    deed = replace(_deed("", day, _paid(action, price), served, owner), recruiter=recruiter, joined=day)
    return deed.amount, {part.guide: part.amount for part in credit(deed, rules)}


def _deed(line_id: str, day: date, amount: int, served: str, owner: str | None) -> Deed:
    return Deed(line_id, day, amount, {served: 100} if served else {}, owner)


def _paid(action: str, price: int | None) -> int:
    return (price or 0) if action == "bought" else -(price or 0)
