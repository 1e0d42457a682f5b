"""Two tills, and a hub that goes back to its backup."""

from pathlib import Path

from sync.hub.hub import Hub
from sync.hub.restore import back_up
from tests.sync.hub.builders import Sender, SteadyClock
from tests.sync.hub.rights import Office
from tests.sync.hub.test_restore import greet

PHONES = "+8613800138000", "+8613800138001", "+8613800138002"


class Pair:
    """Two tills of one store, where m1 is known, at a hub of which a backup was made."""

    def __init__(self, folder: Path, clock: SteadyClock) -> None:
        self._saved, self._clock = folder / "saved.db", clock
        url = f"sqlite:///{folder / 'hub.db'}"
        self.office = Office(Hub.open(url, clock), folder)
        self.one, self.two = (Sender(self.office.hub, "west") for _ in range(2))
        self.one.send(self.one.enrolled("m1", phone=PHONES[0]))
        self.back_up()

    def back_up(self) -> None:
        """The backup is made now, and no earlier."""
        self._saved.unlink(missing_ok=True)
        back_up(self.office.url, self._saved)

    def restore(self) -> None:
        """The hub as of the backup."""
        self.one.hub = self.two.hub = self.office.restore(self._saved, self._clock)

    def all_heard(self) -> None:
        """Both tills have said that they sent again all that was lost, a day ago."""
        for till in (self.one, self.two):
            greet(self.office.hub, till)
        self._clock.forward(hours=25)
        self.office.hub.settle()

    def later(self, minutes: int = 1) -> None:
        """Time goes by."""
        self._clock.forward(minutes=minutes)
