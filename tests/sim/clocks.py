"""Made-up time: one true time for the whole world, and clocks that show it more or less rightly."""

import random
import uuid
from datetime import datetime

from desktop.clock import Clock, from_milliseconds
from sync.hub.clock import HubClock

SECOND, MINUTE, HOUR, DAY = 1000, 60_000, 3_600_000, 86_400_000
MONTH, YEAR = 30 * DAY, 365 * DAY
START = 1_795_000_000_000  # November 2026


class Sky:
    """The true time, in ms, and ids that nobody else has."""

    def __init__(self, now: int = START) -> None:
        self.now = now
        self._born = 0

    def move(self, ms: int) -> None:
        """Let time pass."""
        self.now += ms

    def new_id(self, shown: int) -> str:
        """A UUIDv7 of the time that somebody's clock shows."""
        self._born += 1
        return str(uuid.UUID(int=(shown & (1 << 48) - 1) << 80 | 7 << 76 | 2 << 62 | self._born))


class TillClock(Clock):
    """A till's clock: may be wrong by years, run too fast or too slowly, and begin anew with the machine."""

    def __init__(self, sky: Sky, name: str) -> None:
        super().__init__()
        self._sky = sky
        self._name = name
        self._boots = 0
        self._booted = self._set = sky.now
        self._wrong = 0.0
        self._drift = 0.0

    @property
    def boot(self) -> str:
        return f"{self._name}-{self._boots}"

    def now(self) -> datetime:
        return from_milliseconds(self._shown())

    def monotonic_ms(self) -> int:
        return self._sky.now - self._booted

    def new_id(self) -> str:
        return self._sky.new_id(self._shown())

    def jump(self, wrong: int) -> None:
        """Show a time that is wrong by so many ms."""
        self._wrong, self._set = float(wrong), self._sky.now

    def drift(self, rate: float) -> None:
        """From now on run so much too fast; negative for too slowly."""
        self._wrong, self._set = self._shown() - self._sky.now, self._sky.now
        self._drift = rate

    def reboot(self) -> None:
        """The monotonic clock begins anew."""
        self._boots += 1
        self._booted = self._sky.now

    def _shown(self) -> int:
        return round(self._sky.now + self._wrong + self._drift * (self._sky.now - self._set))


class HeadClock(HubClock):
    """The hub's clock shows the true time; its secrets come from the seed."""

    def __init__(self, sky: Sky, chance: random.Random) -> None:
        self._sky = sky
        self._chance = chance

    def now_ms(self) -> int:
        return self._sky.now

    def new_id(self) -> str:
        return self._sky.new_id(self._sky.now)

    def random(self, length: int) -> bytes:
        return self._chance.randbytes(length)
