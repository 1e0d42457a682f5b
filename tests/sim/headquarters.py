"""The hub of a simulated world: its files, its life cycle, and the operator."""

import argparse
import contextlib
import functools
import io
import random
import shutil
import threading
from pathlib import Path

import msgspec
from sqlalchemy.exc import DBAPIError

from sync.hub import database
from sync.hub.cases import Till
from sync.hub.handlers import HANDLERS, Handler
from sync.hub.hub import Hub
from sync.hub.problems import HubProblem
from sync.hub.pull import Cursor
from sync.hub.restore import back_up
from sync.hub.snapshots import read_range
from sync.hub.worth_orders import run_daily
from sync.loads import MemberRequest, SnapshotPart, SnapshotRequest, Snapshots, SnapshotsRequest
from sync.privacy_rows import ErasureQuestion
from sync.protocol import MAX_ROWS, EnrolRequest, HelloRequest, Message, PullRequest, PushRequest
from tests.sim.clocks import MINUTE, MONTH, HeadClock, Sky

database._engine = functools.cache(database._engine)  # with what it has compiled; its connections are made anew


class Headquarters:
    """``folder`` holds the hub's database and the operator's backups. ``page``: the rows of a scope told at once."""

    def __init__(self, folder: Path, clock: HeadClock, sky: Sky) -> None:
        self.folder = folder
        self._clock = clock
        self._sky = sky
        self.erased: set[str] = set()  # before the database went back
        self._taken_out: dict[str, Handler] = {}
        self.page = MAX_ROWS
        self._backed_up = sky.now
        self.hub = self._open()

    def answer(self, kind: type[Message], token: str | None, body: bytes) -> Message:
        """What the web application would do with a request; raises HubProblem."""
        self._sky.move(3)
        try:
            return self._answer(msgspec.json.decode(body, type=kind), token)
        except DBAPIError as error:
            raise HubProblem("busy") from error

    def _answer(self, message: Message, token: str | None) -> Message:
        if isinstance(message, EnrolRequest):
            return self.hub.enrol(message)
        till = self.hub.authenticate(token or "")
        match message:
            case HelloRequest():
                return self.hub.hello(till, message, self._sky.now)
            case PushRequest():
                return self.hub.push(till, message, self._sky.now)
            case PullRequest(cursors=cursors, limit=limit):
                asked = [Cursor(scope, seq) for scope, seq in cursors.items()]
                return self.hub.pull(till, asked, min(limit, self.page))
            case MemberRequest(key=key):
                return self.hub.look_up(till, key)
            case ErasureQuestion(key=key):
                return self.hub.progress(till, key)
            case SnapshotsRequest():
                return self._list_snapshots(till)
            case SnapshotRequest(scope=scope, sha256=sha256, start=start, length=length):
                path, _ = self.hub.find_snapshot(till, scope, sha256)
                return SnapshotPart(body=read_range(path, f"bytes={start}-{start + length - 1}")[1])
        raise TypeError(type(message).__name__)

    def _list_snapshots(self, till: Till) -> Snapshots:
        told = threading.Event()
        self.hub.snapshots._packer.submit(told.wait)  # nothing is packed yet, however fast that goes here,
        try:
            return self.hub.list_snapshots(till)
        finally:
            told.set()
            self.hub.snapshots.wait()  # and all of it is there the next time, however slowly

    def restart(self) -> None:
        """Down and up again; upgraded to what this program is."""
        self.hub.close()
        self.put_back()
        self._sky.move(MINUTE)
        self.hub = self._open()

    def downgrade(self, kinds: list[str]) -> None:
        """It was an older program all along, one that knows nothing of these kinds of events."""
        for kind in kinds:
            if handler := HANDLERS.pop(kind, None):
                self._taken_out[kind] = handler

    @property
    def is_older(self) -> bool:
        """Whether its program is not this one."""
        return bool(self._taken_out)

    def put_back(self) -> None:
        """The handlers that were taken out, where they belong."""
        HANDLERS.update(self._taken_out)
        self._taken_out.clear()

    def back_up(self) -> None:
        """Keep a copy of the database as it is now."""
        (self.folder / "backup.db").unlink(missing_ok=True)
        self._backed_up = self._sky.now
        back_up(f"sqlite:///{self.folder / 'hub.db'}", self.folder / "backup.db")

    def restore(self) -> bool:
        """Go back to the copy; from then on it is another epoch. False if there is no copy, or one so old that tills
        have dropped what it lacks.
        """
        if not (self.folder / "backup.db").exists() or self._sky.now - self._backed_up >= MONTH:
            return False
        self.erased |= self._erased()
        self.hub.close()
        for name in ("hub.db-wal", "hub.db-shm"):
            (self.folder / name).unlink(missing_ok=True)
        shutil.copy(self.folder / "backup.db", self.folder / "hub.db")
        self._sky.move(MINUTE)
        self.hub = self._open(restored=True)
        return True

    def erase_some(self, chance: random.Random) -> bool:
        """Headquarters forgets a member by its own hand."""
        with self.hub.database.read() as connection:
            query = "SELECT id FROM document WHERE kind = 'member' AND scopes <> '' AND body LIKE '%SGM1%' ORDER BY id"
            members = list(connection.exec_driver_sql(query).scalars())
        if members:
            self.hub.erase(chance.choice(members))
        return bool(members)

    def _erased(self) -> set[str]:
        with self.hub.database.read() as connection:
            return set(connection.exec_driver_sql("SELECT id FROM document WHERE kind = 'erasure'").scalars())

    def let_in(self, device: str, store_id: str) -> str:
        """The operator's word that a till may come into this store, wherever it stood: a ticket."""
        self.hub.revoke(device)
        return self.hub.issue_ticket(store_id)

    def live_a_day(self) -> None:
        """The operator's daily round."""
        with contextlib.redirect_stdout(io.StringIO()):
            run_daily(self.hub, argparse.Namespace(day=None))

    def has_parked(self) -> bool:
        """Whether an event waits for its verdict."""
        with self.hub.database.read() as connection:
            return connection.exec_driver_sql("SELECT 1 FROM event WHERE verdict = 'parked'").first() is not None

    def heads(self) -> dict[str, int]:
        """The last number of every feed."""
        with self.hub.database.read() as connection:
            return {row.scope: row.n for row in connection.exec_driver_sql("SELECT scope, n FROM feed_head")}

    def close(self) -> None:
        """Leave everything as it was found."""
        self.put_back()
        self.hub.close()

    def _open(self, *, restored: bool = False) -> Hub:
        return Hub.open(f"sqlite:///{self.folder / 'hub.db'}", self._clock, restored=restored)
