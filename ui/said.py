"""One sentence to the clerk, with a way on if there is one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from desktop.errors import TillError
from resources import Words

if TYPE_CHECKING:  # read in only after the first paint
    from desktop.views.visit import ParkedVisit, VisitView


@dataclass(frozen=True, slots=True)
class Said:
    """For the message bar. tone: good, warn or info. way, other: what ``act`` and ``act_other`` would do, in words.

    undoes: ``act`` takes back what was done last, and is offered until something else is done.
    """

    text: str
    tone: str = "good"
    way: str = ""
    act: Callable[[], object] | None = None
    other: str = ""
    act_other: Callable[[], object] | None = None
    undoes: bool = False


_WORTH_TELLING_MS = 120_000  # of a wrong clock


def who_in(words: Words, visit: VisitView | ParkedVisit) -> str:
    """Who is served in a visit: not every member left a name."""
    return visit.member_name or words("profile.unnamed" if visit.member_id else "counter.nobody")


def sentence(words: Words, error: TillError) -> str:
    """What a clerk reads of an error."""
    return words(f"error.{error.code}", **error.facts)


def clock_sentence(words: Words, skew_ms: int) -> str:
    """How far this machine's clock is ahead of headquarters', or behind it; "" where that is not worth telling."""
    if abs(skew_ms) <= _WORTH_TELLING_MS:
        return ""
    return words("sync.clock_fast" if skew_ms > 0 else "sync.clock_slow", minutes=f"{round(abs(skew_ms) / 60_000):,}")
