"""Opening and closing the hub."""

import pytest
from sqlalchemy import update

from sync.hub.hub import Hub
from sync.hub.problems import HubError
from sync.hub.tables import SCHEMA, meta
from tests.sync.hub.builders import START, Sender, SteadyClock


def test_a_hub_opened_again_is_the_same(hub: Hub, hub_url: str, till: Sender) -> None:
    till.send(till.enrolled("m1"))
    rows = till.own()
    again = Hub.open(hub_url, hub.clock)
    assert (again.id, again.epoch) == (hub.id, hub.epoch)
    again.close()
    assert till.own() == rows


def test_data_of_a_newer_hub_is_left_alone(hub: Hub, hub_url: str) -> None:
    with hub.database.write() as connection:
        connection.execute(update(meta).values(schema=SCHEMA + 1))
    with pytest.raises(HubError, match="newer hub"):
        Hub.open(hub_url)


def test_a_hub_may_be_closed_twice(hub: Hub) -> None:
    hub.close()
    hub.close()


def test_how_far_it_came_is_noted_though_its_clock_was_years_ahead(
    hub: Hub, till: Sender, hub_clock: SteadyClock
) -> None:
    hub_clock.forward(hours=3 * 365 * 24)
    hub.settle()
    before = hub.ledger.mark
    hub_clock.now = START
    till.send(till.enrolled("m1"))
    hub.settle()
    assert hub.ledger.mark != before
