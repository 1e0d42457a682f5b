"""What the counter shows of visits: the running one, parked ones, a member's past ones."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, TypeVar

from sqlalchemy import BindParameter, Connection, bindparam, func, select

from desktop.data.catalogue import Guide, Product, Store
from desktop.data.members import Member, Preference
from desktop.data.visits import Line, Note, Visit
from desktop.views.items import ItemView, find_item
from desktop.views.products import Label


@dataclass(frozen=True, slots=True)
class LineView:
    """gtin: 14 digits. price: minor units. serial, batch, expires_on (YYYY-MM-DD), weight (grams): of the very piece.

    item: what is known of that piece, in a visit that is not over.
    """

    id: str
    gtin: str
    name: str
    action: str
    reason: str | None
    price: int | None
    currency: str | None
    at: datetime
    serial: str | None = None
    batch: str | None = None
    expires_on: str | None = None
    weight: int | None = None
    item: ItemView | None = None


@dataclass(frozen=True, slots=True)
class NoteView:
    id: str
    text: str
    at: datetime


@dataclass(frozen=True, slots=True)
class PreferenceView:
    id: str
    facet: str
    value: str
    sentiment: str
    noted_at: datetime


@dataclass(frozen=True, slots=True)
class VisitView:
    """One visit. code: of the member's card, if it began before this till knew whose it is.

    member_id, guide, store are None when not known; times are UTC. learned: preferences noted in it.
    mood: how content they left, 1 to 5, 0 if nobody asked.
    verified_until: as long it is sure that the member is who they say, because they have shown a short-lived code.
    """

    id: str
    member_id: str | None
    member_name: str | None
    code: str | None
    guide: str | None
    store: str | None
    state: str
    started: datetime
    finished: datetime | None
    verified_until: datetime | None
    mood: int
    lines: tuple[LineView, ...]
    notes: tuple[NoteView, ...]
    learned: tuple[PreferenceView, ...]


@dataclass(frozen=True, slots=True)
class ParkedVisit:
    """A held visit, for the row of chips."""

    id: str
    member_id: str | None
    member_name: str | None
    started: datetime
    lines: int


V = TypeVar("V")

_VISIT = (
    select(
        Visit.id, Visit.member_id, Member.name.label("member_name"), Visit.code, Guide.name.label("guide"),
        Store.name.label("store"), Visit.state, Visit.started_at.label("started"), Visit.finished_at.label("finished"),
        Visit.verified_until, Visit.mood,
    )
    .outerjoin(Member, Member.id == Visit.member_id)
    .outerjoin(Guide, Guide.id == Visit.guide_id)
    .outerjoin(Store, Store.id == Visit.store_id)
)  # fmt: skip
_RUNNING = _VISIT.where(Visit.here, Visit.state == "open").order_by(Visit.started_at.desc()).limit(1)
_ONE = _VISIT.where(Visit.id == bindparam("id"))
_OF_MEMBER = (
    _VISIT.where(Visit.member_id == bindparam("member_id"), Visit.state != "void")
    .order_by(Visit.started_at.desc(), Visit.id.desc())
    .limit(bindparam("limit"))
)
_PARKED = (
    select(Visit.id, Visit.member_id, Member.name, Visit.started_at, func.count(Line.id))
    .outerjoin(Member, Member.id == Visit.member_id)
    .outerjoin(Line, Line.visit_id == Visit.id)
    .where(Visit.here, Visit.state == "held")
    .group_by(Visit.id)
    .order_by(Visit.started_at.desc())
)
_IDS: BindParameter[str] = bindparam("ids", expanding=True)
_LINES = (
    select(
        Line.visit_id, Line.id, Line.gtin, func.coalesce(Product.name, Line.gtin), Line.action, Line.reason,
        Line.price, Line.currency, Line.at, Line.serial, Line.batch, Line.expires_on, Line.weight,
    )
    .outerjoin(Product, Product.id == Line.product_id)
    .where(Line.visit_id.in_(_IDS))
    .order_by(Line.at, Line.id)
)  # fmt: skip
_NOTES = select(Note.visit_id, Note.id, Note.text, Note.at).where(Note.visit_id.in_(_IDS)).order_by(Note.at, Note.id)
_LEARNED = (
    select(
        Preference.visit_id, Preference.id, Preference.facet, Preference.value, Preference.sentiment,
        Preference.noted_at,
    )
    .where(Preference.visit_id.in_(_IDS), Preference.withdrawn.is_(False))
    .order_by(Preference.noted_at, Preference.id)
)  # fmt: skip


def find_running_visit(connection: Connection) -> VisitView | None:
    """The visit that is open at this till."""
    return next(iter(_whole(connection, connection.execute(_RUNNING).all())), None)


def find_visit(connection: Connection, visit_id: str) -> VisitView | None:
    """One visit by id."""
    return next(iter(_whole(connection, connection.execute(_ONE, {"id": visit_id}).all())), None)


def find_visit_of_note(connection: Connection, note_id: str) -> VisitView | None:
    """The visit that a note is in."""
    visit_id = connection.scalar(select(Note.visit_id).where(Note.id == note_id))
    return find_visit(connection, visit_id) if visit_id else None


def find_visit_of_line(connection: Connection, line_id: str) -> VisitView | None:
    """The visit that a line stands in."""
    visit_id = connection.scalar(select(Line.visit_id).where(Line.id == line_id))
    return find_visit(connection, visit_id) if visit_id else None


def visits_of(connection: Connection, member_id: str, limit: int = 50) -> tuple[VisitView, ...]:
    """A member's visits, the latest first; void ones are left out."""
    return _whole(connection, connection.execute(_OF_MEMBER, {"member_id": member_id, "limit": limit}).all())


def parked_visits(connection: Connection) -> tuple[ParkedVisit, ...]:
    """The visits held at this till, the latest first."""
    return tuple(ParkedVisit(*row) for row in connection.execute(_PARKED))


def _whole(connection: Connection, heads: Sequence[Any]) -> tuple[VisitView, ...]:
    """Three queries for any number of visits."""
    ids = {"ids": [head.id for head in heads]}
    if not heads:
        return ()
    lines = _by_visit(LineView, connection.execute(_LINES, ids))
    for head in heads:
        if head.state in ("open", "held"):
            lines[head.id] = [_with_item(connection, line) for line in lines[head.id]]
    notes = _by_visit(NoteView, connection.execute(_NOTES, ids))
    learned = _by_visit(PreferenceView, connection.execute(_LEARNED, ids))
    return tuple(
        VisitView(
            **head._asdict(), lines=tuple(lines[head.id]), notes=tuple(notes[head.id]), learned=tuple(learned[head.id])
        )
        for head in heads
    )


def _with_item(connection: Connection, line: LineView) -> LineView:
    if line.serial is None and line.expires_on is None:
        return line
    expires_on = date.fromisoformat(line.expires_on) if line.expires_on else None
    label = Label(serial=line.serial, batch=line.batch, expires_on=expires_on)
    return replace(line, item=find_item(connection, line.gtin, label, line.at.astimezone().date(), line_id=line.id))


def _by_visit(make: type[V], rows: Iterable[Sequence[Any]]) -> defaultdict[object, list[V]]:
    found: defaultdict[object, list[V]] = defaultdict(list)
    for row in rows:
        found[row[0]].append(make(*row[1:]))
    return found
