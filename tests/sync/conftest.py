"""A hub with a long directory, and a till without a thread."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from desktop.store import Store
from sync.hub.hub import Hub
from sync.till import open_store
from tests.clock import SetClock
from tests.sync.hub.builders import Sender, SteadyClock
from tests.sync.near_hub import PEOPLE


@pytest.fixture(scope="session")
def large_backup(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A hub whose directory is long; a till of store east has been everywhere."""
    folder = tmp_path_factory.mktemp("large")
    hub = Hub.open(f"sqlite:///{folder / 'hub.db'}", SteadyClock())
    east = Sender(hub, "east")
    for first in range(0, PEOPLE, 2000):
        east.send(*(east.enrolled(f"m{number}", name="林晓月") for number in range(first, first + 2000)))
    hub.close()
    return folder


@pytest.fixture
def large_hub(large_backup: Path, tmp_path: Path) -> Iterator[Hub]:
    shutil.copytree(large_backup, tmp_path / "hub")
    hub = Hub.open(f"sqlite:///{tmp_path / 'hub' / 'hub.db'}", SteadyClock())
    yield hub
    hub.close()


@pytest.fixture
def new_store(tmp_path: Path) -> Iterator[Callable[[], Store]]:
    """Opens the files of one till, again after they were closed or the program was killed."""
    opened: list[Store] = []

    def make() -> Store:
        for store in opened:
            store.close()
        opened.append(open_store(tmp_path / "till", SetClock()))
        return opened[-1]

    yield make
    opened[-1].close()


@pytest.fixture
def store(new_store: Callable[[], Store]) -> Store:
    return new_store()
