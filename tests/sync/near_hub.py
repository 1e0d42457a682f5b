"""A till and a hub in one process, without a network between them: messages are carried by hand."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import func, select

from desktop.data.exchange import Till
from desktop.store import Store
from sync.exchange import Exchange, converse
from sync.failures import HubRefused
from sync.hub.hub import Hub
from sync.hub.problems import HubProblem
from sync.hub.pull import Cursor
from sync.hub.snapshots import read_range
from sync.protocol import (
    EnrolRequest,
    HelloRequest,
    MemberRequest,
    Message,
    PullRequest,
    PushRequest,
    SnapshotPart,
    SnapshotRequest,
    SnapshotsRequest,
)

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
        raise TypeError(type(message).__name__)


def rounds(store: Any, carry: Carry, exchange: Exchange | None = None, *, ticket: str | None = None) -> None:
    """Whole rounds, until there is nothing left that the hub is packing."""
    exchange = exchange or Exchange(store, url="near", ticket=ticket)
    while converse(exchange.round(), carry) < 5:
        pass


def count(store: Store, table: type[Any], *where: Any) -> int:
    """How many rows a table has."""
    return store.read(lambda connection: connection.scalar(select(func.count()).select_from(table).where(*where))) or 0
