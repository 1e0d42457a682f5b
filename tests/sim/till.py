"""One simulated till: its real store, its round in progress, and what its clerk was told is saved."""

import random
import shutil
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import Connection, Engine

from desktop.data import engine
from desktop.data.direct import execute
from desktop.errors import TillError
from desktop.second_copy import Since
from desktop.services.agreement import let_go
from desktop.store import Store
from desktop.views.till import find_vanishing
from desktop.work import Work
from sync import outbox
from sync.exchange import Exchange, Round
from sync.failures import HubRefused, HubUnreachable
from sync.journal import Journal
from sync.laying import has_parked, lay_parked
from sync.protocol import EnrolReply, Envelope, Message
from tests.sim.clocks import TillClock
from tests.sim.dying import left_by, left_now, rise, spoil
from tests.sim.network import Network

_FAILURES = (HubUnreachable, HubRefused, TillError)
_LOCKED_OUT = ("HubRefused unauthenticated", "HubRefused device_revoked", "HubRefused ticket_")
_shared: dict[str, Engine] = {}
_engine = engine._engine


class Answered(NamedTuple):
    """An event whose deed was answered. before: what the clerk saw in the fields that were amended."""

    till: str
    envelope: Envelope
    before: dict[str, str | None]


class SimTill:
    """A till in ``home`` with a clerk. ``memory``: every event ever answered here, whatever became of the files."""

    def __init__(self, name: str, home: Path, clock: TillClock, memory: list[Answered]) -> None:
        self.name = name
        self.home = home
        self.clock = clock
        self.online = True
        self.memory = memory
        self.failures: list[str] = []
        self.starts: list[Since] = []
        self.was_put_back = self.has_moved = False
        self.accepted: set[str] = set()
        self.dealt_with: set[str] = set()  # refusals that are kept no more
        self._images: dict[Path, int] = {}
        self._talk: Round | None = None
        self._message: Message | None = None
        self._open()

    def do(self, operation: Callable[[Work], Any]) -> Any:
        """A clerk's deed; what it noted is remembered here from the moment it is answered."""
        noted: list[Any] = []
        written: list[bytes] = []

        def deed(work: Work) -> Any:
            result = operation(work)
            noted.extend(work.noted)
            work.remember(getattr(operation, "__name__", "deed"))
            written.extend(work.written)
            return result

        self.store.carry_out(deed)
        envelopes = [msgspec.json.decode(body, type=Envelope) for body in written]
        for place, envelope in enumerate(envelopes):
            undo = noted[place][1] if place < len(noted) else None
            before = dict(undo.fields) if envelope.typ == "MemberAmended" and undo is not None else {}
            self.memory.append(Answered(self.name, envelope, before))
        return written

    def advance(
        self, network: Network, fault: str | None, chance: random.Random, meanwhile: Callable[[], None] = lambda: None
    ) -> bool:
        """Carry one message of the round in progress, or of a new one; false when the round is over.

        meanwhile: what happens before the reply is heard.
        """
        try:
            if self._talk is None:
                self._talk = self.exchange.round()
                self._message = next(self._talk)
            self._answer(network, fault, chance, meanwhile)
        except StopIteration:
            self._talk = None
        except _FAILURES as failure:
            self._talk = None
            self.failures.append(f"{type(failure).__name__} {failure}")
        return self._talk is not None

    def finish_round(self, network: Network, chance: random.Random) -> None:
        """The rest of a round, or a whole one, over a good network."""
        while self.advance(network, None, chance):
            pass

    def is_at_rest(self, heads: dict[str, int]) -> bool:
        """Whether everything was answered for good, everything read, and what did not come again is gone."""
        return self.store.read(_is_at_rest, heads)

    def agree(self) -> None:
        """The clerk lets go what the hub no longer has, if asked."""
        if self.store.read(find_vanishing):
            self.store.write(let_go)

    def note_accepted(self) -> None:
        """Remember what the hub has taken so far: after a restore it waits again."""
        self.accepted |= self.store.read(_in, "accepted")

    def tidy(self) -> bool:
        """Drop what has had its time; false if there was nothing."""
        before = self.store.read(_in, "rejected")
        dropped = False
        while self.store.write(self.store.second.tidy):
            dropped = True
        self.dealt_with |= before - self.store.read(_in, "rejected")
        return dropped

    def beside(self) -> "SimTill":
        """Another program on the same till."""
        return SimTill(self.name, self.home, self.clock, self.memory)

    def begin_anew(self, ticket: str) -> None:
        """The program is started with a ticket."""
        self.has_moved = True
        self.restart()
        self.exchange = Exchange(self.store, url="sim", ticket=ticket)

    @property
    def is_locked_out(self) -> bool:
        """Whether only an operator can help."""
        return bool(self.failures) and self.failures[-1].startswith(_LOCKED_OUT)

    @property
    def device(self) -> str:
        """Its id at the hub."""
        return self.store.read(lambda connection: str(execute(connection, "SELECT device_id FROM till").fetchone()[0]))

    def restart(self) -> None:
        """The program is closed, and the machine starts it again."""
        self.close()
        self.clock.reboot()
        self._open()

    def kill(self) -> None:
        """The program dies here and now, and the machine starts it again."""
        self._die(left_now(self.home))

    def kill_in(self, deed: Callable[[], None], chance: random.Random) -> None:
        """It dies as the deed goes to disk. Nobody is told that it is saved, but what the database has must stay."""
        self._die(left_by(deed, self.home, chance))

    def kill_with_its_disk(self, chance: random.Random) -> None:
        """It dies, and a page of its database with it."""
        self.was_put_back = True
        left = left_now(self.home)
        spoil(left, chance)
        self._die(left)

    def drop_round(self) -> None:
        """Forget the round in progress."""
        if self._talk is not None:
            self._talk.close()
            self._talk = None

    def keep_image(self, folder: Path, *, running: bool = False) -> None:
        """Copy the files, as an image of the machine would."""
        if not running:
            self.close()
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(self.home, folder)
        self._images[folder] = len(self.memory)
        if not running:
            self._open()

    def since(self, image: Path) -> set[str]:
        """The events answered here since that image."""
        return {each.envelope.id for each in self.memory[self._images[image] :] if each.till == self.name}

    def tells_of(self, events: set[str]) -> bool:
        """Whether its files know of all of them."""
        return not self.store.read(_missing, events)

    def put_back(self, folder: Path, *, whole: bool) -> None:
        """Put the files of an image back, those of the journal only if it is the whole machine."""
        self.was_put_back = True
        self.close()
        for path in self.home.iterdir():
            if path.is_dir() and (whole or path.name != "journal"):
                shutil.rmtree(path)
            elif path.is_file():
                path.unlink()
        past = shutil.copytree if whole else _copy_but_the_journal
        past(folder, self.home, dirs_exist_ok=True)
        self.clock.reboot()
        self._open()

    def close(self) -> None:
        """Close the files."""
        self.drop_round()
        self.store.close()

    def _answer(
        self, network: Network, fault: str | None, chance: random.Random, meanwhile: Callable[[], None]
    ) -> None:
        assert self._talk is not None
        assert self._message is not None
        try:
            if not self.online:
                raise HubUnreachable("offline")
            self._token = self._token or self.store.read(_token)
            reply = network.carry(self._message, self._token, fault, chance)
            meanwhile()
        except (HubUnreachable, HubRefused) as failure:
            self._message = self._talk.throw(failure)
        else:
            if isinstance(reply, EnrolReply):
                self._token = None
            self._message = self._talk.send(reply)

    def _die(self, left: Path) -> None:
        self.close()
        rise(self.home, left)
        self.clock.reboot()
        self._open()

    def _open(self) -> None:
        self._token: str | None = None
        self.store = Store(self.home, outbox.record, partial(_Journal, self.starts), self.clock)
        if self.store.read(has_parked):
            self.store.write(lay_parked)
        self.exchange = Exchange(self.store, url="sim")
        self.note_accepted()


class _Journal(Journal):
    """Keeps how the data was found at each start."""

    def __init__(self, starts: list[Since], *told: Any) -> None:
        super().__init__(*told)
        self._starts = starts

    def catch_up(self, work: Work, since: Since) -> bool:
        self._starts.append(since)
        return super().catch_up(work, since)


def _copy_but_the_journal(source: Path, target: Path, *, dirs_exist_ok: bool) -> None:
    shutil.copytree(source, target, dirs_exist_ok=dirs_exist_ok, ignore=shutil.ignore_patterns("journal"))


def _token(connection: Connection) -> str | None:
    token: str | None = execute(connection, "SELECT token FROM till").fetchone()[0]
    return token


def _in(connection: Connection, state: str) -> set[str]:
    return {row[0] for row in execute(connection, "SELECT event_id FROM outbox WHERE state = ?", (state,))}


def _missing(connection: Connection, events: set[str]) -> set[str]:
    return events - {row[0] for row in execute(connection, "SELECT event_id FROM outbox")}


def _is_at_rest(connection: Connection, heads: dict[str, int]) -> bool:
    if connection.exec_driver_sql("SELECT 1 FROM outbox WHERE state IN ('pending', 'parked')").first() is not None:
        return False
    if connection.exec_driver_sql("SELECT 1 FROM cursor WHERE sweeping").first() is not None:
        return False
    scopes = str(connection.exec_driver_sql("SELECT scopes FROM till").scalar_one()).split()
    read = {row.scope: row.seq for row in connection.exec_driver_sql("SELECT scope, seq FROM cursor")}
    return all(read.get(scope) == heads.get(scope, 0) for scope in scopes)


def _sharing_engine(creator: Callable[[], Any], begin: str, **pool: Any) -> Engine:
    """Let all stores of this process use what the first of them has compiled: a third of the time otherwise."""
    made = _engine(creator, begin, **pool)
    first = _shared.setdefault(begin, made)
    made.dialect, made._compiled_cache = first.dialect, first._compiled_cache
    return made


engine._engine = _sharing_engine
