"""SyncLoop: wait, push, pull, write down; on a thread of its own, never inside a transaction while it talks."""

import logging
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from datetime import datetime

from sqlalchemy import Connection, select

from desktop.data.exchange import Till
from desktop.desk import Desk
from desktop.errors import NotNow, TillError
from desktop.events import Changes
from desktop.status import HubStatus, Link
from desktop.views.till import find_backlog, find_loading, find_vanishing
from sync import outbox
from sync.client import HubClient
from sync.exchange import Exchange, converse
from sync.failures import HubRefused, HubUnreachable
from sync.laying import has_parked, lay_parked
from sync.pace import FIRST, LONGEST, Pace
from sync.protocol import Message

_log = logging.getLogger(__name__)

_PATIENCE_AFTER_CUT = 1.0

Connect = Callable[[str, str | None], HubClient]
StatusListener = Callable[[HubStatus], None]


class SyncLoop:
    """Keeps one till and its hub together.

    url: the hub's address, None to keep the one of the first contact. ticket: for the first contact.
    on_status: told on the sync thread, or on the writer thread, whenever what a clerk may know has changed.
    """

    def __init__(
        self, desk: Desk, *, url: str | None = None, ticket: str | None = None,
        on_status: StatusListener = lambda _: None, connect: Connect = HubClient, pace: Pace | None = None,
    ) -> None:  # fmt: skip
        self._desk = desk
        self._url = url
        self._exchange = Exchange(desk, url=url or "", ticket=ticket)
        self._on_status = on_status
        self._connect = connect
        self._client: HubClient | None = None
        self._pace = pace or Pace()
        self._tried = (0, 0)
        self._wake = threading.Event()
        self._stopping = False
        self._asked: list[Future[HubStatus]] = []
        self._served: list[Future[HubStatus]] = []  # asked, and the round of it has begun
        self._lock = threading.Lock()
        self._link = Link.OFFLINE if url or desk.read(_address)[0] else Link.ALONE  # until the first round is over
        self._since: datetime = desk.clock.now()
        self._problem: str | None = None
        self._told: HubStatus | None = None
        self._thread = threading.Thread(target=self._run, name="sync", daemon=True)

    def start(self) -> None:
        """Begin; from now on every deed wakes the loop."""
        self._desk.subscribe(self._on_changes)
        self._thread.start()

    def stop(self, patience: float = 3.0) -> None:
        """Give the running request so many seconds to end, then cut it; may be called twice."""
        self._stopping = True
        self._wake.set()
        if self._thread.is_alive():
            self._thread.join(timeout=patience)
        if client := self._client:
            self._cut(client)
            client.close()

    def _cut(self, client: HubClient) -> None:
        """More than once: a connection that is only being made cannot be cut yet."""
        until = time.monotonic() + _PATIENCE_AFTER_CUT
        while self._thread.is_alive() and time.monotonic() < until:
            client.cut()
            self._thread.join(timeout=0.02)

    def sync_now(self) -> Future[HubStatus]:
        """Ask for a whole round at once; the future is done when a round that began after this call has ended."""
        future: Future[HubStatus] = Future()
        with self._lock:
            self._asked.append(future)
        self._wake.set()
        if self._stopping:  # nobody may be left to answer
            future.cancel()
        return future

    def status(self) -> HubStatus:
        """What a clerk may know now."""
        backlog = self._desk.read(find_backlog)
        contact = self._desk.read(_last_contact)
        return HubStatus(
            self._link, self._since, backlog.waiting, backlog.refused, contact[0], self._problem, contact[1],
            self._desk.read(find_loading), self._desk.read(find_vanishing),
        )  # fmt: skip

    def _on_changes(self, changes: Changes) -> None:  # noqa: ARG002
        self._wake.set()

    def _run(self) -> None:
        with suppress(NotNow):  # the desk was closed under a request that was abandoned
            while not self._stopping:
                self._keep_together()
        for future in (*self._served, *self._take_asked()):
            future.cancel()

    def _keep_together(self) -> None:
        """Until told to stop. What fails here is told to those who asked, and then it is tried again."""
        self._wake.clear()  # what woke the last try is answered
        try:
            if self._desk.read(has_parked):
                self._desk.write(lay_parked)
            while not self._stopping:
                self._turn()
                self._wake.wait(self._pace.left())
                self._wake.clear()  # before it is looked whether to stop: whoever stops says so first
        except NotNow:
            raise
        except Exception as error:  # noqa: BLE001 - the till's own file: deeds still wait
            _log.exception("the exchange broke off")
            self._served += self._take_asked()
            while self._served:
                if (future := self._served.pop()).set_running_or_notify_cancel():
                    future.set_exception(error)
            self._wake.wait(FIRST)

    def _turn(self) -> None:
        """A round, if it is time or if there is a reason."""
        self._served += self._take_asked()
        if self._served or self._pace.is_due(news=self._has_news()):
            self._round()
        if not self._stopping:
            self._tell()
            self._answer()

    def _answer(self) -> None:
        if not self._served:
            return
        status = self.status()
        while self._served:
            if (future := self._served.pop()).set_running_or_notify_cancel():
                future.set_result(status)

    def _take_asked(self) -> list[Future[HubStatus]]:
        with self._lock:
            asked, self._asked = self._asked, []
        return asked

    def _has_news(self) -> bool:
        return self._desk.read(outbox.newest) > self._tried

    def _round(self) -> None:
        """One whole exchange. Whatever goes wrong, the outbox keeps what it has."""
        self._tried = self._desk.read(outbox.newest)
        try:
            self._pace.succeeded(self._talk())
        except HubUnreachable as error:
            self._retreat(Link.OFFLINE, "unreachable", error)
        except HubRefused as error:
            self._retreat(Link.TROUBLE, error.code, error)
        except TillError as error:
            self._retreat(Link.TROUBLE, error.code, error)
        except Exception as error:  # noqa: BLE001 - a bug here must not end the loop: deeds still wait
            _log.exception("the exchange failed")
            self._retreat(Link.TROUBLE, "bug", error)

    def _retreat(self, link: Link, problem: str, error: Exception) -> None:
        self._pace.failed(error.retry_after if isinstance(error, HubRefused | HubUnreachable) else None)
        if link is Link.TROUBLE and self._client is not None:
            self._client.close()  # it may speak to another hub, or with a token that is good no more
            self._client = None
        if not self._stopping:
            _log.info("no exchange: %s", error)
            self._set_link(link, problem)

    def _talk(self) -> float:
        client = self._reach()
        if client is None:
            self._set_link(Link.ALONE)
            return LONGEST
        pause = converse(self._exchange.round(), lambda message: self._ask(client, message))
        self._set_link(Link.ONLINE)
        return pause

    def _ask(self, client: HubClient, message: Message) -> Message:
        if self._stopping:
            raise HubUnreachable("this program is ending")
        self._tell()
        return client.ask(message)

    def _reach(self) -> HubClient | None:
        """The client for this till's hub; None when there is no hub."""
        url, token = self._desk.read(_address)
        if self._client is None and (url := self._url or url):
            self._client = self._connect(url, token)
        return self._client

    def _set_link(self, link: Link, problem: str | None = None) -> None:
        if (link, problem) != (self._link, self._problem):
            self._link, self._problem, self._since = link, problem, self._desk.clock.now()
        self._tell()

    def _tell(self) -> None:
        status = self.status()
        if status != self._told:
            self._told = status
            try:
                self._on_status(status)
            except Exception:  # noqa: BLE001 - a screen that fails may not keep deeds from the hub
                _log.exception("a listener failed")


def _address(connection: Connection) -> tuple[str | None, str | None]:
    row = connection.execute(select(Till.hub_url, Till.token)).one()
    return row.hub_url, row.token


def _last_contact(connection: Connection) -> tuple[datetime | None, int]:
    row = connection.execute(select(Till.contacted_at, Till.clock_skew_ms)).one()
    return row.contacted_at, row.clock_skew_ms
