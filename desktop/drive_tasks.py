"""The commands of drive about what is to be done for members."""

from datetime import date

from desktop.drive_counter import Command, Counter, Facts
from desktop.errors import BadInput
from desktop.services.tasks import cancel_task, finish_task, open_task, postpone_task
from desktop.views.tasks import open_tasks


class Tasks(Command, frozen=True):
    """What is due, or will be within two weeks."""

    def run(self, counter: Counter) -> Facts:
        today = counter.desk.clock.today()
        return {"tasks": counter.desk.read(open_tasks, today)}


class Task(Command, frozen=True):
    """Something to do for a member by a day (YYYY-MM-DD)."""

    text: str
    title: str
    due: str

    def run(self, counter: Counter) -> Facts:
        told = (counter.find_member(self.text), self.title, day_of(self.due))
        return {"task": counter.desk.do(open_task, *told).result()}


class Postpone(Command, frozen=True):
    """Another day."""

    task: str
    due: str

    def run(self, counter: Counter) -> Facts:
        counter.desk.do(postpone_task, self.task, day_of(self.due)).result()
        return {}


class Done(Command, frozen=True):
    """What came of a task; with ``drop`` it need not be done."""

    task: str
    outcome: str = "done"
    contact: str | None = None
    note: str = ""
    drop: bool = False

    def run(self, counter: Counter) -> Facts:
        if self.drop:
            counter.desk.do(cancel_task, self.task).result()
        else:
            counter.desk.do(finish_task, self.task, self.outcome, contact=self.contact, note=self.note).result()
        return {}


def day_of(text: str) -> date:
    """A day as it is written in a command. Raises BadInput ``day_invalid`` (text)."""
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise BadInput("day_invalid", text=text[:40]) from error
