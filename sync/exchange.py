"""One whole round between a till and its hub, without a network, a thread or a clock of its own.

``converse`` carries the messages; whoever tests may carry them otherwise: late, twice or not at all.
"""

from collections.abc import Callable, Generator, Iterable
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar

import msgspec
from sqlalchemy import Connection, select

from desktop.clock import Clock, milliseconds
from desktop.data.exchange import Cursor, Till
from desktop.work import Work
from sync import outbox
from sync.apply import apply_enrolment, apply_verdicts, note_contact
from sync.failures import HubRefused, HubUnreachable
from sync.pages import FeedBroken, apply_page, read_again
from sync.protocol import FIRST_BATCH, MAX_EVENTS, EnrolRequest, Message, Page, PullReply, PullRequest, PushRequest

P = ParamSpec("P")
T = TypeVar("T")

_PAGE_ROWS = 200  # of a pull: larger transactions would make a clerk's deed wait
_BATCH_BYTES = 1024 * 1024
_SMALLEST_BATCH = 50


class TillData(Protocol):
    """The data of a till: a Desk, or a Store by itself."""

    clock: Clock

    def read(self, query: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """What ``query`` finds."""

    def write(self, operation: Callable[Concatenate[Work, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """What ``operation`` gives, once it is durable."""


# A round: yields what to ask the hub, is sent its replies or has HubUnreachable or HubRefused thrown into it, and gives
# the seconds until the next round.
Round = Generator[Message, Any, float]


class Exchange:
    """What one till tells its hub, and what it does with the answers.

    All that matters is in the data; here is only how large a batch may be. url: of the hub; ticket: for the first
    contact.
    """

    def __init__(self, data: TillData, *, url: str = "", ticket: str | None = None) -> None:
        self._data = data
        self._url = url
        self._ticket = ticket
        self._batch = FIRST_BATCH

    def round(self) -> Round:
        """The first contact if it is due, everything that waits, then everything new: in this order, always."""
        if self._data.read(_token) is None:
            yield from self._enrol()
        try:
            yield from self._push()
        except (HubUnreachable, HubRefused):
            self._batch = max(_SMALLEST_BATCH, self._batch // 2)
            raise
        return (yield from self._pull())

    def _enrol(self) -> Generator[Message, Any, None]:
        if self._ticket is None:
            raise HubRefused("ticket_missing", "the first contact needs a ticket")
        device, _ = self._data.read(_device)
        reply = yield EnrolRequest(ticket=self._ticket, device=device)
        self._data.write(apply_enrolment, reply, self._url)

    def _push(self) -> Generator[Message, Any, None]:
        while bodies := cut_batch(self._data.read(outbox.pending, self._batch), _BATCH_BYTES):
            reply = yield self._push_request(bodies)
            self._data.write(apply_verdicts, reply)
            if self._data.read(outbox.pending, len(bodies)) == bodies:
                raise HubUnreachable("an answer without verdicts")
            self._batch = min(MAX_EVENTS, self._batch * 2)

    def _push_request(self, bodies: list[bytes]) -> PushRequest:
        clock = self._data.clock
        device, ep = self._data.read(_device)
        return PushRequest(
            device=device,
            ep=ep,
            wall_now=milliseconds(clock.now()),
            boot=clock.boot,
            mono_now=clock.monotonic_ms(),
            events=[msgspec.Raw(body) for body in bodies],
        )

    def _pull(self) -> Round:
        while True:
            asked = self._data.read(_cursors)
            reply = yield from self._ask_pages(asked)
            self._data.write(note_contact, reply.epoch, reply.hub_now)
            pages = [page for page in reply.pages if page.scope in asked]
            taken = [self._take(page, asked[page.scope]) for page in pages]
            if all(taken) and not any(page.more for page in pages):
                return reply.poll_after

    def _ask_pages(self, asked: dict[str, int]) -> Generator[Message, Any, PullReply]:
        try:
            reply: PullReply = yield PullRequest(cursors=asked, limit=_PAGE_ROWS)
        except HubRefused as refusal:
            if refusal.code == "cursor_ahead":  # it has lost what we have read; which scope, it does not say
                self._read_again(asked)
            raise
        return reply

    def _take(self, page: Page, asked: int) -> bool:
        try:
            if page.from_ != asked:
                raise FeedBroken("feed_gap", scope=page.scope, cursor=asked)
            return self._data.write(apply_page, page)
        except FeedBroken:
            self._read_again([page.scope])
            raise

    def _read_again(self, scopes: Iterable[str]) -> None:
        for scope in scopes:
            self._data.write(read_again, scope)


def converse(talk: Round, ask: Callable[[Message], Message]) -> float:
    """Carry a round's messages through ``ask``, and back what it gives or raises."""
    try:
        message = next(talk)
        while True:
            try:
                reply = ask(message)
            except (HubUnreachable, HubRefused) as failure:
                message = talk.throw(failure)
            else:
                message = talk.send(reply)
    except StopIteration as end:
        return float(end.value)


def cut_batch(bodies: list[bytes], limit: int) -> list[bytes]:
    """The first events that fit into ``limit`` bytes together, and at least one."""
    total, count = 0, 0
    for body in bodies:
        total += len(body)
        if count and total > limit:
            break
        count += 1
    return bodies[:count]


def _token(connection: Connection) -> str | None:
    return connection.scalar(select(Till.token))


def _device(connection: Connection) -> tuple[str, int]:
    row = connection.execute(select(Till.device_id, Till.ep)).one()
    return row.device_id, row.ep


def _cursors(connection: Connection) -> dict[str, int]:
    scopes = (connection.scalar(select(Till.scopes)) or "").split()
    read = {row.scope: row.seq for row in connection.execute(select(Cursor.scope, Cursor.seq))}
    return {scope: read.get(scope, 0) for scope in scopes}
