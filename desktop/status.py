"""What a clerk may know of the hub."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum


class Link(Enum):
    """How the till stands to its hub."""

    ALONE = "alone"  # no hub is set: everything is kept here
    ONLINE = "online"
    OFFLINE = "offline"
    TROUBLE = "trouble"  # the hub answers, and refuses this till


@dataclass(frozen=True, slots=True)
class HubStatus:
    """What the status pill says. since: when the link became so. waiting, refused: events.

    problem: a stable code when the link is OFFLINE or TROUBLE. clock_skew_ms: till minus hub. loading: rows that have
    come, and all there are, while this till gets its first data. vanishing: rows that the hub no longer has, so many
    that somebody must agree before they go here.
    """

    link: Link
    since: datetime
    waiting: int = 0
    refused: int = 0
    last_contact: datetime | None = None
    problem: str | None = None
    clock_skew_ms: int = 0
    loading: tuple[int, int] | None = None
    vanishing: int = 0
