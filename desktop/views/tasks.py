"""What is still to be done, for whom and why; and what was done today."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Any

import msgspec
from sqlalchemy import Connection, Select, func, or_, select

from desktop.data.catalogue import Guide
from desktop.data.members import Consent, Member
from desktop.data.tasks import Task
from desktop.rules.consent import agreed
from desktop.rules.wishes import FIELDS, Wishes, read_wishes
from desktop.views.facts import consent_lines
from desktop.views.lookup import current_id
from desktop.views.people import masked_phone
from desktop.views.wishes import COLUMNS

_AHEAD = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class TaskView:
    """One task. phone: masked. rule: its sentence is ``why.<rule>`` in the words, filled with ``figures``; None if a
    guide wrote it, then ``title`` says what it is. due, until: days. guide: whose member it is. wishes:
    when and how the member wants to be reached.
    """

    id: str
    member_id: str
    name: str
    phone: str
    title: str
    rule: str | None
    figures: dict[str, str | int]
    facts: tuple[str, ...]
    due: date
    until: date | None
    purpose: str | None
    state: str
    guide_id: str | None
    guide: str | None
    outcome: str | None
    contact: str | None
    note: str | None
    done_at: datetime | None
    wishes: Wishes


_VIEW = (
    select(
        Task.id, Task.member_id, Member.name, Member.phone, Member.phone_reversed, Task.title, Task.rule, Task.figures,
        Task.facts, Task.due, Task.until, Task.purpose, Task.state, Member.guide_id, Guide.name.label("guide"),
        Task.outcome, Task.contact, Task.note, Task.done_at, *COLUMNS,
    )
    .join(Member, Member.id == Task.member_id)
    .outerjoin(Guide, Guide.id == Member.guide_id)
)  # fmt: skip


def open_tasks(connection: Connection, today: date, limit: int = 100) -> tuple[TaskView, ...]:
    """Those that are due, or will be within two weeks; without those that make no sense any more, and those that the
    member does not agree to any more.
    """
    query = _VIEW.where(
        Task.state == "open", Task.due <= (today + _AHEAD).isoformat(),
        or_(Task.until.is_(None), Task.until >= today.isoformat()),
    )  # fmt: skip
    views = _read(connection, query.order_by(Task.due, Task.id).limit(limit))
    allowed = _allowed(connection, views)
    return tuple(view for view in views if view.purpose is None or (view.member_id, view.purpose) in allowed)


def count_due(connection: Connection, today: date) -> int:
    """How many are due by today."""
    alive = or_(Task.until.is_(None), Task.until >= today.isoformat())
    due = select(func.count()).where(Task.state == "open", Task.due <= today.isoformat(), alive)
    return connection.scalar(due) or 0


def done_on(connection: Connection, day: date, limit: int = 100, zone: tzinfo | None = None) -> tuple[TaskView, ...]:
    """What was done on a day, the latest first."""
    start = datetime.combine(day, time.min, zone).astimezone()
    query = _VIEW.where(Task.done_at.is_not(None), Task.done_at.between(start, start + timedelta(days=1)))
    return _read(connection, query.order_by(Task.done_at.desc()).limit(limit))


def tasks_of(connection: Connection, member_id: str, limit: int = 20) -> tuple[TaskView, ...]:
    """A member's tasks, open ones first."""
    query = _VIEW.where(Task.member_id == current_id(connection, member_id), Task.state != "cancelled")
    return _read(connection, query.order_by(Task.state.desc(), Task.due.desc()).limit(limit))


def next_tasks(connection: Connection, member_ids: Iterable[str], today: date) -> dict[str, TaskView]:
    """Of each of these members the open task that is due first."""
    alive = or_(Task.until.is_(None), Task.until >= today.isoformat())
    query = _VIEW.where(Task.member_id.in_(list(member_ids)), Task.state == "open", alive)
    views = _read(connection, query.order_by(Task.due.desc(), Task.id.desc()))
    allowed = _allowed(connection, views)
    return {view.member_id: view for view in views if not view.purpose or (view.member_id, view.purpose) in allowed}


def _read(connection: Connection, query: Select[*tuple[Any, ...]]) -> tuple[TaskView, ...]:
    return tuple(
        TaskView(
            id=row.id, member_id=row.member_id, name=row.name, phone=masked_phone(row.phone, row.phone_reversed),
            title=row.title, rule=row.rule, figures=msgspec.json.decode(row.figures),
            facts=tuple(msgspec.json.decode(row.facts)), due=date.fromisoformat(row.due),
            until=date.fromisoformat(row.until) if row.until else None, purpose=row.purpose, state=row.state,
            guide_id=row.guide_id, guide=row.guide, outcome=row.outcome, contact=row.contact, note=row.note,
            done_at=row.done_at, wishes=read_wishes(dict(zip(FIELDS, row[-len(FIELDS) :], strict=True))),
        )
        for row in connection.execute(query)
    )  # fmt: skip


def _allowed(connection: Connection, views: Iterable[TaskView]) -> set[tuple[str, str]]:
    """Members and the purposes they agree to, of those that the tasks need."""
    needs = {(view.member_id, view.purpose) for view in views if view.purpose}
    ledger: dict[str, list[Any]] = {}
    for row in connection.execute(select(Consent).where(Consent.member_id.in_({member for member, _ in needs}))):
        ledger.setdefault(row.member_id, []).append(row)
    return {(member, purpose) for member, purpose in needs if agreed(consent_lines(ledger.get(member, ())), purpose)}
