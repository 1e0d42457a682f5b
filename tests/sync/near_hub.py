"""A till and a hub in one process, without a network between them: messages are carried by hand."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from desktop.data.exchange import Till
from desktop.store import Store
from desktop.work import Work
from sync.exchange import Exchange, converse
from sync.failures import HubRefused
from sync.hub.hub import Hub
from sync.hub.problems import HubProblem
from sync.hub.pull import Cursor
from sync.hub.snapshots import read_range
from sync.loads import MemberRequest, SnapshotPart, SnapshotRequest, SnapshotsRequest
from sync.privacy_rows import ErasureQuestion
from sync.protocol import (
    EnrolRequest,
    HelloRequest,
    Message,
    PullRequest,
    PushRequest,
)
from sync.till import open_store
from tests.clock import SetClock
from tests.sync.hub.builders import Sender, SteadyClock

PEOPLE = 6000  # of the large hub
WIDEST_PART = 8_000
Carry = Callable[[Message], Message]


class Killed(BaseException):
    """The program was killed."""


class Carrier:
    """Takes a till's messages to a hub and brings the answers; ``asked`` tells which there were."""

    def __init__(self, hub: Hub, store: Store, *, wait: bool = True) -> None:
        self.hub = hub
        self.store = store
        self.asked: list[str] = []
        self.wait = wait

    def __call__(self, message: Message) -> Message:
        """The hub's answer, or its refusal."""
        self.asked.append(type(message).__name__)
        try:
            return self._answer(message)
        except HubProblem as problem:
            raise HubRefused(problem.code, problem.detail) from None

    def _answer(self, message: Message) -> Message:
        hub, now = self.hub, self.hub.clock.now_ms()
        if isinstance(message, EnrolRequest):
            return hub.enrol(message)
        till = hub.authenticate(self.store.read(lambda connection: connection.scalar(select(Till.token))) or "")
        match message:
            case HelloRequest():
                return hub.hello(till, message, now)
            case PushRequest():
                return hub.push(till, message, now)
            case PullRequest(cursors=cursors, limit=limit):
                return hub.pull(till, [Cursor(*each) for each in cursors.items()], limit)
            case SnapshotsRequest():
                told = hub.list_snapshots(till)
                if self.wait:
                    hub.snapshots.wait()
                return told
            case SnapshotRequest(scope=scope, sha256=sha256, start=start):
                path, _ = hub.find_snapshot(till, scope, sha256)
                return SnapshotPart(body=read_range(path, f"bytes={start}-{start + WIDEST_PART - 1}")[1])
            case MemberRequest(key=key):
                return hub.look_up(till, key)
            case ErasureQuestion(key=key):
                return hub.progress(till, key)
        raise TypeError(type(message).__name__)


def rounds(store: Any, carry: Carry, exchange: Exchange | None = None, *, ticket: str | None = None) -> None:
    """Whole rounds, until there is nothing left that the hub is packing."""
    exchange = exchange or Exchange(store, url="near", ticket=ticket)
    while converse(exchange.round(), carry) < 5:
        pass


def count(store: Store, table: type[Any], *where: Any) -> int:
    """How many rows a table has."""
    return store.read(lambda connection: connection.scalar(select(func.count()).select_from(table).where(*where))) or 0


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
def new_store(new_home: Callable[..., Path], tmp_path: Path) -> Iterator[Callable[[], Store]]:
    """Opens the files of one till, again after they were closed or the program was killed."""
    home, opened = new_home(tmp_path / "till"), list[Store]()

    def make() -> Store:
        for store in opened:
            store.close()
        opened.append(open_store(home, SetClock()))
        return opened[-1]

    yield make
    opened[-1].close()


@pytest.fixture
def store(new_store: Callable[[], Store]) -> Store:
    return new_store()


def may_read(work: Work, scope: str) -> None:
    """As the hub says when it is greeted."""
    work.till.scopes = " ".join({*work.till.scopes.split(), scope})
