"""Every change to what is still to be done for a member."""

from datetime import date

from desktop.data.tasks import Task
from desktop.errors import BadInput, NotFound, NotNow
from desktop.escrow_events import TaskCancelled, TaskDone, TaskOpened, TaskPostponed
from desktop.rules.tasks import CONTACTS, OUTCOMES
from desktop.services.known import known_member
from desktop.services.people import one_line
from desktop.work import Work


def open_task(work: Work, member_id: str, title: str, due: date) -> str:
    """Something to do for a member by a day; gives the task's id."""
    member = known_member(work, member_id)
    title = one_line(title, longest=200, too_long="note_too_long")
    if not title:
        raise BadInput("note_empty")
    task_id = work.clock.new_id()
    work.note(
        TaskOpened(task_id=task_id, member_id=member.id, title=title, due=due.isoformat()),
        undo=TaskCancelled(task_id=task_id),
    )
    return task_id


def postpone_task(work: Work, task_id: str, due: date) -> None:
    """Another day."""
    task = _open(work, task_id)
    work.note(TaskPostponed(task_id=task.id, due=due.isoformat()), undo=TaskPostponed(task_id=task.id, due=task.due))


def finish_task(work: Work, task_id: str, outcome: str = "done", *, contact: str | None = None, note: str = "") -> None:
    """It was done; that stays, whoever cancels it. outcome and contact: of ``desktop.rules.tasks``.

    Raises BadInput ``outcome_unknown`` (outcome), NotNow ``task_over``.
    """
    task = _open(work, task_id)
    if outcome not in ("done", *OUTCOMES) or contact not in (None, *CONTACTS):
        raise BadInput("outcome_unknown", outcome=outcome if outcome not in ("done", *OUTCOMES) else contact)
    note = one_line(note, longest=500, too_long="note_too_long")
    work.note(TaskDone(task_id=task.id, outcome=outcome, contact=contact, note=note))


def cancel_task(work: Work, task_id: str) -> None:
    """It need not be done. Raises NotNow ``task_over``."""
    work.note(TaskCancelled(task_id=_open(work, task_id).id))


def _open(work: Work, task_id: str) -> Task:
    task = _task(work, task_id)
    if task.state != "open":
        raise NotNow("task_over")
    return task


def _task(work: Work, task_id: str) -> Task:
    task = work.session.get(Task, task_id)
    if task is None:
        raise NotFound("task_unknown")
    return task
