"""The hub without a wire: what it can be asked, each answer in one transaction."""

import contextlib
import logging
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, insert, inspect, select, update
from sqlalchemy import text as sql
from sqlalchemy.exc import DBAPIError

from sync.code_rows import TokensReply, TrustReply
from sync.hub.cases import Till
from sync.hub.clock import HubClock
from sync.hub.compaction import compact
from sync.hub.database import Database, Result
from sync.hub.devices import (
    enrol_device,
    find_till,
    issue_ticket,
    note_backlog,
    note_contact,
    note_hello,
    revoke_device,
    tokens_of,
)
from sync.hub.grants import SECRET_BYTES
from sync.hub.incarnations import newest_of, note_newest
from sync.hub.issuing import tokens_for
from sync.hub.keys import Keyring
from sync.hub.ledger import Ledger, Mark
from sync.hub.lookups import look_up
from sync.hub.parked import settle
from sync.hub.partners import find_partner
from sync.hub.problems import HubError, HubProblem
from sync.hub.pull import Cursor, pull
from sync.hub.restore import admit, count_rows, erase, ledger_of
from sync.hub.scopes import scopes_for
from sync.hub.snapshots import Snapshots
from sync.hub.statements import Prepared, is_postgres
from sync.hub.stubs import Remember
from sync.hub.tables import SCHEMA, meta, metadata
from sync.hub.tills import progress_of
from sync.hub.trust import published, tell_again
from sync.hub.verdicts import push
from sync.hub.versions import agree
from sync.loads import Manifest, MemberReply
from sync.loads import Snapshots as SnapshotList
from sync.privacy_rows import ErasureReply
from sync.protocol import (
    MAX_EVENTS,
    Answer,
    EnrolReply,
    EnrolRequest,
    HelloReply,
    HelloRequest,
    PullReply,
    PushReply,
    PushRequest,
)

log = logging.getLogger(__name__)

MARK_EVERY_MS = 10 * 60 * 1000
_OPENING = 0x5347  # any number: who holds it may create the tables
_META = Prepared(select(meta))


class Hub:
    """The central CRM on one database. Safe to share between threads, and between processes on PostgreSQL.

    is_new: it was made just now.
    """

    def __init__(self, database: Database, ledger: Ledger, clock: HubClock, *, restored: bool = False) -> None:
        self.database = database
        self.ledger = ledger
        self.clock = clock
        self._marked = clock.now_ms()
        self._to_scrub = False
        self.is_new = False
        self.snapshots = Snapshots(database, Path(f"{ledger.path.with_suffix('')}.snapshots"), clock)
        self.keyring = Keyring(Path(f"{ledger.path.with_suffix('')}.issuers"), clock.random)
        mark = database.retry(lambda connection: self._open(connection, restored=restored))
        self.id, self.epoch = mark.hub, mark.epoch
        ledger.reach(mark)
        self.settle(upgraded=True)

    @classmethod
    def open(
        cls,
        url: str,
        clock: HubClock | None = None,
        *,
        ledger: Path | None = None,
        restored: bool = False,
        create: bool = True,
    ) -> "Hub":
        """Open the hub at a database URL, ``sqlite:///…`` or ``postgresql+psycopg://…``.

        ledger: see ``ledger_of`` for where it lies otherwise. restored: the database comes from a backup. create: make
        a new hub where there is none. Raises ``HubError`` if there is none to open, or if it comes from a backup though
        nobody said so.
        """
        with contextlib.ExitStack() as opened:
            database = opened.enter_context(contextlib.closing(Database(url)))
            if not create and not database.has(meta):
                raise HubError(f"there is no hub in {database.engine.url.render_as_string()}")
            book = opened.enter_context(contextlib.closing(Ledger(ledger or ledger_of(url))))
            hub = cls(database, book, clock or HubClock(), restored=restored)
            opened.pop_all()
        return hub

    def issue_ticket(self, store_id: str) -> str:
        """A code for enrolling one till in this store."""
        return self.database.retry(lambda connection: issue_ticket(connection, self.clock, store_id))

    def enrol(self, request: EnrolRequest) -> EnrolReply:
        """Let a till in; raises ``HubProblem`` ticket_unknown, ticket_used, ticket_expired or ticket_elsewhere."""

        def step(connection: Connection) -> tuple[Till, str]:
            till, token = enrol_device(
                connection, self.clock, code=request.ticket, till_id=request.device, name=request.name
            )
            self.ledger.admit({till.id: till.store_id})
            return till, token

        till, token = self.database.retry(step)
        with self.database.read() as connection:
            root = connection.scalars(select(meta.c.root)).one()
        return EnrolReply(
            hub=self.id,
            root=root,
            epoch=self.epoch,
            device=till.id,
            store=till.store_id,
            token=token,
            scopes=scopes_for(till.id, till.store_id),
        )

    def authenticate(self, token: str) -> Till:
        """The till behind a token; raises ``HubProblem`` unauthenticated or device_revoked."""
        now = self.clock.now_ms()
        with self.database.read() as connection:
            till, called = find_till(connection, token, now)

        def step(connection: Connection) -> None:
            self.ledger.void(note_contact(connection, till, token, now))

        if called:
            self.database.retry(step)
        return till

    def revoke(self, till_id: str) -> bool:
        """Lock a till out; false if there is none of that id."""

        def step(connection: Connection) -> bool:
            if known := revoke_device(connection, till_id):
                self.ledger.admit({till_id: None})
                self.ledger.void(tokens_of(connection, till_id))
            return known

        return self.database.retry(step)

    def require(self, app: str) -> None:
        """From now on only tills of this release of the program, or a newer one, may pull."""
        self.database.retry(lambda connection: connection.execute(update(meta).values(min_app=app)))

    def hello(self, till: Till, request: HelloRequest, received: int) -> HelloReply:
        """What holds between this till and us; raises ``HubProblem`` client_too_old or hub_too_old."""
        if request.device != till.id:
            raise HubProblem("wrong_device")

        def step(connection: Connection) -> tuple[Any, int | HubProblem, tuple[int, int]]:
            settings = _META.first(connection)
            outcome = agree(request, settings.min_app)
            outdated = outcome.code if isinstance(outcome, HubProblem) else None
            note_hello(connection, till, request, received, outdated)
            return settings, outcome, newest_of(connection, till)

        settings, outcome, newest = self.database.retry(step)
        if isinstance(outcome, HubProblem):
            raise outcome
        return HelloReply(
            nonce=request.nonce,
            hub=self.id,
            epoch=self.epoch,
            proto=outcome,
            min_app=settings.min_app,
            root=settings.root,
            hub_now=self.clock.now_ms(),
            scopes=scopes_for(till.id, till.store_id),
            newest=newest,
        )

    def push(self, till: Till, request: PushRequest, received: int) -> PushReply:
        """Judge a batch. ``received``: the hub's clock when the request came in, ms. An answer too large for the till
        ends early: what has no verdict is sent again.

        One that was meant for us before we went back in time gets no verdicts: what the till did earlier, and we have
        lost, comes first; and what comes from nowhere after so long is nobody's word any more.
        """
        if len(request.events) > MAX_EVENTS:
            raise HubProblem("too_large", f"at most {MAX_EVENTS} events")
        if request.epoch not in (None, self.epoch):
            return PushReply(epoch=self.epoch, hub_now=self.clock.now_ms(), verdicts=[])

        def step(connection: Connection, remember: Remember) -> list[Answer]:
            note_backlog(connection, till, request, received)
            note_newest(connection, till, request.events)
            return push(connection, till, request, received, remember)

        answers = self._forgetting(step)
        self._scrub()
        return PushReply(epoch=self.epoch, hub_now=self.clock.now_ms(), verdicts=answers)

    def pull(self, till: Till, cursors: Iterable[Cursor], limit: int) -> PullReply:
        """One page for every cursor; raises ``HubProblem`` wrong_store, cursor_ahead, or why the till is outdated."""
        if till.outdated:
            raise HubProblem(till.outdated)
        with self.database.read() as connection:
            pages = pull(connection, till, cursors, limit)
        return PullReply(epoch=self.epoch, hub_now=self.clock.now_ms(), pages=pages)

    def look_up(self, till: Till, key: str) -> MemberReply:
        """The whole profile of one member, for a till of any store; raises ``HubProblem`` why the till is outdated."""
        if till.outdated:
            raise HubProblem(till.outdated)
        now, lookup_id = self.clock.now_ms(), self.clock.new_id()
        rows = self.database.retry(lambda connection: look_up(connection, till, key, now, lookup_id))
        return MemberReply(epoch=self.epoch, hub_now=now, rows=rows)

    def progress(self, till: Till, member_id: str) -> ErasureReply:
        """How far an erasure has come; raises ``HubProblem`` not_found for a store that did not ask for it."""
        with self.database.read() as connection:
            told = progress_of(connection, till.store_id, member_id)
        if told is None:
            raise HubProblem("not_found")
        return told

    def authenticate_partner(self, token: str) -> Till:
        """The program behind a token, as a till of no store; raises ``HubProblem`` unauthenticated."""
        with self.database.read() as connection:
            return find_partner(connection, token)

    def tokens(self, key: str) -> TokensReply:
        """The short-lived codes of a member for a day ahead; raises ``HubProblem`` not_found or no_key."""
        now = self.clock.now_ms()
        try:
            with self.database.read() as connection:
                slots = tokens_for(connection, self.keyring, key, now=now // 1000)
        except HubError as error:
            raise HubProblem("no_key") from error
        return TokensReply(hub_now=now, tokens=slots)

    def published_keys(self) -> TrustReply:
        """Whom to believe, for anybody; raises ``HubProblem`` no_key."""
        with self.database.read() as connection:
            told = published(connection)
        if told is None:
            raise HubProblem("no_key")
        return told

    def list_snapshots(self, till: Till) -> SnapshotList:
        """What this till may load at once; raises ``HubProblem`` why the till is outdated."""
        if till.outdated:
            raise HubProblem(till.outdated)
        ready, building = self.snapshots.manifests(till.store_id)
        return SnapshotList(epoch=self.epoch, snapshots=ready, building=building)

    def find_snapshot(self, till: Till, scope: str, sha256: str | None) -> tuple[Path, Manifest]:
        """Where the snapshot lies; raises ``HubProblem`` wrong_store, not_found, snapshot_gone, or why the till is
        outdated."""
        if till.outdated:
            raise HubProblem(till.outdated)
        if scope not in scopes_for(till.id, till.store_id):
            raise HubProblem("wrong_store")
        found = self.snapshots.find(scope, sha256)
        if found is None:
            raise HubProblem("snapshot_gone" if sha256 else "not_found")
        return found

    def compact(self) -> int:
        """Let the feeds forget what is told again further on; how many pointers went."""
        return compact(self.database)

    def settle(self, *, upgraded: bool = False) -> int:
        """Judge parked events that need not wait any longer; how many got their final verdict."""
        now = self.clock.now_ms()
        settled = self._forgetting(lambda connection, remember: settle(connection, now, remember, upgraded=upgraded))
        self._to_scrub = True  # another process may have erased somebody, or a reader was in the way
        self._scrub()
        if abs(now - self._marked) >= MARK_EVERY_MS:  # the clock may have been ahead
            self.mark()
        return settled

    def erase(self, *ids: str, still: Callable[[Connection, str], bool] = lambda *_: True) -> int:
        """Forget members or leads by headquarters' own hand, for ever; how many. still: whether one is to be forgotten
        as things are at that moment.
        """
        now = datetime.fromtimestamp(self.clock.now_ms() / 1000, UTC)

        def step(connection: Connection, remember: Remember) -> int:
            chosen = [each for each in ids if still(connection, each)]
            erase(connection, chosen, now, remember)
            return len(chosen)

        count = self._forgetting(step)
        self._scrub()
        return count

    def mark(self) -> None:
        """Note in the ledger how far the hub has come."""
        self._marked = self.clock.now_ms()
        with self.database.read() as connection:
            rows = count_rows(connection)
        self.ledger.reach(Mark(self.id, self.epoch, rows))

    def close(self) -> None:
        """Let go of the database; how far it had come is noted first, if it can still be read. May be called twice."""
        self.snapshots.close()
        if not self.ledger.closed:
            with contextlib.suppress(DBAPIError, OSError):
                self.mark()
        self.ledger.close()
        self.database.close()

    def _forgetting(self, step: Callable[[Connection, Remember], Result]) -> Result:
        """The result of a step that may erase somebody. The ledger hears of it last of all: a step that is begun again
        may find somebody parted from whom it erases.
        """

        def noted(connection: Connection) -> Result:
            erased: list[str] = []
            result = step(connection, erased.extend)
            if erased:
                self.ledger.erase(erased)
                self._to_scrub = True
            return result

        return self.database.retry(noted)

    def _scrub(self) -> None:
        """What was erased must not stay in the files; if somebody is reading, it goes when we settle."""
        if self._to_scrub:
            self._to_scrub = False
            self.snapshots.forget()
            self.database.scrub()

    def _open(self, connection: Connection, *, restored: bool) -> Mark:
        if is_postgres(connection):
            connection.execute(sql("SELECT pg_advisory_xact_lock(:key)"), {"key": _OPENING})
        if not inspect(connection).has_table(meta.name):
            metadata.create_all(connection)  # asks for each table by itself: longer than all else at a start
        row = _META.first(connection)
        self.is_new = row is None
        if row is None:
            hub_id = self.clock.new_id()
            secret = self.clock.random(SECRET_BYTES)
            connection.execute(insert(meta).values(hub_id=hub_id, epoch=1, schema=SCHEMA, secret=secret))
        elif row.schema > SCHEMA:
            raise HubError(f"the database was made by a newer hub (schema {row.schema}, this one knows {SCHEMA})")
        now = datetime.fromtimestamp(self.clock.now_ms() / 1000, UTC)
        if restored:
            tell_again(connection, self.keyring)
        return admit(connection, self.ledger, now, restored=restored)
