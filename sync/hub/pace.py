"""How often one till, or one address, may ask."""

import math
import time

from limits import RateLimitItem, RateLimitItemPerMinute, RateLimitItemPerSecond
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter

from sync.hub.problems import HubProblem

# A pace keeps a till that went wrong from costing the hub more than its neighbours do; it must not slow honest work.
# - push: a till that comes back with 100,000 events sends some 60 pushes (500, 1,000, then 2,000 events each); 40
#   pushes in 10 s are 8,000 events a second, more than a hub merges. A clerk who scans without a pause makes two
#   pushes a second at most.
# - pull: 100 answers in 10 s, each with up to 2,000 rows of every scope, are more than a till writes down.
# - The windows are short, so that whoever meets one waits 10 s at most, and not a minute.
# - profile: of another store's member, one at a time; a clerk serves a few people in a minute, a thief wants thousands.
# - tokens: the mini-programme asks once a day for each member who opens it; many do so when a campaign begins.
# - ask: all the rest; a till says hello every ten minutes.
# - ticket, stranger: by address. All tills of a shop share one; a ticket has 2**48 values and lives 15 minutes.
# Each process counts for itself: with N of them behind a balancer a till gets up to N times as much. That is enough
# for what this is for, and needs no store that all of them share.
PACES: dict[str, RateLimitItem] = {
    "push": RateLimitItemPerSecond(40, 10),
    "pull": RateLimitItemPerSecond(100, 10),
    "profile": RateLimitItemPerMinute(30),
    "tokens": RateLimitItemPerSecond(500, 10),
    "ask": RateLimitItemPerMinute(60),
    "ticket": RateLimitItemPerMinute(20),
    "stranger": RateLimitItemPerMinute(60),
}


class Pace:
    """Counts requests by kind and by who makes them. paces: how many of each kind are let through."""

    def __init__(self, paces: dict[str, RateLimitItem] = PACES) -> None:
        self._paces = paces
        self._limiter = FixedWindowRateLimiter(MemoryStorage())

    def admit(self, kind: str, who: str) -> None:
        """Count one; raises ``HubProblem`` rate_limited with the seconds until the next is let through."""
        pace = self._paces[kind]
        if not self._limiter.hit(pace, kind, who):
            left = self._limiter.get_window_stats(pace, kind, who).reset_time - time.time()
            raise HubProblem("rate_limited", f"at most {pace}", retry_after=max(1, math.ceil(left)))
