"""Tables of what is still to be done, and what the events about it do to them: care tasks, and values of a member that
two people wrote at once.
"""

from datetime import datetime

import msgspec
from sqlalchemy import Index, String, text, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from desktop import escrow_events as e
from desktop.data.base import Base, UtcTime
from desktop.data.projections import Touched, project, resolve
from desktop.event import Event, Stamp
from desktop.rules.tasks import TaskState, later_state

_ENDS: dict[type[Event], TaskState] = {e.TaskCancelled: "cancelled", e.TaskDone: "done"}


class Task(Base):
    """Something to do for a member by a day (YYYY-MM-DD). state: open, cancelled, done.

    until: the last day on which it makes sense. rule: of ``desktop.rules.care``, None if a guide wrote it; ``figures``
    (JSON) fill its sentence, ``facts`` (JSON) are the rows it rests on. purpose: what the member must have agreed to.
    outcome, contact, note, done_at, done_by: what came of it.
    """

    __tablename__ = "task"
    __table_args__ = (
        Index("ix_task_member_id", "member_id"),
        Index("ix_task_state_due", "state", "due"),
        Index("ix_task_done_at", "done_at", sqlite_where=text("done_at IS NOT NULL")),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    member_id: Mapped[str]
    title: Mapped[str]
    due: Mapped[str]
    state: Mapped[TaskState] = mapped_column(String)
    guide_id: Mapped[str | None]
    until: Mapped[str | None]
    rule: Mapped[str | None]
    purpose: Mapped[str | None]
    figures: Mapped[str] = mapped_column(default="{}")
    facts: Mapped[str] = mapped_column(default="[]")
    outcome: Mapped[str | None]
    contact: Mapped[str | None]
    note: Mapped[str | None]
    done_at: Mapped[datetime | None] = mapped_column(UtcTime)
    done_by: Mapped[str | None]


class Review(Base):
    """Two people wrote a member's field without knowing of each other: ``kept`` stands, ``lost`` does not.

    settled: somebody who had seen it has written the field since.
    """

    __tablename__ = "review"
    __table_args__ = (Index("ix_review_member_id", "member_id"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    member_id: Mapped[str]
    field: Mapped[str]
    kept: Mapped[str]
    lost: Mapped[str]
    at: Mapped[datetime] = mapped_column(UtcTime)
    settled: Mapped[bool] = mapped_column(default=False)


@project.register
def _(event: e.TaskOpened, session: Session, stamp: Stamp) -> Touched:
    session.merge(
        Task(
            id=event.task_id, member_id=resolve(session, event.member_id), title=event.title, due=event.due,
            state="open", guide_id=stamp.guide_id, until=event.until, rule=event.rule, purpose=event.purpose,
            figures=msgspec.json.encode(event.figures).decode(), facts=msgspec.json.encode(event.facts).decode(),
        )
    )  # fmt: skip
    return {("task", event.task_id), ("member", event.member_id)}


@project.register
def _(event: e.TaskPostponed, session: Session, stamp: Stamp) -> Touched:  # noqa: ARG001
    session.execute(update(Task).where(Task.id == event.task_id).values(due=event.due))
    return {("task", event.task_id)}


@project.register(e.TaskCancelled)
@project.register(e.TaskDone)
def _(event: e.TaskEvent, session: Session, stamp: Stamp) -> Touched:
    task = session.get(Task, event.task_id)
    if task is not None:
        before, task.state = task.state, later_state(task.state, _ENDS[type(event)])
        if isinstance(event, e.TaskDone) and before != "done":
            task.outcome, task.contact, task.note = event.outcome, event.contact, event.note
            task.done_at, task.done_by = stamp.at, stamp.guide_id
    return {("task", event.task_id)}
