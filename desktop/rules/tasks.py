"""How a task's state grows: done wins over cancelled, cancelled over open, whatever is heard first."""

from typing import Literal

TaskState = Literal["open", "cancelled", "done"]
Outcome = Literal["done", "reached", "no_answer", "declined", "coming"]
Contacted = Literal["phone", "message", "store"]
OUTCOMES: tuple[Outcome, ...] = ("reached", "coming", "no_answer", "declined")
CONTACTS: tuple[Contacted, ...] = ("phone", "message", "store")
_ORDER: tuple[TaskState, ...] = ("open", "cancelled", "done")


def later_state(one: TaskState, other: TaskState) -> TaskState:
    """The one of two states that a task keeps."""
    return max(one, other, key=_ORDER.index)
