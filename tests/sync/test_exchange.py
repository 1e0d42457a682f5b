"""A round as such: how it begins, and what it believes."""

import sqlite3
import tomllib
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import select

from desktop.data.exchange import Cursor, Outbox, Till
from desktop.desk import Desk
from desktop.release import RELEASE
from desktop.services.visits import serve
from desktop.status import Link
from sync.client import HubClient
from sync.exchange import cut_batch
from sync.hub.embedded import EmbeddedHub
from sync.hub.hub import Hub
from sync.protocol import EnrolRequest, PullRequest
from tests.faults import cut_before, meddle
from tests.live_hub import STORE, LiveHub, stock
from tests.proxy import Network
from tests.tills import ATill, NewTill


@pytest.fixture
def till(new_till: NewTill, network: Network) -> ATill:
    """A till behind the network that has met its hub."""
    till = new_till("one", url=network.url)
    assert till.sync().link is Link.ONLINE
    return till


@pytest.fixture
def other_hub(tmp_path: Path) -> Iterator[EmbeddedHub]:
    stock(tmp_path / "other")
    other = LiveHub(tmp_path / "other").start()
    yield other
    other.stop()


def memory(desk: Desk) -> tuple[object, ...]:
    """Whose till this is, and how far it has read."""
    return desk.read(
        lambda connection: (
            *connection.execute(select(Till.hub_id, Till.epoch, Till.token, Till.store_id)).one(),
            *connection.execute(select(Cursor.scope, Cursor.seq)).all(),
        )
    )


def void_token(till: ATill, hub: EmbeddedHub) -> None:
    """Somebody else enrols under the till's name, and uses the token: the till's own is good no more."""
    device = till.desk.read(lambda connection: connection.scalar(select(Till.device_id)))
    with closing(HubClient(hub.url)) as client:
        client.ask(EnrolRequest(ticket=hub.ticket(STORE), device=device or ""))
        client.ask(PullRequest(cursors={"cfg": 0}, limit=1))


def lock_out(hub: EmbeddedHub, till: ATill) -> None:
    with closing(Hub.open(hub.database)) as opened:
        assert opened.revoke(till.desk.read(lambda connection: connection.scalars(select(Till.device_id)).one()))


def close(till: ATill) -> None:
    till.loop.stop()
    till.desk.close()


def at_hub(folder: Path) -> list[bytes]:
    with closing(sqlite3.connect(folder / "hub.db")) as hub:
        return [body.encode() for (body,) in hub.execute("SELECT body FROM event ORDER BY device, ep, n")]


def noted(desk: Desk) -> list[bytes]:
    return list(desk.read(lambda connection: connection.scalars(select(Outbox.body).order_by(Outbox.n)).all()))


def requiring(hub: EmbeddedHub, release: str) -> None:
    with closing(Hub.open(hub.database)) as opened:
        opened.require(release)


def test_hello_opens_a_connection_and_not_every_round(till: ATill, network: Network) -> None:
    network.suffer(meddle(bytes), on="/v1/hello")
    for _ in range(3):
        assert till.sync().link is Link.ONLINE
    assert network.strikes.qsize() == 0
    network.suffer(cut_before)
    assert till.sync().link is Link.OFFLINE
    cut = network.strikes.qsize()
    network.suffer(meddle(bytes), on="/v1/hello")
    for _ in range(3):
        assert till.sync().link is Link.ONLINE
    assert network.strikes.qsize() == cut + 1


def test_a_till_that_the_hub_knows_no_more_enrols_again_with_a_ticket(
    hub: EmbeddedHub, till: ATill, network: Network
) -> None:
    void_token(till, hub)
    before = memory(till.desk)
    till.desk.do(serve, None).result()
    assert till.sync().waiting == 0
    assert (memory(till.desk)[0], memory(till.desk)[2] != before[2]) == (before[0], True)


def test_without_a_ticket_it_says_so_and_keeps_everything(hub: EmbeddedHub, till: ATill, new_till: NewTill) -> None:
    till.loop.stop()
    till.desk.close()
    lost = new_till("one", ticket=None)
    void_token(lost, hub)
    lost.desk.do(serve, None).result()
    for _ in range(2):
        status = lost.sync()
        assert (status.link, status.problem, status.waiting) == (Link.TROUBLE, "unauthenticated", 1)
    lost.loop.stop()
    lost.desk.close()
    assert new_till("one").sync().waiting == 0


def test_whoever_was_locked_out_comes_back_with_a_new_ticket_and_everything_once(
    hub: EmbeddedHub, till: ATill, new_till: NewTill, tmp_path: Path
) -> None:
    lock_out(hub, till)
    till.desk.do(serve, None).result()
    for _ in range(2):  # the ticket that it began with opens nothing
        status = till.sync()
        assert (status.link, status.problem, status.waiting) == (Link.TROUBLE, "device_revoked", 1)
    close(till)
    status = (back := new_till("one")).sync()
    assert (status.link, status.waiting, status.refused) == (Link.ONLINE, 0, 0)
    assert at_hub(tmp_path) == noted(back.desk)


def test_whoever_was_locked_out_and_has_no_ticket_stays_so(hub: EmbeddedHub, till: ATill, new_till: NewTill) -> None:
    lock_out(hub, till)
    close(till)
    out = new_till("one", ticket=None)
    for _ in range(2):
        status = out.sync()
        assert (status.link, status.problem) == (Link.TROUBLE, "device_revoked")


def test_a_ticket_that_is_used_up_is_tried_once(hub: EmbeddedHub, new_till: NewTill, network: Network) -> None:
    ticket = hub.ticket(STORE)
    till = new_till("one", ticket=ticket)
    till.sync()
    lock_out(hub, till)
    close(till)
    network.suffer(meddle(bytes), on="/v1/enrol")
    out = new_till("one", url=network.url, ticket=ticket)
    out.desk.do(serve, None).result()
    for _ in range(3):
        status = out.sync()
        assert (status.link, status.problem, status.waiting) == (Link.TROUBLE, "ticket_expired", 1)
    assert network.strikes.qsize() == 1


def test_another_hub_may_not_take_a_till_over(
    hub: EmbeddedHub, other_hub: EmbeddedHub, till: ATill, new_till: NewTill, network: Network
) -> None:
    till.loop.stop()
    till.desk.close()
    strayed = new_till("one", url=network.url, ticket=other_hub.ticket(STORE))
    strayed.sync()
    before = memory(strayed.desk)
    network.lead_to(other_hub.url)
    strayed.desk.do(serve, None).result()
    for _ in range(2):
        status = strayed.sync()
        assert (status.link, status.problem, status.waiting) == (Link.TROUBLE, "other_hub", 1)
    assert memory(strayed.desk) == before
    network.lead_to(hub.url)
    status = strayed.sync()
    assert (status.link, status.waiting) == (Link.ONLINE, 0)


def test_one_connection_carries_round_after_round(till: ATill, network: Network) -> None:
    for _ in range(3):
        till.desk.do(serve, None).result()
        assert till.sync().waiting == 0
    assert network.connections == 1


def test_a_greeting_of_another_hub_touches_nothing(till: ATill, network: Network) -> None:
    before = memory(till.desk)
    network.suffer(cut_before)
    till.desk.do(serve, None).result()
    till.sync()
    network.suffer(
        meddle(lambda body: body.replace(str(before[0]).encode(), b"x").replace(b'"epoch":1', b'"epoch":9')),
        on="/v1/hello",
    )
    status = till.sync()
    assert (status.link, status.problem, status.waiting) == (Link.TROUBLE, "other_hub", 1)
    assert memory(till.desk) == before
    network.heal()
    assert till.sync().waiting == 0


def test_a_till_that_is_too_old_still_hands_in_what_waits(hub: EmbeddedHub, till: ATill, network: Network) -> None:
    network.suffer(cut_before)
    till.sync()
    requiring(hub, "999")
    network.heal()  # not before: it tries again at a moment of its own
    till.desk.do(serve, None).result()
    for _ in range(2):
        status = till.sync()
        assert (status.link, status.problem, status.waiting) == (Link.TROUBLE, "client_too_old", 0)
    requiring(hub, "")
    assert till.sync().link is Link.ONLINE


def test_the_release_that_is_told_is_the_one_that_is_shipped() -> None:
    project = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text("utf-8"))["project"]
    assert project["version"] == RELEASE


def test_a_batch_is_cut_by_bytes_and_never_empty() -> None:
    assert cut_batch([b"x" * 10] * 5, 25) == [b"x" * 10] * 2
    assert cut_batch([b"x" * 100], 25) == [b"x" * 100]
    assert cut_batch([], 25) == []
