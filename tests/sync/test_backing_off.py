"""What a till tries again only later, and what with less."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace

from desktop.services.visits import serve, write_note
from desktop.store import Store
from desktop.work import Work
from sync.exchange import Exchange, converse
from sync.failures import HubRefused, HubUnreachable
from sync.hub.hub import Hub
from sync.protocol import Message, PullReply, PushRequest
from tests.sync.hub.builders import SteadyClock
from tests.sync.near_hub import Carrier, rounds


@pytest.fixture
def carrier(tmp_path: Path, store: Store) -> Iterator[Carrier]:
    hub = Hub.open(f"sqlite:///{tmp_path}/hub.db", SteadyClock())
    yield Carrier(hub, store)
    hub.close()


@pytest.fixture
def exchange(carrier: Carrier, store: Store) -> Exchange:
    """Of a till that has met its hub."""
    exchange = Exchange(store, url="near", ticket=carrier.hub.issue_ticket("west"))
    rounds(store, carrier, exchange)
    return exchange


def write_much(work: Work) -> None:
    serve(work, None)
    for number in range(600):
        write_note(work, str(number))


def test_a_page_that_leads_no_further_ends_the_round(carrier: Carrier, exchange: Exchange) -> None:
    """Else the till would ask for it again at once, for as long as the hub goes on so."""

    def standing(message: Message) -> Message:
        reply = carrier(message)
        if isinstance(reply, PullReply):
            pages = [replace(page, to=page.from_, rows=[], compacted=0, more=True) for page in reply.pages]
            return replace(reply, pages=pages)
        return reply

    with pytest.raises(HubUnreachable, match="no further"):
        converse(exchange.round(), standing)
    assert converse(exchange.round(), carrier) > 0


@pytest.mark.usefixtures("exchange")
@pytest.mark.parametrize(("code", "sent"), [("too_large", 250), ("rate_limited", 500), ("busy", 500)])
def test_less_is_sent_only_where_it_was_too_much(carrier: Carrier, store: Store, code: str, sent: int) -> None:
    pushed: list[int] = []

    def refusing(message: Message) -> Message:
        if isinstance(message, PushRequest):
            pushed.append(len(message.events))
            raise HubRefused(code, "")
        return carrier(message)

    fresh = Exchange(store)  # as after a start: how much goes at once is as it is at first
    store.write(write_much)
    for _ in range(2):
        with pytest.raises(HubRefused, match=code):
            converse(fresh.round(), refusing)
    assert pushed == [500, sent]
