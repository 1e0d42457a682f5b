"""A till whose hub came back from a backup of before it had most of the members that the till has read."""

import shutil
from pathlib import Path

import pytest
from sqlalchemy import func, select

from desktop.data.members import Member
from desktop.desk import Desk
from desktop.status import HubStatus, Link
from desktop.views.till import find_vanishing
from sync.exchange import Exchange, converse
from sync.failures import HubRefused
from sync.hub.hub import Hub
from sync.hub.restore import back_up
from tests.sync.hub.builders import Sender, SteadyClock
from tests.sync.near_hub import Carrier

KEPT, LOST = 5, 60


class Setback:
    """Both of them, in one process; they talk when they are told to."""

    def __init__(self, desk: Desk, folder: Path) -> None:
        self.desk = desk
        url, saved = f"sqlite:///{folder / 'hub.db'}", folder / "saved.db"
        hub = Hub.open(url, SteadyClock())
        east = Sender(hub, "east")
        self._carrier = Carrier(hub, desk.store)
        self._exchange = Exchange(desk, url="near", ticket=hub.issue_ticket("west"))
        east.send(*(east.enrolled(f"kept{number}") for number in range(KEPT)))
        self.exchange()
        back_up(url, saved)
        east.send(*(east.enrolled(f"lost{number}") for number in range(LOST)))
        self.exchange()
        hub.close()
        shutil.copy(saved, folder / "hub.db")
        self._carrier.hub = Hub.open(url, SteadyClock(), restored=True)
        with pytest.raises(HubRefused, match="cursor_ahead"):  # from now on the till reads all anew
            self.exchange()

    def exchange(self) -> HubStatus:
        """A few whole rounds; how the till stands to its hub then."""
        for _ in range(3):
            converse(self._exchange.round(), self._carrier)
        return self.status()

    def status(self) -> HubStatus:
        """The same without a round."""
        return HubStatus(Link.ONLINE, self.desk.clock.now(), vanishing=self.desk.read(find_vanishing))

    def known(self) -> int:
        """How many members the till knows."""
        return self.desk.read(lambda connection: connection.scalar(select(func.count()).select_from(Member))) or 0

    def close(self) -> None:
        """Close the hub; the till is whose it was."""
        self._carrier.hub.close()
