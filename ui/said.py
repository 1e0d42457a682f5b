"""One sentence to the clerk, with a way on if there is one."""

from collections.abc import Callable
from dataclasses import dataclass

from desktop.errors import TillError
from resources import Words


@dataclass(frozen=True, slots=True)
class Said:
    """For the message bar. tone: good or warn. way: what a press on ``act`` would do, in words."""

    text: str
    tone: str = "good"
    way: str = ""
    act: Callable[[], object] | None = None


def sentence(words: Words, error: TillError) -> str:
    """What a clerk reads of an error."""
    return words(f"error.{error.code}", **error.facts)
