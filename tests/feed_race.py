"""A crowd at the feed: 24 tills push while sessions are killed and one transaction never ends; no reader misses a row.

``python -m tests.feed_race --seconds 1800`` runs it for half an hour, on a throw-away PostgreSQL. The control reads the
same rows of the same load in the order of a plain sequence: it must miss some, or the race was none.
"""

import argparse
import contextlib
import os
import random
import sys
import tempfile
import threading
import time
import uuid
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_EXCEPTION, Future, ThreadPoolExecutor, wait
from typing import NamedTuple

from sqlalchemy import create_engine, func, select, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError

from sync.hub.cases import Till
from sync.hub.database import was_busy
from sync.hub.hub import Hub
from sync.hub.pull import Cursor
from sync.hub.tables import event, feed, feed_head
from sync.protocol import PushReply, PushRequest
from tests.postgres import VARIABLE, find_programs, throw_away_server
from tests.sync.hub.builders import Sender

WRITERS, READERS = 24, 4
STORES = ("west", "east", "north", "south", "centre", "harbour")
_KILL_EVERY = (0.02, 0.2)  # seconds, at random between these
_ASIDE = {"application_name": "aside"}  # sessions that are not killed

# What a naive feed would be: a number from a sequence for every new document, taken inside the push like any other.
_NAIVE = "ALTER TABLE document ADD COLUMN naive bigserial"
_POLL = text("SELECT naive, id FROM document WHERE naive > :cursor ORDER BY naive")
_KILL_ONE = text(
    "SELECT pg_terminate_backend(pid) FROM (SELECT pid FROM pg_stat_activity WHERE datname = current_database()"
    " AND application_name <> 'aside' ORDER BY random() LIMIT 1) AS victim"
)


Rows = list[tuple[str, str]]  # scope and id


class Figures(NamedTuple):
    """What a race came to. repeats: pushes and pulls that a killed session made somebody ask again."""

    seconds: float
    events: int
    pushes: int
    kills: int
    repeats: int
    pages: int
    missed: int
    naive_missed: int

    def __str__(self) -> str:
        return (
            f"{self.seconds:.0f} s: {self.events} events in {self.pushes} pushes, {self.kills} sessions killed,"
            f" {self.repeats} requests repeated, {self.pages} pages read: {self.missed} rows missed;"
            f" by a plain sequence {self.naive_missed} missed"
        )


class Race:
    """One load on one empty PostgreSQL database. url: its address."""

    def __init__(self, url: str, seed: int) -> None:
        self._hub = Hub.open(url)
        self._aside = create_engine(url, connect_args=_ASIDE)
        self._seed = seed
        self._over, self._quiet = threading.Event(), threading.Event()
        self._counted: Counter[str] = Counter()
        self._lock = threading.Lock()
        self._said: dict[str, set[str]] = defaultdict(set)  # rows that were answered with accepted, by scope
        self._naive: set[str] = set()

    def run(self, seconds: float) -> Figures:
        """Race for so long, then count."""
        began = time.monotonic()
        with self._aside.begin() as connection:
            connection.execute(text(_NAIVE))
            connection.execute(text("CREATE TABLE idle (id int)"))
        tills = [Sender(self._hub, STORES[number % len(STORES)]) for number in range(WRITERS)]
        with self._aside.connect() as idle, ThreadPoolExecutor(WRITERS + READERS + 2) as crowd:
            idle.execute(text("INSERT INTO idle VALUES (1)"))  # and never commits
            writers = [crowd.submit(self._write, till) for till in tills]
            readers = [crowd.submit(self._read) for _ in range(READERS)]
            others = [crowd.submit(self._kill), crowd.submit(self._poll)]
            wait([*writers, *readers, *others], timeout=seconds, return_when=FIRST_EXCEPTION)
            self._over.set()
            wait(writers)
            self._quiet.set()
            for each in (*writers, *others):
                each.result()
            missed = sum(len(self._missed(reader)) for reader in readers)
        self._expect_dense()
        return self._figures(time.monotonic() - began, missed)

    def close(self) -> None:
        """Let go of the database."""
        self._hub.close()
        self._aside.dispose()

    def _write(self, till: Sender) -> None:
        """Push until it is over; each push again and again until it is answered."""
        chance = random.Random(f"{self._seed} {till.store} {threading.get_ident()}")
        seen: dict[str, int] = {}
        while not self._over.is_set():
            rows, request = _made_up(till, chance)
            reply: PushReply = self._until_answered(lambda till=till, request=request: _push(till, request))
            assert {answer.was or answer.v for answer in reply.verdicts} == {"accepted"}
            at = {scope: seq for answer in reply.verdicts for scope, seq in answer.at.items()}
            assert all(seq > seen.get(scope, 0) for scope, seq in at.items())  # what came later stands later
            seen |= at
            self._note_answered(rows, len(request.events))

    def _note_answered(self, rows: Rows, events: int) -> None:
        with self._lock:
            self._counted.update(events=events, pushes=1)
            for scope, row in rows:
                self._said[scope].add(row)

    def _until_answered(self, ask: Callable[[], PushReply]) -> PushReply:
        while True:
            try:
                return ask()
            except DBAPIError as error:
                self._forgive(error)

    def _forgive(self, error: DBAPIError) -> None:
        """A killed session is told to the till as busy, and it asks again; anything else is a mistake."""
        if not was_busy(error):
            raise error
        self._count("repeats")

    def _count(self, what: str) -> None:
        with self._lock:
            self._counted[what] += 1

    def _read(self) -> dict[str, set[str]]:
        """Poll every scope as tills do, and once more when all is quiet; the rows that came, by scope."""
        cursors = dict.fromkeys(["dir", *(f"st:{store}" for store in STORES)], 0)
        came: dict[str, set[str]] = defaultdict(set)
        finished = False
        while not finished:
            quiet = self._quiet.is_set()
            more = [self._read_on(scope, cursors, came) for scope in cursors]
            finished = quiet and not any(more)
        return came

    def _read_on(self, scope: str, cursors: dict[str, int], came: dict[str, set[str]]) -> bool:
        """One page, its numbers checked; whether there is more, or may be."""
        till = Till("reader", scope.removeprefix("st:"))
        try:
            page = self._hub.pull(till, [Cursor(scope, cursors[scope])], 1000).pages[0]
        except DBAPIError as error:
            self._forgive(error)
            return True
        assert page.from_ == cursors[scope]
        assert [row.seq for row in page.rows] == list(range(page.from_ + 1, page.to + 1))
        came[scope].update(row.eid for row in page.rows)
        cursors[scope] = page.to
        self._count("pages")
        return page.more

    def _kill(self) -> None:
        chance = random.Random(self._seed)
        while not self._over.wait(chance.uniform(*_KILL_EVERY)):
            with self._aside.connect() as connection:
                self._counted["kills"] += bool(connection.scalar(_KILL_ONE))

    def _poll(self) -> None:
        """The control: it remembers the largest number it saw, and asks for larger ones."""
        cursor, finished = 0, False
        while not finished:
            finished = self._quiet.is_set()
            with self._aside.connect() as connection:
                for row in connection.execute(_POLL, {"cursor": cursor}):
                    cursor = row.naive
                    self._naive.add(row.id)

    def _missed(self, reader: "Future[dict[str, set[str]]]") -> set[str]:
        """Rows that were answered and did not come, or came and were never answered."""
        came = reader.result()
        return {row for scope in came.keys() | self._said.keys() for row in came[scope] ^ self._said[scope]}

    def _expect_dense(self) -> None:
        """The numbers of every scope run from 1 to its head, and every answered event is there once."""
        counted = select(feed.c.scope, func.count(), func.min(feed.c.seq), func.max(feed.c.seq)).group_by(feed.c.scope)
        with self._hub.database.read() as connection:
            heads = connection.execute(select(feed_head.c.scope, feed_head.c.n)).all()
            assert {(scope, n, 1, n) for scope, n in heads} == {tuple(row) for row in connection.execute(counted)}
            assert connection.scalar(select(func.count()).select_from(event)) == self._counted["events"]

    def _figures(self, seconds: float, missed: int) -> Figures:
        with self._aside.connect() as connection:
            all_of_them = set(connection.scalars(text("SELECT id FROM document WHERE naive IS NOT NULL")))
        counted = {name: self._counted[name] for name in ("events", "pushes", "kills", "repeats", "pages")}
        return Figures(seconds=seconds, missed=missed, naive_missed=len(all_of_them - self._naive), **counted)


def _push(till: Sender, request: PushRequest) -> PushReply:
    return till.hub.push(till.till, request, till.hub.clock.now_ms())


def _made_up(till: Sender, chance: random.Random) -> tuple[Rows, PushRequest]:
    """Some visits, now and then somebody new; and the rows that will be told of it."""
    rows: Rows = []
    events = []
    for _ in range(chance.randint(1, 60)):
        visit = till.hub.clock.new_id()
        rows.append((f"st:{till.store}", visit))
        events.append(till.did("VisitOpened", visit_id=visit, member_id=None))
    if chance.random() < 0.1:
        member = till.hub.clock.new_id()
        rows += [("dir", member), (f"st:{till.store}", member)]
        events.append(till.enrolled(member))
    return rows, till.request(*events)


def race(server: str, seconds: float, seed: int = 1) -> Figures:
    """Race in a database of its own on this server."""
    with _database(server) as url, contextlib.closing(Race(url, seed)) as racing:
        return racing.run(seconds)


@contextlib.contextmanager
def _database(server: str) -> Iterator[str]:
    """An empty database, and a folder for what the hub keeps beside one."""
    name = f"race_{uuid.uuid4().hex}"
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection, tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
        connection.execute(text(f"CREATE DATABASE {name}"))
        try:
            yield make_url(server).set(database=name).render_as_string(hide_password=False)
        finally:
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    engine.dispose()


@contextlib.contextmanager
def _server() -> Iterator[str]:
    if given := os.environ.get(VARIABLE):
        yield given
    elif programs := find_programs():
        with throw_away_server(programs) as url:
            yield url
    else:
        sys.exit("no PostgreSQL server is installed")


def main() -> int:
    """Race for so long and print the figures; 1 if anything was missed, or if the control missed nothing."""
    parser = argparse.ArgumentParser(prog="python -m tests.feed_race", description=__doc__)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    with _server() as url:
        figures = race(url, options.seconds, options.seed)
    sys.stdout.write(f"{figures}\n")
    return 1 if figures.missed or not figures.naive_missed else 0


if __name__ == "__main__":
    sys.exit(main())
