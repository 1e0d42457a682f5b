"""Care tasks that the rules make: opened once, each with the facts it rests on."""

from collections.abc import Iterable
from datetime import date

from sqlalchemy import select

from desktop.data.members import Consent, Member
from desktop.data.tasks import Task
from desktop.escrow_events import TaskCancelled, TaskOpened, TaskPostponed
from desktop.rules.consent import agreed
from desktop.rules.why import Figure
from desktop.rules.wishes import FIELDS as WISHES
from desktop.rules.wishes import read_wishes
from desktop.views.care import WantedTask
from desktop.views.facts import consent_lines
from desktop.views.shop import find_trade
from desktop.work import Work


def open_care(work: Work, wanted: Iterable[WantedTask]) -> int:
    """Open these, but for those that are there by now or that the member has not agreed to; gives how many."""
    opened = 0
    for each in wanted:
        if work.session.get(Task, each.task_id) is None and has_agreed(work, each.member_id, each.task.purpose):
            work.note(_opened(each))
            opened += 1
    return opened


def drop_outreach(work: Work, member_id: str, purpose: str) -> None:
    """The member took a purpose back: nobody is to reach out for it any more, from this moment on."""
    open_ones = select(Task.id).where(Task.member_id == member_id, Task.purpose == purpose, Task.state == "open")
    for task_id in list(work.session.scalars(open_ones)):
        work.note(TaskCancelled(task_id=task_id))


def respect_wishes(work: Work, member: Member) -> None:
    """The member said when they want to be left alone: what rules had put on such a day waits, or is not done."""
    today = work.clock.today()
    wishes = read_wishes({name: getattr(member, name) for name in WISHES})
    cadence = find_trade(work.session.connection(), today).cadence.with_wishes(wishes)
    theirs = select(Task).where(Task.member_id == member.id, Task.state == "open", Task.rule.is_not(None))
    for task in list(work.session.scalars(theirs)):
        due = max(today, date.fromisoformat(task.due))
        if not cadence.is_quiet(due):
            continue
        day = cadence.first_day(due, date.fromisoformat(task.until or task.due), ())
        work.note(TaskPostponed(task_id=task.id, due=day.isoformat()) if day else TaskCancelled(task_id=task.id))


def has_agreed(work: Work, member_id: str, purpose: str) -> bool:
    """Whether the member agrees to ``purpose``, by all that this till knows."""
    lines = work.session.scalars(select(Consent).where(Consent.member_id == member_id, Consent.purpose == purpose))
    return agreed(consent_lines(lines), purpose)


def _opened(wanted: WantedTask) -> TaskOpened:
    task = wanted.task
    return TaskOpened(
        task_id=wanted.task_id, member_id=wanted.member_id, title=task.rule, due=task.due.isoformat(),
        until=task.until.isoformat(), rule=task.why.rule, purpose=task.purpose,
        figures={name: _told(figure) for name, figure in task.why.figures.items()}, facts=task.why.facts[-20:],
    )  # fmt: skip


def _told(figure: Figure) -> str | int:
    return figure.isoformat() if isinstance(figure, date) else figure
