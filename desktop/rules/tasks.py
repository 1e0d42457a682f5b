"""How a task's state grows: done wins over cancelled, cancelled over open, whatever is heard first."""

from typing import Literal

TaskState = Literal["open", "cancelled", "done"]
_ORDER: tuple[TaskState, ...] = ("open", "cancelled", "done")


def later_state(one: TaskState, other: TaskState) -> TaskState:
    """The one of two states that a task keeps."""
    return max(one, other, key=_ORDER.index)
