"""Whatever the network does: nothing twice, nothing cleared, nothing hidden; and once it is over everything drains."""

import gc
import queue
import sqlite3
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
import trustme
from sqlalchemy import select

from desktop.data.exchange import Outbox
from desktop.desk import Desk
from desktop.services.members import Application, enrol
from desktop.services.visits import add_line, finish_visit
from desktop.status import HubStatus, Link
from desktop.views.visit import visits_of
from sync.client import HubClient
from sync.hub.embedded import EmbeddedHub
from sync.loop import SyncLoop
from sync.pace import Pace
from sync.till import open_till
from tests import faults
from tests.live_hub import STORE
from tests.proxy import Fault, Line, Network
from tests.tills import ATill, NewTill

SERUM = "06901230010019"
JSON = "application/json"
SHORT_SILENCE = 0.4

NO_ANSWER: dict[str, Fault] = {
    "cut before it reached the hub": faults.cut_before,
    "cut when the hub had it": faults.cut_after,
    "reset in the middle of the body": faults.reset_in_the_body,
    "half a body": faults.truncate,
    "nothing ever": faults.swallow,
    "one byte now and then": faults.drip(2 * SHORT_SILENCE),
    "never silent, never ready": faults.drip(SHORT_SILENCE / 4),
    "bad gateway": faults.answer("502 Bad Gateway", "text/html", b"<h1>502</h1>"),
    "portal": faults.answer("200 OK", "text/html", faults.PORTAL),
    "portal that speaks JSON": faults.answer("200 OK", JSON, b'{"login": "http://portal.invalid"}'),
    "portal with an empty object": faults.answer("200 OK", JSON, b"{}"),
    "redirect to a login": faults.answer("302 Found", "text/html", b"", "Location: http://portal.invalid/login"),
    "no text": faults.meddle(lambda body: body.replace(b'":"', b'":"\xff')),
    "gzip bomb": faults.bomb("gzip"),
    "zstd bomb": faults.bomb("zstd"),
    "packed, it says": faults.answer("200 OK", JSON, b"{}", "Content-Encoding: gzip"),
    "packed by nobody we know": faults.answer("200 OK", JSON, b"{}", "Content-Encoding: br"),
}

PART_OF_A_PAGE = ("reset in the middle of the body", "half a body", "portal that speaks JSON", "no text", "zstd bomb")


class Told(queue.SimpleQueue[HubStatus]):
    """What the clerk was told, in order."""

    def forget(self) -> None:
        """Look only at what comes from now on."""
        while not self.empty():
            self.get()

    def wait_for(self, link: Link, waiting: int) -> None:
        """Until the clerk was told so."""
        while (told := self.get(timeout=60)) and (told.link, told.waiting) != (link, waiting):
            pass


@pytest.fixture
def told() -> Told:
    return Told()


@pytest.fixture
def till(new_till: NewTill, network: Network, told: Told) -> ATill:
    """A till behind the network that has met its hub."""
    return meet(new_till, network, told)


def meet(new_till: NewTill, network: Network, told: Told) -> ATill:
    """Impatient, so that no test waits long."""
    connect, pace = partial(HubClient, silence=SHORT_SILENCE), Pace(chance=lambda: 0.01)
    till = new_till("one", url=network.url, on_status=told.put, connect=connect, pace=pace)
    while till.sync().link is not Link.ONLINE:  # on a loaded machine even a sound hub is silent for so long
        pass
    told.forget()
    return till


def serve_somebody(desk: Desk) -> str:
    new = desk.do(enrol, Application(phone="13916882045", consents=("service",))).result()
    desk.do(add_line, SERUM).result()
    desk.do(finish_visit).result()
    return new.member_id


def states(desk: Desk) -> set[str]:
    return set(desk.read(lambda connection: connection.scalars(select(Outbox.state)).all()))


def sent(desk: Desk) -> list[bytes]:
    return list(desk.read(lambda connection: connection.scalars(select(Outbox.body).order_by(Outbox.n)).all()))


def held(folder: Path) -> list[bytes]:
    """Every event at the hub, in the order of their numbers."""
    with closing(sqlite3.connect(folder / "hub.db")) as hub:
        return [body.encode() for (body,) in hub.execute("SELECT body FROM event ORDER BY device, ep, n")]


@pytest.mark.parametrize("fault", NO_ANSWER.values(), ids=NO_ANSWER)
def test_what_is_no_answer_is_harmless(
    till: ATill, new_till: NewTill, network: Network, told: Told, fault: Fault, tmp_path: Path
) -> None:
    network.suffer(fault, on="/v1/push")
    member = serve_somebody(till.desk)
    waiting = len(sent(till.desk))
    for _ in range(2):
        status = till.sync()
        assert (status.link, status.problem, status.waiting) == (Link.OFFLINE, "unreachable", waiting)
        assert states(till.desk) == {"pending"}
    network.heal()
    told.wait_for(Link.ONLINE, 0)
    assert states(till.desk) == {"accepted"}
    assert held(tmp_path) == sent(till.desk)
    two = new_till("two")
    two.sync()
    (visit,) = two.desk.read(visits_of, member)
    (own,) = till.desk.read(visits_of, member)
    assert (visit.state, [line.id for line in visit.lines]) == ("finished", [line.id for line in own.lines])
    assert len(visit.lines) == 1


@pytest.mark.parametrize("fault", [NO_ANSWER[name] for name in PART_OF_A_PAGE], ids=PART_OF_A_PAGE)
def test_what_is_no_page_moves_no_cursor(
    till: ATill, new_till: NewTill, network: Network, told: Told, fault: Fault
) -> None:
    two = new_till("two")
    two.sync()
    member = serve_somebody(two.desk)
    two.sync()
    network.suffer(fault, on="/v1/pull")
    assert till.sync().link is Link.OFFLINE
    assert till.desk.read(visits_of, member) == ()
    network.heal()
    told.wait_for(Link.ONLINE, 0)
    (visit,) = till.desk.read(visits_of, member)
    assert len(visit.lines) == 1


def test_what_arrives_twice_takes_effect_once(till: ATill, network: Network, told: Told, tmp_path: Path) -> None:
    network.suffer(faults.repeat)
    serve_somebody(till.desk)
    told.wait_for(Link.ONLINE, 0)
    assert states(till.desk) == {"accepted"}
    assert held(tmp_path) == sent(till.desk)


def test_a_refused_connection_is_harmless(till: ATill, network: Network, told: Told, tmp_path: Path) -> None:
    network.unplug()
    serve_somebody(till.desk)
    waiting = len(sent(till.desk))
    status = till.sync()
    assert (status.link, status.waiting) == (Link.OFFLINE, waiting)
    network.plug_in()
    told.wait_for(Link.ONLINE, 0)
    assert held(tmp_path) == sent(till.desk)


def test_an_address_that_no_name_server_knows_is_harmless(hub: EmbeddedHub, new_till: NewTill, tmp_path: Path) -> None:
    lost = new_till("one", url="http://hub.invalid:8712")
    lost.desk.do(enrol, Application(phone="13916882045", consents=("service",))).result()
    status = lost.sync()
    assert (status.link, status.problem, status.waiting) == (Link.OFFLINE, "unreachable", len(sent(lost.desk)))
    lost.loop.stop()
    lost.desk.close()
    found = new_till("one", url=hub.url)
    assert (found.sync().link, found.sync().waiting) == (Link.ONLINE, 0)
    assert held(tmp_path) == sent(found.desk)


def test_a_hub_that_names_a_time_is_left_alone_until_then(new_till: NewTill, network: Network) -> None:
    till = new_till("one", url=network.url)
    assert till.sync().link is Link.ONLINE
    problem = b'{"title": "", "status": 503, "code": "busy"}'
    network.suffer(faults.answer("503 Busy", "application/problem+json", problem, "Retry-After: 60"))
    status = till.sync()
    assert (status.link, status.problem) == (Link.TROUBLE, "busy")
    attempts = network.strikes.qsize()
    serve_somebody(till.desk)
    assert till.loop.status().waiting == len(sent(till.desk))
    assert network.strikes.qsize() == attempts
    network.heal()
    while till.sync().waiting:
        pass


PROBLEM = "application/problem+json"
PROXIES: dict[str, tuple[str, str, bytes]] = {
    "overloaded": ("503 Service Unavailable", "text/html", b"<h1>503</h1>"),
    "asked too often": ("429 Too Many Requests", "text/plain", b"slow down"),
    "with a problem of its own": ("503 Service Unavailable", PROBLEM, b'{"title": "overloaded", "status": 503}'),
    "with half a problem": ("503 Service Unavailable", PROBLEM, b'{"title": "overl'),
}


@pytest.mark.parametrize("page", PROXIES.values(), ids=PROXIES)
def test_a_proxy_that_names_a_time_is_left_alone_until_then(
    new_till: NewTill, network: Network, page: tuple[str, str, bytes]
) -> None:
    till = new_till("one", url=network.url, pace=(pace := Pace(now=lambda: 0.0)))
    assert till.sync().link is Link.ONLINE
    for said, shortest, longest in ((60, 60, 72), (999_999, 300, 300)):
        network.suffer(faults.answer(*page, f"Retry-After: {said}"))
        status = till.sync()
        assert (status.link, status.problem) == (Link.OFFLINE, "unreachable")
        assert shortest <= pace.left() <= longest
        assert not pace.is_due(news=True)


class Tls:
    """An authority that tills trust, and a network with certificates of it."""

    def __init__(self, hub: EmbeddedHub, folder: Path) -> None:
        self._authority = trustme.CA()
        self.bundle = folder / "authority.pem"
        self._authority.cert_pem.write_to_path(str(self.bundle))
        self.network = Network(hub.url, tls=self.context("127.0.0.1"))

    def context(self, host: str, expires: datetime | None = None) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._authority.issue_cert(host, not_after=expires).configure_cert(context)
        return context

    def serve_with(self, context: ssl.SSLContext) -> None:
        self.network.unplug()
        self.network.tls = context
        self.network.plug_in()


@pytest.fixture
def tls(hub: EmbeddedHub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Tls]:
    tls = Tls(hub, tmp_path)
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tls.bundle))
    with tls.network:
        yield tls


@pytest.mark.parametrize("fault", ["expired", "of another host"])
def test_a_certificate_that_is_not_the_hubs_is_harmless(tls: Tls, new_till: NewTill, told: Told, fault: str) -> None:
    till = meet(new_till, tls.network, told)
    yesterday = datetime.now(UTC) - timedelta(days=1)
    wrong = {"expired": tls.context("127.0.0.1", yesterday), "of another host": tls.context("other.example")}
    tls.serve_with(wrong[fault])
    passed = tls.network.passed
    serve_somebody(till.desk)
    status = till.sync()
    assert (status.link, status.problem, status.waiting) == (Link.OFFLINE, "unreachable", len(sent(till.desk)))
    assert tls.network.passed == passed
    tls.serve_with(tls.context("127.0.0.1"))
    told.wait_for(Link.ONLINE, 0)


@pytest.mark.parametrize("secure", [False, True])
def test_a_till_is_closed_while_its_request_hangs(tls: Tls, hub: EmbeddedHub, tmp_path: Path, secure: bool) -> None:
    with ExitStack() as stack:
        network = tls.network if secure else stack.enter_context(Network(hub.url))
        desk = stack.enter_context(closing(open_till(tmp_path / "one")))
        before = set(threading.enumerate())
        loop = SyncLoop(desk, url=network.url, ticket=hub.ticket(STORE))
        network.suffer(faults.swallow)
        loop.start()
        asked = loop.sync_now()
        network.strikes.get(timeout=60)
        began = time.monotonic()
        loop.stop(patience=0.0)
        assert time.monotonic() - began < 10
        assert set(threading.enumerate()) <= before
        assert asked.cancelled()
    del loop
    gc.collect()  # a socket left open would be told now, and fail the test


def test_a_long_line_takes_its_time(hub: EmbeddedHub, new_till: NewTill) -> None:
    with Network(hub.url, line=Line(delay_ms=30)) as network:
        till = new_till("one", url=network.url)
        till.sync()
        passed, began = network.passed, time.monotonic()
        till.sync()
        assert time.monotonic() - began >= 0.06 * (network.passed - passed) > 0


def test_a_lost_segment_is_a_late_one() -> None:
    assert Line(delay_ms=50, loss=1.0).seconds(3000) == pytest.approx(0.05 + 3 * 0.2)
    assert Line(delay_ms=50).seconds(3000) == pytest.approx(0.05)
