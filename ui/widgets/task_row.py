"""One task in the list: for whom, why, and by when."""

from datetime import date

from desktop.views.tasks import TaskView
from resources import Words
from ui.figures import short_day
from ui.widgets.pick_row import Line, PickRow
from ui.wishes_said import wishes_said


class TaskRow(PickRow):
    """What is to be done for a member."""

    def __init__(self, view: TaskView, words: Words, today: date) -> None:
        self.view = view
        told = (title_of(view, words), wishes_said(words, view.wishes, today), reason_of(view, words))
        below = " · ".join(part for part in told if part)
        name, due = view.name or words("profile.unnamed"), day_of(view.due, today, words)
        super().__init__(view.id, Line(name, view.phone, below, due, tone_of(view.due, today)))


def title_of(view: TaskView, words: Words) -> str:
    """What it is about: in the clerk's words if a rule made it, in the trade's if it has some, else as it is."""
    if (told := view.figures.get(words.language)) and view.rule:
        return str(told)
    return words(f"care.{view.title}") if view.rule else view.title


def reason_of(view: TaskView, words: Words) -> str:
    """Why a rule made it; "" if a guide wrote it."""
    return words(f"why.{view.rule}", **view.figures) if view.rule else ""


def tone_of(due: date, today: date) -> str:
    """How much a day presses."""
    return "danger" if due < today else "accent" if due == today else ""


def day_of(day: date, today: date, words: Words) -> str:
    """A day near today as people say it."""
    near = {-1: "tasks.yesterday", 0: "tasks.today", 1: "tasks.tomorrow"}
    far = (day - today).days
    return words(near[far]) if far in near else short_day(day, today)
