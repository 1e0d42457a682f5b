"""Who comes with a card that this till does not know is served all the same, and the visit finds its member."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from desktop.data.exchange import Outbox, Wanted
from desktop.data.members import Member
from desktop.data.orders import OrderLine
from desktop.data.visits import Visit
from desktop.rules.member_codes import member_code
from desktop.services.guests import STAY, forget_guests, want_profile
from desktop.services.members import Application, enrol
from desktop.services.visits import finish_visit, serve, serve_code, write_note
from desktop.store import Store
from desktop.views.lookup import MemberSeen, look_up
from desktop.views.phone import wechat_owner
from sync.exchange import Exchange
from sync.failures import HubRefused
from sync.hub.code_orders import change
from sync.hub.documents import Document
from sync.hub.hub import Hub
from sync.hub.tables import lookup
from sync.loads import MemberRequest
from sync.protocol import Message
from sync.service_rows import OrderRow
from tests.clock import SetClock
from tests.sync.hub.builders import Sender, SteadyClock
from tests.sync.near_hub import Carrier, count, rounds

CODE = member_code(bytes(range(10)))


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[Hub]:
    hub = Hub.open(f"sqlite:///{tmp_path}/hub.db", SteadyClock())
    yield hub
    hub.close()


@pytest.fixture
def till(hub: Hub, store: Store) -> Callable[[], None]:
    """Makes a whole round of the till of store west."""
    exchange = Exchange(store, url="near", ticket=hub.issue_ticket("west"))
    carrier = Carrier(hub, store)
    rounds(store, carrier, exchange)
    return lambda: rounds(store, carrier, exchange)


def served(store: Store) -> str | None:
    return store.read(lambda connection: connection.scalar(select(Visit.member_id)))


def states(store: Store) -> set[str]:
    return set(store.read(lambda connection: connection.scalars(select(Outbox.state)).all()))


def test_the_hub_knows_whose_card_it_is(hub: Hub, store: Store, till: Callable[[], None]) -> None:
    east = Sender(hub, "east")
    east.send(east.enrolled("m1", code=CODE, name="林晓月"))
    store.write(serve_code, CODE)
    store.write(write_note, "不刺痛")
    assert served(store) is None
    till()
    assert served(store) == "m1"
    assert states(store) == {"accepted"}


def test_a_visit_waits_for_whoever_has_the_card(hub: Hub, store: Store, till: Callable[[], None]) -> None:
    """The member enrolled at another till that was offline: its events come later."""
    store.write(serve_code, CODE)
    store.write(write_note, "不刺痛")
    store.write(finish_visit)
    till()
    assert states(store) == {"parked"}
    east = Sender(hub, "east")
    east.send(east.enrolled("m1", code=CODE))
    till()
    assert served(store) == "m1"
    assert states(store) == {"accepted"}


def test_a_profile_that_the_hub_stumbles_over_keeps_no_rows_away(
    hub: Hub, store: Store, till: Callable[[], None]
) -> None:
    def stumble(message: Message) -> Message:
        if isinstance(message, MemberRequest):
            raise HubRefused("internal", "")
        return carrier(message)

    carrier, west = Carrier(hub, store), Sender(hub, "west")
    store.write(want_profile, CODE)
    west.send(west.enrolled("m1"))
    rounds(store, stumble)
    assert count(store, Member) == 1
    assert count(store, Wanted) == 1


def test_a_card_that_nobody_has_is_refused_after_a_day(hub: Hub, store: Store, till: Callable[[], None]) -> None:
    store.write(serve_code, CODE)
    till()
    hub.clock.forward(hours=25)
    hub.settle()
    till()
    assert states(store) == {"rejected"}


def test_a_card_that_was_refused_finds_nobody_later(hub: Hub, store: Store, till: Callable[[], None]) -> None:
    store.write(serve, None)
    till()
    store.write(serve_code, CODE)
    till()
    hub.clock.forward(hours=25)
    hub.settle()
    till()
    assert states(store) == {"accepted", "rejected"}
    east = Sender(hub, "east")
    east.send(east.enrolled("m1", code=CODE))
    till()
    assert store.read(look_up, CODE) == MemberSeen("m1")
    assert served(store) is None


def test_who_is_enrolled_with_the_card_has_the_visit(hub: Hub, store: Store, till: Callable[[], None]) -> None:
    visit_id = store.write(serve_code, CODE)
    new = store.write(enrol, Application(phone="13916882045", name="许女士", consents=("service",), code=CODE))
    assert new.visit_id == visit_id
    assert served(store) == new.member_id
    till()
    assert states(store) == {"accepted"}
    assert served(store) == new.member_id


def test_whoever_was_served_without_a_name_has_a_card(store: Store, till: Callable[[], None]) -> None:
    visit_id = store.write(serve, None)
    assert store.write(serve_code, CODE) == visit_id
    assert store.write(serve_code, CODE) == visit_id


def test_a_member_of_another_store_is_known_whole_when_served(hub: Hub, store: Store, till: Callable[[], None]) -> None:
    east = Sender(hub, "east")
    east.send(
        east.enrolled("m1", code=CODE, name="林晓月", birthday="03-08"),
        east.did("VisitOpened", visit_id="v1", member_id="m1"),
        east.did("PreferenceNoted", preference_id="p1", member_id="m1", visit_id="v1", facet="skin", value="干性"),
    )
    till()
    assert store.read(look_up, CODE) == MemberSeen("m1")
    assert count(store, Member, Member.full) == 0
    store.write(serve, "m1")
    till()
    assert count(store, Member, Member.full, Member.birthday == "03-08") == 1
    assert count(store, Visit) == 2
    assert count(store, Wanted) == 0
    with hub.database.read() as connection:
        told = connection.execute(select(lookup.c.member_id, lookup.c.store_id)).all()
    assert [tuple(row) for row in told] == [("m1", "west")]


def test_a_guest_is_forgotten_after_a_month(hub: Hub, store: Store) -> None:
    east = Sender(hub, "east")
    east.send(
        east.enrolled("m1", code=CODE, name="林晓月", birthday="03-08", phone="+8613800132045", wechat="xiaoyue"),
        east.did("VisitOpened", visit_id="v1", member_id="m1"),
    )
    told = {"number": "T1", "channel": "天猫", "title": "香水", "currency": "CNY"}
    order = OrderRow(member_id="m1", at=store.clock.now(), quantity=1, amount=1, **told)
    change(hub, lambda documents: documents.put(Document("o1", order, member_id="m1")))
    carrier, exchange = Carrier(hub, store), Exchange(store, url="near", ticket=hub.issue_ticket("west"))
    rounds(store, carrier, exchange)
    store.write(want_profile, "m1")
    rounds(store, carrier, exchange)
    assert (count(store, Visit), count(store, OrderLine), store.read(wechat_owner, "xiaoyue")) == (1, 1, "m1")
    assert store.write(forget_guests) == 0
    assert isinstance(store.clock, SetClock)
    store.clock.forward(days=STAY.days + 1)
    assert store.write(forget_guests) == 1
    assert (count(store, Visit), count(store, OrderLine), store.read(wechat_owner, "xiaoyue")) == (0, 0, None)
    assert count(store, Member, Member.full.is_(False), Member.birthday.is_(None), Member.phone.is_(None)) == 1
    assert store.read(look_up, CODE) == MemberSeen("m1")
