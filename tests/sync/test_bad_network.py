"""Whatever the network does, nothing is lost and nothing happens twice."""

from collections.abc import Callable

import pytest
import requests

from desktop.services.members import Application, enrol
from desktop.services.visits import add_line, finish_visit
from desktop.status import Link
from desktop.views.visit import visits_of
from sync.client import HubClient
from sync.exchange import cut_batch
from sync.loop import next_delay
from tests.faults import FlakyAdapter
from tests.tills import NewTill

SERUM = "06901230010019"


def through(adapter: FlakyAdapter) -> Callable[[str, str | None], HubClient]:
    """Connects tills by way of the adapter."""

    def connect(url: str, token: str | None) -> HubClient:
        session = requests.Session()
        session.mount("http://", adapter)
        return HubClient(url, token, session=session)

    return connect


@pytest.mark.parametrize(
    "fault", ["lose_request", "lose_reply", "repeat", "portal", "bad_gateway", "half_reply", "empty_json"]
)
def test_a_fault_is_harmless(new_till: NewTill, fault: str) -> None:
    network = FlakyAdapter()
    one, two = new_till("one", connect=through(network)), new_till("two")
    one.sync()
    new = one.desk.do(enrol, Application(phone="13916882045", consents=("service",))).result()
    one.desk.do(add_line, SERUM).result()
    one.desk.do(finish_visit).result()
    network.plan = [fault] * 2
    while (status := one.sync()).waiting or status.link is not Link.ONLINE:
        pass
    assert status.refused == 0
    two.sync()
    (visit,) = two.desk.read(visits_of, new.member_id)
    assert (visit.state, len(visit.lines)) == ("finished", 1)
    (own,) = one.desk.read(visits_of, new.member_id)
    assert [line.id for line in own.lines] == [line.id for line in visit.lines]


@pytest.mark.parametrize("fault", ["portal", "bad_gateway", "half_reply", "empty_json", "lose_reply"])
def test_only_a_verdict_clears_an_event(new_till: NewTill, fault: str) -> None:
    network = FlakyAdapter()
    one = new_till("one", connect=through(network))
    one.sync()
    network.plan = [fault] * 100
    one.desk.do(add_line, SERUM).result()
    status = one.sync()
    assert (status.link, status.waiting) == (Link.OFFLINE, 2)


def test_delays_grow_with_full_jitter_and_stay_under_five_minutes() -> None:
    assert [next_delay(failures, 1.0) for failures in (1, 2, 3, 9)] == [4.0, 8.0, 16.0, 300.0]
    assert next_delay(9, 0.0) == 0.0


def test_a_batch_is_cut_by_bytes_and_never_empty() -> None:
    assert cut_batch([b"x" * 10] * 5, 25) == [b"x" * 10] * 2
    assert cut_batch([b"x" * 100], 25) == [b"x" * 100]
    assert cut_batch([], 25) == []
