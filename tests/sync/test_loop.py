"""The exchange goes on whatever one answer, one listener or one other program does."""

import contextlib
import logging
import queue
import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError
from datetime import UTC, datetime
from logging.handlers import QueueHandler
from pathlib import Path

import pytest
from sqlalchemy import text

from desktop.clock import Clock
from desktop.services.members import Application, enrol
from desktop.services.visits import add_line, serve
from desktop.status import HubStatus, Link
from desktop.views.till import find_backlog
from desktop.work import Work
from sync.hub.embedded import EmbeddedHub
from sync.loop import SyncLoop
from sync.till import open_till
from tests.faults import meddle
from tests.live_hub import STORE
from tests.proxy import Network
from tests.tills import ATill, NewTill

SERUM = "06901230010019"


class WrongClock(Clock):
    """Stands in another year."""

    def __init__(self, year: int) -> None:
        super().__init__()
        self._moment = datetime(year, 1, 1, tzinfo=UTC)

    def now(self) -> datetime:
        return self._moment


@pytest.fixture
def beside(hub: EmbeddedHub) -> Iterator[Callable[[ATill], ATill]]:
    """A second program on the data of a till that has met its hub."""
    with contextlib.ExitStack() as stack:

        def make(till: ATill) -> ATill:
            desk = open_till(till.desk.home)
            stack.callback(desk.close)
            loop = SyncLoop(desk, url=hub.url)
            loop.start()
            stack.callback(loop.stop)
            return ATill(desk, loop)

        yield make


def test_an_answer_may_ask_for_any_pause_and_the_loop_lives(new_till: NewTill, network: Network) -> None:
    network.suffer(meddle(lambda body: body.replace(b'"poll_after":30.0', b'"poll_after":1e300')))
    one = new_till("one", url=network.url)
    assert [one.sync().link for _ in range(3)] == [Link.ONLINE] * 3


def test_verdicts_on_other_events_are_no_answer(new_till: NewTill, network: Network) -> None:
    one = new_till("one", url=network.url)
    one.sync()
    network.suffer(meddle(lambda body: body.replace(b'"v":"', b'"id":"someone-elses","v":"')))
    one.desk.do(add_line, SERUM).result()
    status = one.sync()
    assert (status.link, status.waiting) == (Link.OFFLINE, 2)
    network.heal()
    assert one.sync().waiting == 0


def test_a_till_goes_on_with_a_hub_that_has_lost_what_it_had_read(
    hub: EmbeddedHub, new_till: NewTill, tmp_path: Path
) -> None:
    one = new_till("one")
    one.sync()
    hub.stop()
    files = ("hub.db", "hub.db.ledger")  # with its ledger: nothing at the hub knows that there was more
    (tmp_path / "image").mkdir()
    for file in files:
        shutil.copy(tmp_path / file, tmp_path / "image")
    hub.start()
    one.desk.do(enrol, Application(phone="13916882045", consents=("service",))).result()
    assert one.sync().waiting == 0
    hub.stop()
    for file in files:
        shutil.copy(tmp_path / "image" / file, tmp_path)
    hub.start()
    assert Link.ONLINE in [one.sync().link for _ in range(3)]


def test_two_programs_may_sync_one_till(new_till: NewTill, network: Network, beside: Callable[[ATill], ATill]) -> None:
    one, two = new_till("one", url=network.url), new_till("two")
    one.sync()
    twin = beside(one)
    twin.sync()
    two.desk.do(enrol, Application(phone="13916882045", consents=("service",))).result()
    two.sync()

    def meanwhile(body: bytes) -> bytes:
        twin.sync()
        return body

    network.suffer(meddle(meanwhile))
    status = one.sync()
    assert (status.link, status.problem) == (Link.ONLINE, None)


@pytest.mark.noisy
def test_a_listener_that_fails_keeps_no_deed_from_the_hub(new_till: NewTill, caplog: pytest.LogCaptureFixture) -> None:
    def listen(_: HubStatus) -> None:
        raise ValueError("a screen that has gone")

    one = new_till("one", on_status=listen)
    one.desk.do(serve, None).result()
    status = one.sync()
    assert (status.link, status.waiting) == (Link.ONLINE, 0)
    assert "a listener failed" in caplog.messages


@pytest.mark.noisy
def test_whoever_asks_a_till_with_a_damaged_file_is_answered(new_till: NewTill) -> None:
    one = new_till("one")
    one.sync()
    one.desk.do(lose_the_outbox).result()
    for _ in range(2):
        with pytest.raises(Exception, match="no such table"):
            one.sync()


@pytest.mark.noisy
def test_a_till_that_cannot_lay_what_it_kept_takes_its_time(tmp_path: Path) -> None:
    """Whoever asked is answered, and it is tried again; not without a pause."""
    failures: queue.SimpleQueue[logging.LogRecord] = queue.SimpleQueue()
    listener = QueueHandler(failures)
    logging.getLogger("sync.loop").addHandler(listener)
    with contextlib.closing(open_till(tmp_path / "one")) as desk:
        desk.write(lose_what_was_kept)
        loop = SyncLoop(desk)
        asked = loop.sync_now()
        loop.start()
        with pytest.raises(Exception, match="no such table"):
            asked.result(10)
        told = [failures.get(timeout=30).created for _ in range(3)]
        loop.stop()
    logging.getLogger("sync.loop").removeHandler(listener)
    assert told[-1] - told[0] > 1


def test_nobody_waits_for_a_loop_that_has_stopped(new_till: NewTill) -> None:
    one = new_till("one")
    one.sync()
    one.loop.stop()
    with pytest.raises(CancelledError):
        one.sync()
    one.desk.do(serve, None).result()
    assert one.desk.read(find_backlog).waiting == 1


def lose_the_outbox(work: Work) -> None:
    work.session.execute(text("ALTER TABLE outbox RENAME TO lost"))


def lose_what_was_kept(work: Work) -> None:
    work.session.execute(text("DROP TABLE parked_in"))


@pytest.mark.parametrize("year", [1950, 1970, 9000])
def test_no_deed_is_refused_for_a_wrong_clock(hub: EmbeddedHub, tmp_path: Path, year: int) -> None:
    with contextlib.ExitStack() as stack:
        desk = open_till(tmp_path / "one", WrongClock(year))
        stack.callback(desk.close)
        loop = SyncLoop(desk, url=hub.url, ticket=hub.ticket(STORE))
        loop.start()
        stack.callback(loop.stop)
        till = ATill(desk, loop)
        assert till.sync().link is Link.ONLINE
        desk.do(add_line, SERUM).result()
        status = till.sync()
        assert (status.waiting, status.refused) == (0, 0)


def test_who_no_longer_waits_for_a_round_ends_no_exchange(tmp_path: Path) -> None:
    with contextlib.closing(open_till(tmp_path / "one")) as desk:
        loop = SyncLoop(desk)
        loop.sync_now().cancel()
        asked = loop.sync_now()
        loop.start()
        assert asked.result(10).link is Link.ALONE
        assert loop.sync_now().result(10).link is Link.ALONE
        loop.stop()
