"""A till that is told to come back later does, by itself, and keeps everything until then."""

from collections.abc import Callable, Iterator
from contextlib import closing
from queue import Queue

import pytest
from limits import RateLimitItemPerSecond

from desktop.services.visits import serve, write_note
from desktop.status import HubStatus, Link
from sync.hub.app import make_app
from sync.hub.embedded import EmbeddedHub
from sync.hub.hub import Hub
from sync.hub.pace import PACES, Pace
from tests.sync.hub.served import served
from tests.tills import NewTill

_OFTEN = 50


@pytest.fixture
def strict(hub: EmbeddedHub) -> Iterator[str]:
    """The address of the same hub, but for one push in two seconds only."""
    hub.stop()
    pace = Pace({**PACES, "push": RateLimitItemPerSecond(1, 2)})
    with closing(Hub.open(hub.database)) as opened, served(make_app(opened, pace)) as url:
        yield url


def until(told: "Queue[HubStatus]", wanted: Callable[[HubStatus], bool]) -> HubStatus:
    """The first status that is as wanted."""
    while not wanted(status := told.get(timeout=20)):
        pass
    return status


def test_a_till_that_asked_too_often_comes_back_when_it_may(strict: str, new_till: NewTill) -> None:
    told: Queue[HubStatus] = Queue()
    till = new_till("one", url=strict, on_status=told.put)
    assert till.sync().link is Link.ONLINE
    till.desk.do(serve, None).result()
    for _ in range(_OFTEN):  # on a loaded machine two deeds may be two seconds apart
        if till.sync().problem == "rate_limited":
            break
        till.desk.do(write_note, "要小样").result()
    refused = until(told, lambda status: status.problem == "rate_limited")
    assert (refused.link, refused.waiting > 0) == (Link.TROUBLE, True)
    again = until(told, lambda status: status.link is Link.ONLINE)
    assert (again.problem, again.waiting) == (None, 0)
