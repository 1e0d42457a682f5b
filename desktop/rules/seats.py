"""Seats of a lecture or a class: who asked first sits, the others wait, whatever order they are heard in. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Asking:
    """Somebody wants seats. clock: of the word that asked, as the hybrid clock writes it."""

    id: str
    clock: str
    people: int = 1


@dataclass(frozen=True, slots=True)
class Seating:
    """seated and waiting: ids, who asked first is first. free: seats nobody has."""

    seated: tuple[str, ...]
    waiting: tuple[str, ...]
    free: int


def seating(askings: Iterable[Asking], seats: int) -> Seating:
    """First come, first served; who needs more seats than are left waits, and somebody smaller may sit instead."""
    seated, waiting, free = [], [], seats
    for asking in sorted({each.id: each for each in askings}.values(), key=lambda each: (each.clock, each.id)):
        if asking.people <= free:
            free -= asking.people
            seated.append(asking.id)
        else:
            waiting.append(asking.id)
    return Seating(tuple(seated), tuple(waiting), free)
