"""The content library: what there is to say, to whom it fits, and what came of saying it."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import msgspec
from sqlalchemy import Connection, Integer, and_, func, or_, select, type_coerce

from desktop.data.contents import Content, ContentUse
from desktop.data.members import Member
from desktop.data.visits import Visit
from desktop.rules.conditions import Condition, Subject
from desktop.rules.shape import ShapeError, build

ARRIVES_WITHIN_MS = 14 * 86_400_000  # a visit so soon after a use is counted as its effect


@dataclass(frozen=True, slots=True)
class ContentView:
    """One piece. used, answered, arrived: members who were told it, who answered, and who came within two weeks.

    fits: whether its audience holds the member who was asked about; None if nobody was, or it is for everybody.
    """

    id: str
    kind: str
    title: str
    text: str
    tags: tuple[str, ...]
    until: date | None
    used: int
    answered: int
    arrived: int
    fits: bool | None


@dataclass(frozen=True, slots=True)
class UseView:
    """One use: who was told, how, and whether they answered."""

    id: str
    member_id: str
    name: str
    how: str
    at: datetime
    answered: bool


_USED_AT, _CAME_AT = type_coerce(ContentUse.at, Integer), type_coerce(Visit.started_at, Integer)
_CAME = and_(
    Visit.member_id == ContentUse.member_id, Visit.state != "void", Visit.id.is_distinct_from(ContentUse.visit_id),
    _CAME_AT > _USED_AT, _CAME_AT <= _USED_AT + ARRIVES_WITHIN_MS,
)  # fmt: skip
_WHO = func.count(func.distinct(ContentUse.member_id))
_COUNTED = (
    select(
        ContentUse.content_id, _WHO.label("used"),
        _WHO.filter(ContentUse.answered_at.is_not(None)).label("answered"),
        func.count(func.distinct(Visit.member_id)).label("arrived"),
    )
    .outerjoin(Visit, _CAME)
    .where(ContentUse.taken_back.is_(False))
    .group_by(ContentUse.content_id)
)  # fmt: skip


def find_contents(
    connection: Connection, words: str, today: date, subject: Subject | None = None, limit: int = 100
) -> tuple[ContentView, ...]:
    """What holds today and has ``words`` in its title, tags or pinyin; what fits ``subject`` comes first."""
    alive = or_(Content.until.is_(None), Content.until >= today.isoformat())
    query = select(*Content.__table__.columns).where(alive).order_by(Content.title)
    for word in words.lower().split():
        like = f"%{word}%"
        query = query.where(or_(Content.title.ilike(like), Content.tags.ilike(like), Content.pinyin.like(like)))
    counts = {row.content_id: row for row in connection.execute(_COUNTED)}
    views = [_view(row, counts.get(row.id), subject) for row in connection.execute(query.limit(limit))]
    return tuple(sorted(views, key=lambda view: view.fits is not True))


def uses_of(connection: Connection, content_id: str, limit: int = 20) -> tuple[UseView, ...]:
    """The latest uses of one piece."""
    query = (
        select(
            ContentUse.id, ContentUse.member_id, Member.name, ContentUse.how, ContentUse.at,
            ContentUse.answered_at.is_not(None),
        )
        .join(Member, Member.id == ContentUse.member_id)
        .where(ContentUse.content_id == content_id, ContentUse.taken_back.is_(False))
        .order_by(ContentUse.at.desc())
    )  # fmt: skip
    return tuple(UseView(*row) for row in connection.execute(query.limit(limit)))


def _view(row: Any, count: Any, subject: Subject | None) -> ContentView:
    used, answered, arrived = (count.used, count.answered, count.arrived) if count else (0, 0, 0)
    audience = _audience(row.audience)
    fits = None if subject is None or audience is None else audience.ask(subject) is not None
    until = date.fromisoformat(row.until) if row.until else None
    return ContentView(
        row.id, row.kind, row.title, row.text, tuple(row.tags.split()), until, used, answered, arrived, fits
    )


def _audience(text: str | None) -> Condition | None:
    """Whom it is for; one that this till is too old to ask is for everybody."""
    if text is None:
        return None
    try:
        return build(Condition, msgspec.json.decode(text))  # type: ignore[arg-type]
    except (ShapeError, msgspec.MsgspecError):
        return None
