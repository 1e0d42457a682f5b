"""A till that comes with a ticket of another store: a real till, a real hub."""

import pytest
from sqlalchemy import select

from desktop.data.exchange import Till
from desktop.services.visits import serve
from sync.exchange import Exchange, converse
from sync.failures import HubRefused
from sync.protocol import EnrolRequest
from tests.sync.hub.rights import Office
from tests.sync.quiet import NewTill, QuietTill


def stands_in(till: QuietTill) -> str:
    store: str = till.read(lambda connection: connection.scalars(select(Till.store_id)).one())
    return store


def test_a_till_that_the_hub_knows_no_more_waits_for_the_operators_word_and_loses_nothing(
    office: Office, quiet_till: NewTill
) -> None:
    till, hub = quiet_till("one"), office.hub
    again = hub.enrol(EnrolRequest(ticket=hub.issue_ticket("west"), device=till.device))
    hub.authenticate(again.token)  # the till's own token is good no more
    till.do(serve, None)
    exchange = Exchange(till.store, url="quiet", ticket=hub.issue_ticket("east"))
    for _ in range(2):
        with pytest.raises(HubRefused) as refused:
            converse(exchange.round(), till.carrier)
        assert refused.value.code == "ticket_elsewhere"
    assert stands_in(till) == "west"
    hub.revoke(till.device)
    converse(exchange.round(), till.carrier)
    assert stands_in(till) == "east"
    with hub.database.read() as connection:
        told = connection.exec_driver_sql("SELECT kind, verdict FROM event").all()
    assert [tuple(row) for row in told] == [("VisitOpened", "accepted")]
