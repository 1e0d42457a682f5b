"""A clock that tests set: it stands still until it is told to move."""

import uuid
from datetime import UTC, datetime, timedelta

from desktop.clock import Clock, milliseconds


class SetClock(Clock):
    """Begins on a Saturday morning in the shop; ids are UUIDv7 made of its own time and a counter."""

    def __init__(self, start: datetime = datetime(2026, 11, 21, 2, 0, tzinfo=UTC), seed: int = 0) -> None:
        super().__init__()
        self.moment = start
        self._born = seed << 32

    def now(self) -> datetime:
        return self.moment

    def monotonic_ms(self) -> int:
        return milliseconds(self.moment)

    def new_id(self) -> str:
        self._born += 1
        time, count = milliseconds(self.moment), self._born
        return str(uuid.UUID(int=time << 80 | 7 << 76 | 2 << 62 | count & (1 << 62) - 1))

    def reboot(self) -> None:
        """The program begins anew."""
        self._boot = uuid.uuid4().hex

    def forward(self, **step: float) -> None:
        """Let time pass: ``forward(minutes=5)``."""
        self.moment += timedelta(**step)
