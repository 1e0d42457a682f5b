"""Two real tills and a live hub."""

import shutil
import signal
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from desktop.desk import Desk
from desktop.status import HubStatus
from sync.hub.embedded import EmbeddedHub
from sync.loop import SyncLoop
from sync.pace import Pace
from sync.till import open_till
from tests.live_hub import STORE, LiveHub, stock
from tests.ports import held_port
from tests.proxy import Network


@dataclass
class ATill:
    """A till with its loop; the loop's thread runs only if the test starts it."""

    desk: Desk
    loop: SyncLoop

    def sync(self) -> HubStatus:
        """A whole round, now."""
        return self.loop.sync_now().result(30)


@pytest.fixture(scope="session")
def _stocked_hub(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("hub")
    stock(folder)
    return folder / "hub.db"


@pytest.fixture
def hub(_stocked_hub: Path, tmp_path: Path) -> Iterator[EmbeddedHub]:
    shutil.copy(_stocked_hub, tmp_path / "hub.db")
    with held_port() as port:  # while it is down, too
        hub = LiveHub(tmp_path, port).start()
        yield hub
        hub.stop(signal.SIGKILL)  # nobody needs it any more; how it ends in order is tested elsewhere


@pytest.fixture
def network(hub: EmbeddedHub) -> Iterator[Network]:
    """What lies between the hub and the tills that find it at ``network.url``."""
    with Network(hub.url) as network:
        yield network


NewTill = Callable[..., ATill]


@pytest.fixture
def new_till(hub: EmbeddedHub, network: Network, new_home: Callable[..., Path], tmp_path: Path) -> Iterator[NewTill]:
    """Makes tills that have a ticket for the hub: ``new_till("one")``; they are closed before the network is."""
    made: list[ATill] = []

    def make(name: str, *, store: str = STORE, **kwargs: Any) -> ATill:
        desk = open_till(new_home(tmp_path / name, name))
        pace = Pace(chance=lambda: 1.0)  # what failed is tried again at once when a test asks, else much later
        loop = SyncLoop(desk, **{"url": hub.url, "ticket": hub.ticket(store), "pace": pace} | kwargs)
        loop.start()
        made.append(ATill(desk, loop))
        return made[-1]

    yield make
    for till in made:
        till.loop.stop()
        till.desk.close()
