"""When the till talks to its hub: soon after a deed, otherwise when the hub likes; never all tills at once."""

import random
import time
from collections.abc import Callable

FIRST, LONGEST = 2.0, 300.0
_SHORTEST = 1.0  # whatever the hub says
_SPREAD = 0.2  # of a time that the hub named, added at random: it named the same one to every till


class Pace:
    """Knows when the next round is due, at most five minutes from now.

    chance: gives a number from 0 to 1, another each time. now: seconds that never go back.
    """

    def __init__(
        self, *, chance: Callable[[], float] = random.random, now: Callable[[], float] = time.monotonic
    ) -> None:
        self._chance = chance
        self._now = now
        self._due = now()
        self._held = False
        self._failures = 0

    def left(self) -> float:
        """Seconds until the next round is due."""
        return max(0.0, self._due - self._now())

    def is_due(self, *, news: bool) -> bool:
        """News need not wait, unless the hub itself asked for patience."""
        return self.left() == 0 or (news and not self._held)

    def succeeded(self, poll_after: float) -> None:
        """A whole round is over; the hub would like the next one after so many seconds."""
        self._failures, self._held = 0, False
        self._wait(self._spread(poll_after))

    def failed(self, retry_after: float | None = None) -> None:
        """A round broke off: full jitter over a growing time, or, of a time that the hub named, a little."""
        self._failures += 1
        self._held = retry_after is not None
        longest = min(LONGEST, FIRST * 2.0 ** min(self._failures, 10))
        self._wait(self._chance() * longest if retry_after is None else self._spread(retry_after))

    def _spread(self, seconds: float) -> float:
        return max(_SHORTEST, seconds) * (1 + _SPREAD * self._chance())

    def _wait(self, seconds: float) -> None:
        self._due = self._now() + min(seconds, LONGEST)
