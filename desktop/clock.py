"""Time and fresh ids: the only source of either, so that tests can replace it."""

import time
import uuid
from datetime import UTC, date, datetime
from pathlib import Path

import uuid_utils

# A till sleeps at night, and on Linux Python's own monotonic clock would sleep with it.
_STEADY = getattr(time, "CLOCK_BOOTTIME", getattr(time, "CLOCK_MONOTONIC", None))
_RUN = Path("/proc/sys/kernel/random/boot_id")


class Clock:
    """The machine's clock."""

    def __init__(self) -> None:
        self._boot = _name_of_this_run()

    @property
    def boot(self) -> str:
        """The name of this run of the monotonic clock: one for all programs where the machine has a name for it."""
        return self._boot

    def now(self) -> datetime:
        """The wall clock, UTC, aware."""
        return datetime.now(UTC)

    def today(self) -> date:
        """The day in the store: the machine's zone."""
        return self.now().astimezone().date()

    def monotonic_ms(self) -> int:
        """Milliseconds that only grow, in the machine's sleep too; comparable within one ``boot``."""
        return (time.monotonic_ns() if _STEADY is None else time.clock_gettime_ns(_STEADY)) // 1_000_000

    def new_id(self) -> str:
        """A UUIDv7 (RFC 9562) in canonical text: sorts by birth, unique without asking anyone."""
        return str(uuid_utils.uuid7())


def _name_of_this_run() -> str:
    try:
        return _RUN.read_text("ascii").strip()
    except OSError:  # only Linux has it: each run of the program goes by a name of its own
        return uuid.uuid4().hex


def milliseconds(moment: datetime) -> int:
    """Whole milliseconds since 1970-01-01 UTC."""
    return round(moment.timestamp() * 1000)


def from_milliseconds(value: int) -> datetime:
    """The aware UTC time of ``value`` milliseconds since 1970."""
    return datetime.fromtimestamp(value / 1000, UTC)
