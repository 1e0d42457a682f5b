"""One whole round between a till and its hub, without a network, a thread or a clock of its own.

``converse`` carries the messages; whoever tests may carry them otherwise: late, twice or not at all.
"""

from collections.abc import Callable, Generator
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import Connection, select

from desktop.clock import milliseconds
from desktop.data.direct import Direct
from desktop.data.exchange import Till
from desktop.services.tending import tend_leases
from sync import outbox
from sync.apply import apply_enrolment, apply_hello, apply_verdicts
from sync.ceilings import ceilings_of
from sync.cursors import seqs
from sync.data import Talk, TillData
from sync.erasures import fetch_erasures
from sync.failures import HubRefused, HubUnreachable
from sync.forgetting import confirm_forgotten, find_forgotten
from sync.greeting import backlog, greeting
from sync.guests import fetch_guests
from sync.protocol import FIRST_BATCH, MAX_EVENTS, EnrolRequest, Message, PushRequest
from sync.reading import Reading

_BATCH_BYTES = 1024 * 1024
_SMALLEST_BATCH = 50
_GREET_EVERY_MS = 600_000
_TOO_OLD = ("client_too_old", "hub_too_old")
_SPENT = ("ticket_used", "ticket_expired")  # for ever

_TOKEN = Direct(select(Till.token))
_DEVICE = Direct(select(Till.device_id, Till.ep, Till.epoch))

Round = Talk[float]  # gives the seconds until the next


class Batch(NamedTuple):
    """What is sent at once, by when it had happened, of how much that waits, since when; from whom, to which epoch, and
    how far every scope was read by then.
    """

    bodies: list[bytes]
    ceilings: list[int | None]
    waiting: int
    oldest: int | None
    device: str
    ep: int
    epoch: int
    read: dict[str, int]


class Exchange:
    """What one till tells its hub, and what it does with the answers.

    All that matters is in the data; here is only how large a batch may be, and when hello was said. url: of the hub;
    ticket: for the first contact, or for another when the hub knows this till no more.
    """

    def __init__(self, data: TillData, *, url: str = "", ticket: str | None = None) -> None:
        self._data = data
        self._url = url
        self._ticket = ticket
        self._batch = FIRST_BATCH
        self._reading = Reading(data, self._say)
        self._greeted: int | None = None
        self._received = False  # the hub has answered this program's hello
        self._spent: str | None = None  # what the hub said of the ticket

    def round(self) -> Round:
        """The first contact if it is due, hello, everything that waits, then everything new: in this order, always."""
        if self._data.read(_token) is None:
            yield from self._enrol()
        try:
            return (yield from self._talk())
        except HubUnreachable:
            self._greeted = None
            raise
        except HubRefused as refusal:
            if not self._may_return(refusal.code):
                raise
        yield from self._enrol()
        return (yield from self._talk())

    def _may_return(self, code: str) -> bool:
        """With a ticket; but whoever is locked out while it runs is not let in by the ticket that it began with."""
        opened = code == "unauthenticated" or (code == "device_revoked" and not self._received)
        return opened and self._ticket is not None

    def _talk(self) -> Round:
        too_old = yield from self._greet()
        if too_old is not None:
            yield from self._push()
            raise too_old
        pause = yield from self._reading.pull()  # what waits goes up first
        self._forget()
        yield from fetch_erasures(self._data)
        self._data.write(tend_leases)  # what it notes is news, and makes the next round begin at once
        if self._reading.broken is not None:
            raise self._reading.broken
        return pause

    def _forget(self) -> None:
        """Whoever was erased leaves the files as well, and the next push says so."""
        forgotten = self._data.read(find_forgotten)
        if forgotten is not None and self._data.cleanse(forgotten.is_about):
            self._data.write(confirm_forgotten, forgotten.ids)  # another program may have heard of more

    def _greet(self) -> Generator[Message, Any, HubRefused | None]:
        """Who calls, and is it our hub that answers? Gives the refusal if one of both is too old to go on after it has
        got what waits."""
        now = self._data.clock.monotonic_ms()
        if self._greeted is not None and 0 <= now - self._greeted < _GREET_EVERY_MS:
            return None
        self._greeted = None
        request = self._data.read(greeting, self._data.clock)
        try:
            reply = yield request
        except HubRefused as refusal:
            if refusal.code in _TOO_OLD:
                return refusal
            raise
        if reply.nonce != request.nonce:
            raise HubUnreachable("an answer to another hello")
        self._data.write(apply_hello, reply, now)
        self._greeted, self._received = now, True
        return None

    def _enrol(self) -> Generator[Message, Any, None]:
        if self._ticket is None:
            raise HubRefused("ticket_missing", "the first contact needs a ticket")
        if self._spent is not None:
            raise HubRefused(self._spent, "as the hub said of this ticket before")
        device = self._data.read(_device)
        try:
            reply = yield EnrolRequest(ticket=self._ticket, device=device)
        except HubRefused as refusal:
            self._spent = refusal.code if refusal.code in _SPENT else None
            raise
        if reply.device != device:
            raise HubUnreachable("an answer for another till")
        self._data.write(apply_enrolment, reply, self._url)

    def _push(self) -> Generator[Message, Any, None]:
        batch = self._data.read(_next_batch, self._batch)
        while batch.bodies:
            try:
                sent = batch
                reply = yield self._push_request(sent)
                self._data.write(apply_verdicts, reply, sent.read)
                batch = self._data.read(_next_batch, min(MAX_EVENTS, self._batch * 2))
                if batch.bodies[: len(sent.bodies)] == sent.bodies and batch.epoch == sent.epoch:
                    raise HubUnreachable("an answer without verdicts")
            except (HubUnreachable, HubRefused) as failure:
                if isinstance(failure, HubUnreachable) or failure.code == "too_large":
                    self._batch = max(_SMALLEST_BATCH, self._batch // 2)
                raise
            self._batch = min(MAX_EVENTS, self._batch * 2)

    def _say(self) -> Generator[Message, Any, None]:
        """What must not wait until a long reading is over."""
        yield from self._push()
        yield from fetch_guests(self._data)

    def _push_request(self, batch: Batch) -> PushRequest:
        clock = self._data.clock
        return PushRequest(
            device=batch.device,
            ep=batch.ep,
            wall_now=milliseconds(clock.now()),
            boot=clock.boot,
            mono_now=clock.monotonic_ms(),
            waiting=batch.waiting,
            oldest=batch.oldest,
            epoch=batch.epoch,
            events=[msgspec.Raw(body) for body in batch.bodies],
            ceilings=batch.ceilings,
        )


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
    token: str | None = _TOKEN.scalar(connection)
    return token


def _device(connection: Connection) -> str:
    return str(_DEVICE.scalar(connection))


def _next_batch(connection: Connection, limit: int) -> Batch:
    waiting = outbox.pending(connection, limit)
    bodies = cut_batch([each.body for each in waiting], _BATCH_BYTES)
    ceilings = ceilings_of(connection, [(each.ep, each.n) for each in waiting[: len(bodies)]])
    row = _DEVICE.first(connection)
    waits = backlog(connection) if bodies else (0, None)
    return Batch(bodies, ceilings, *waits, row.device_id, row.ep, row.epoch, seqs(connection))
