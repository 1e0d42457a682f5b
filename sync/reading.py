"""The reading half of a round: pages of every scope, and first loads, in steps that a clerk does not feel."""

import contextlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from msgspec.structs import replace
from sqlalchemy import Connection, exists, select

from desktop.data.direct import Direct
from desktop.data.exchange import Cursor, Load, Outbox, Till
from desktop.data.visits import Visit
from desktop.work import Work
from sync import pages
from sync.apply import note_contact
from sync.cursors import read_again, read_broken_again
from sync.data import Talk, TillData
from sync.failures import HubRefused, HubUnreachable
from sync.guests import is_overdue, send_guests_away
from sync.loading import Loading
from sync.pages import FeedBroken, Ghost, apply_page
from sync.protocol import MAX_ROWS, Page, PullReply, PullRequest

_ROWS_IN_USE, _ROWS_AT_REST = 200, 2000  # a transaction: what a clerk does waits for one of these at most
_WORTH_LOADING = 5000  # rows that a scope is behind at the very beginning
_SWEPT_AT_ONCE = 200
_POLL_AFTER = 30.0
_PACKING = 2.0  # seconds until a scope that the hub is packing is asked for again

_SCOPES = Direct(select(Till.scopes))
_READ = Direct(select(Cursor.scope, Cursor.seq, Cursor.sum64, Cursor.head, Cursor.whole, Cursor.asked))
_LOADS = Direct(select(Load.scope).order_by(Load.scope))
_AGAIN = Direct(select(Cursor.scope).where(Cursor.sweeping, Cursor.asked == 0, Cursor.seq < Cursor.head))
_IN_USE = Direct(select(exists().where(Visit.here, Visit.state == "open") | exists().where(Outbox.state == "pending")))


class Standing(NamedTuple):
    """How far every scope was read, but for those that are loaded, or of which somebody was asked. ends: scopes that
    were read to their end, with its number and checksum.
    """

    cursors: dict[str, int]
    ends: set[tuple[str, int, str]]


class Chores(NamedTuple):
    """What may be left to do once all is read: snapshots on their way, scopes to read anew because of what was read,
    scopes to sweep, guests to forget.
    """

    loads: list[str]
    again: set[str]
    swept: list[str]
    overdue: bool


class Reading:
    """Reads on wherever this till stands. meanwhile: what goes up between two long steps."""

    def __init__(self, data: TillData, meanwhile: Callable[[], Talk[None]]) -> None:
        self._data = data
        self._meanwhile = meanwhile
        self._loading = Loading(data, meanwhile, self.rows_at_once)
        self.broken: FeedBroken | None = None

    def pull(self) -> Talk[float]:
        """Everything new of every scope; gives the seconds until it is worth asking again.

        A scope that does not add up is left out, and ``broken`` says what it was; None if all did.
        """
        self.broken = None
        yield from self._meanwhile()
        later: set[str] = set()  # scopes that the hub is packing just now, and what is broken
        while True:
            pause, whole = yield from self._pull_pages(later)
            if not whole:
                yield from self._meanwhile()
                continue
            left = self._data.read(_chores, self._data.clock.now())
            if left.loads:
                yield from self._loading.go_on()
            elif left.again - later:
                yield from self._meanwhile()
            elif not left.swept or not self._sweep():
                if left.overdue:
                    send_guests_away(self._data)
                return min(pause, _PACKING) if later else pause

    def _pull_pages(self, later: set[str]) -> Talk[tuple[float, bool]]:
        """The next page of every scope; gives the hub's pause, and whether all of them are read to their end."""
        standing = self._data.read(_standing)
        asked = {scope: seq for scope, seq in standing.cursors.items() if scope not in later}
        if not asked:
            return _POLL_AFTER, True
        reply = yield from self._ask_pages(asked)
        answered = [page for page in reply.pages if page.scope in asked]
        if len(answered) < len(asked) or any(page.to < page.head and not page.more for page in answered):
            raise HubUnreachable("a page is missing")  # else it would be asked for again at once, for ever
        # Most polls bring nothing: then nothing needs to be written.
        news = [page for page in answered if page.rows or (page.scope, page.head, page.sum64) not in standing.ends]
        few = sum(len(page.rows) for page in news) <= _ROWS_IN_USE
        if few and all(_is_plain(page, asked[page.scope]) for page in answered):
            with contextlib.suppress(FeedBroken):  # which of them it is shows when they are taken one by one
                done = self._data.write(_hear_and_take, reply, news)
                return reply.poll_after, done and not any(page.more for page in answered)
        return reply.poll_after, (yield from self._take_in_turn(reply, answered, news, asked, later))

    def _take_in_turn(
        self, reply: PullReply, answered: list[Page], news: list[Page], asked: dict[str, int], later: set[str]
    ) -> Talk[bool]:
        """Each page in a transaction of its own, or several; whether all scopes are read to their end."""
        went_back, loads = self._data.write(_hear, reply)
        if went_back:
            return False  # what it has lost goes up before its rows come down
        if any(page.more and page.to <= page.from_ for page in answered):
            raise HubUnreachable("a page that leads no further")
        large = [page.scope for page in answered if page.from_ == 0 and page.head > _WORTH_LOADING]
        if large:
            later |= yield from self._loading.begin(large)
            loads = self._data.read(_loads)
        busy = later.union(loads)
        taken = [self._take(page, asked[page.scope], later) for page in news if page.scope not in busy]
        return all(taken) and not any(page.more for page in answered if page.scope not in busy)

    def rows_at_once(self) -> int:
        """How many rows a transaction may lay now."""
        return _ROWS_IN_USE if self._data.read(_is_in_use) else _ROWS_AT_REST

    def _ask_pages(self, asked: dict[str, int]) -> Talk[PullReply]:
        try:
            reply: PullReply = yield PullRequest(cursors=asked, limit=MAX_ROWS)
        except HubRefused as refusal:
            if refusal.code == "cursor_ahead":  # it has lost what we have read; which scope, it does not say
                self._read_again(asked)
            raise
        return reply

    def _take(self, page: Page, asked: int, later: set[str]) -> bool:
        """Whether it was taken; one that is broken holds up no other scope, and is read again in the next round."""
        try:
            if page.from_ != asked:
                raise FeedBroken("feed_gap", scope=page.scope, cursor=asked)
            small = len(page.rows) <= _ROWS_IN_USE
            parts = [page] if small else cut_page(page, self.rows_at_once())
            return all(self._data.write(apply_page, part) for part in parts)
        except FeedBroken as error:
            self._data.write(read_broken_again, page.scope)
            later.add(page.scope)
            self.broken = error
            return False

    def _read_again(self, scopes: Iterable[str]) -> None:
        for scope in scopes:
            self._data.write(read_again, scope)

    def _sweep(self) -> bool:
        """What did not come again goes; whether some of it has to be read once more because of that."""
        parted = False
        while scope := next(iter(self._data.read(pages.list_swept)), None):
            if not self._data.write(pages.may_sweep, scope, self._data.read(pages.count_ghosts, scope)):
                continue
            if self._data.write(pages.undo_merges, scope):
                parted = True
                continue
            after = Ghost("", "")
            while ghosts := self._data.read(pages.find_ghosts, scope, after, _SWEPT_AT_ONCE):
                self._data.write(pages.sweep, scope, ghosts)
                after = ghosts[-1]
            self._data.write(pages.end_sweep, scope)
        return parted


def cut_page(page: Page, rows: int) -> Iterator[Page]:
    """The same page in parts of so many rows."""
    start = page.from_
    for first in range(0, max(len(page.rows), 1), rows):
        part = page.rows[first : first + rows]
        last = first + rows >= len(page.rows)
        to = page.to if last else part[-1].seq
        gone = to - start - len(part) if page.compacted else 0
        if last and not page.compacted:
            yield replace(page, from_=start, rows=part)
        else:
            yield replace(page, from_=start, to=to, rows=part, compacted=gone, more=page.more or not last)
        start = to


def _standing(connection: Connection) -> Standing:
    scopes = _readable(connection)
    read = {row.scope: row for row in _READ.rows(connection)}
    busy = {*(scope for scope, row in read.items() if row.asked), *_loads(connection)}
    return Standing(
        {scope: read[scope].seq if scope in read else 0 for scope in scopes if scope not in busy},
        {(scope, row.seq, row.sum64) for scope, row in read.items() if row.whole and row.seq == row.head},
    )


def _readable(connection: Connection) -> list[str]:
    return str(_SCOPES.scalar(connection) or "").split()


def _hear(work: Work, reply: PullReply) -> tuple[bool, list[str]]:
    """Note that the hub answered; whether it went back in time, and which scopes are loaded now."""
    return note_contact(work, reply.epoch, reply.hub_now), _loads(work.session.connection())


def _hear_and_take(work: Work, reply: PullReply, news: Sequence[Page]) -> bool:
    """The same, and what it says, in one transaction: a till that follows its hub writes once. Whether all was taken;
    what the hub has lost goes up before its rows come down.
    """
    went_back, loads = _hear(work, reply)
    taken = [apply_page(work, page) for page in news if page.scope not in loads] if not went_back else [False]
    return all(taken)


def _is_plain(page: Page, asked: int) -> bool:
    """Whether nothing but its rows is to be thought about."""
    leads_on = page.to > page.from_ or not page.more
    return page.from_ == asked and leads_on and (page.from_ > 0 or page.head <= _WORTH_LOADING)


def _loads(connection: Connection) -> list[str]:
    return _LOADS.scalars(connection)


def _chores(connection: Connection, now: datetime) -> Chores:
    again = set(_AGAIN.scalars(connection)).intersection(_readable(connection))
    return Chores(_loads(connection), again, pages.list_swept(connection), is_overdue(connection, now))


def _is_in_use(connection: Connection) -> bool:
    """Whether somebody is served, or something has just happened."""
    return bool(_IN_USE.scalar(connection))
