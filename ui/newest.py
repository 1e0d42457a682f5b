"""A long reading that is asked for again and again: one at a time, and only who asked last is answered."""

from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

from desktop.errors import TillError
from ui.bridge import Bridge

T = TypeVar("T")


class Newest:
    """``ask`` while another is being read: the reading begins anew after it, and the other one's answer is let go."""

    def __init__(self, bridge: Bridge) -> None:
        self._bridge = bridge
        self._next: Callable[[], None] | None = None
        self.reading = False

    def ask(self, query: Callable[..., T], *args: Any, then: Callable[[T], object]) -> None:
        """Have ``query`` run where it may take long; ``then`` gets what it found, unless somebody asks before."""
        self._next = partial(
            self._bridge.read_behind, query, *args, then=partial(self._answer, then), failed=self._complain
        )
        if not self.reading:
            self._begin()

    def _begin(self) -> None:
        begin, self._next = self._next, None
        self.reading = begin is not None
        if begin:
            begin()

    def _answer(self, then: Callable[[T], object], found: T) -> None:
        overtaken = self._next is not None
        self._begin()
        if not overtaken:
            then(found)

    def _complain(self, error: TillError) -> None:
        self._begin()
        self._bridge.trouble.emit(error)
