"""Appointments that want the same hour of one guide: who came first stands, whatever order they are heard in. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass

MINUTE_MS = 60_000
SHORTEST, LONGEST = 5, 8 * 60  # minutes


@dataclass(frozen=True, slots=True)
class Slot:
    """The time one appointment takes of its guide, in ms since 1970. clock: of the word that put it there."""

    id: str
    starts: int
    ends: int
    clock: str

    def meets(self, other: "Slot") -> bool:
        """Whether they want the guide at the same time; one may begin where the other ends."""
        return self.starts < other.ends and other.starts < self.ends


def clashes(slots: Iterable[Slot]) -> dict[str, str]:
    """The appointments whose time is taken, and by which other one.

    First come, first served, by the clocks of the deeds; one that lost its time takes none from a third.
    """
    standing: list[Slot] = []
    lost: dict[str, str] = {}
    for slot in sorted(slots, key=lambda each: (each.clock, each.id)):
        winner = next((other for other in standing if slot.meets(other)), None)
        if winner:
            lost[slot.id] = winner.id
        else:
            standing.append(slot)
    return lost


def is_allowed(minutes: int) -> bool:
    """Whether an appointment may last so long."""
    return SHORTEST <= minutes <= LONGEST
