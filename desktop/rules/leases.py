"""What may be promised offline: a lease is a right to spend so much of one thing, held by one till until a day.

A bounded counter: what is free, what is held and what is spent add up to what was issued. Only the holder spends its
rights, and only the hub hands them out; so both ends can promise without asking, and nothing is promised twice.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import NAMESPACE_URL, uuid5

from desktop.rules import hlc

LIFE_MS = 14 * 24 * 3600 * 1000
RENEW_MS = LIFE_MS // 2
GRACE_MS = 10 * 60 * 1000
CHUNK = 20
REFILL_BELOW = CHUNK // 4
STANDING_POINTS = 100  # of a member, at one till of their store
VISIT_POINTS = 500  # of a member, wherever they are served
CLOCK_IS_LOST_MS = 24 * 3600 * 1000
DAY_MS = 24 * 3600 * 1000


@dataclass(frozen=True, slots=True)
class Floor:
    """What a till may redeem without a lease. largest: minor units of one coupon; a_day: in 24 hours; in_a_row: before
    the hub is heard again. Headquarters may set any of them to 0."""

    largest: int = 3000
    a_day: int = 5
    in_a_row: int = 3

    def bears(self, amount: int, *, today: int, unheard: int) -> bool:
        """Whether one more of ``amount`` is allowed after so many within a day, and so many unheard by the hub."""
        return amount <= self.largest and today < self.a_day and unheard < self.in_a_row


def lease_id(of: str, object_id: str, holder: str) -> str:
    """The one lease that a till holds on a thing, by the same id at both ends."""
    return str(uuid5(NAMESPACE_URL, f"urn:storeguide:lease:{of}:{object_id}:{holder}"))


def present(hub_ms: int, last_hlc: str) -> int:
    """The time by which leases and coupons end: the hub's as far as known, and never earlier than it was since the
    last contact.

    Turning the clock back revives nothing: the hybrid clock does not go back with it.
    """
    return max(hub_ms, hlc.parse(last_hlc)[0])


def has_lapsed(not_after_ms: int, now_ms: int) -> bool:
    """Whether the hub may hand the rights to another: the holder has refused to spend them for a while by now."""
    return now_ms > not_after_ms + GRACE_MS


def share(left: int) -> int:
    """What a till gives back of so many gifts when another has none: the greater half, so that the last one never stays
    where nobody asks for it."""
    return left - left // 2


def home_of(object_id: str, tills: Iterable[str]) -> str | None:
    """The till that holds what is handed out unasked (rendezvous hash): a till more or less moves few of them."""
    return max(tills, key=lambda till: hashlib.blake2b(f"{object_id}\0{till}".encode()).digest(), default=None)
