"""How headquarters sees its tills, and which of them have forgotten whom."""

from collections.abc import Callable

import pytest

from sync.hub.hub import Hub
from sync.hub.tills import TillLine, erasure_of, find_person, list_tills
from sync.protocol import EnrolRequest, HelloRequest
from tests.sync.hub.builders import START, Sender, SteadyClock
from tests.sync.hub.rights import asked, earned, lease, returned

ATill = Callable[..., Sender]


def lines(hub: Hub) -> dict[str, TillLine]:
    with hub.database.read() as connection:
        return {line.id: line for line in list_tills(connection)}


def test_a_push_tells_what_waits_and_how_far_the_clock_is_off(hub: Hub, till: Sender, hub_clock: SteadyClock) -> None:
    hub_clock.forward(minutes=5)
    till.send(till.enrolled("m1"), waiting=7, oldest=START - 60_000, wall_now=hub_clock.now + 90_000)
    line = lines(hub)[till.id]
    assert (line.waiting, line.skew_ms, line.contact.timestamp()) == (7, 90_000, hub_clock.now / 1000)
    assert line.oldest is not None
    assert line.oldest.timestamp() == (START - 60_000) / 1000


def test_when_nothing_waits_nothing_is_old(hub: Hub, till: Sender) -> None:
    till.send(waiting=3, oldest=START)
    till.send(waiting=0)
    assert (lines(hub)[till.id].waiting, lines(hub)[till.id].oldest) == (0, None)


def test_a_hello_tells_the_release(hub: Hub, till: Sender) -> None:
    hub.hello(till.till, HelloRequest(nonce="n1", device=till.id, app="1.2", proto=(1, 1), wall_now=START, ep=1), START)
    assert lines(hub)[till.id].app == "1.2"


def test_a_locked_out_till_is_told_apart(hub: Hub, a_till: ATill) -> None:
    west, east = a_till("west"), a_till("east")
    hub.revoke(east.id)
    assert {line.store: line.revoked for line in lines(hub).values()} == {"west": False, "east": True}
    assert lines(hub).keys() == {west.id, east.id}


def test_what_is_given_back_goes_to_no_till_that_is_locked_out(hub: Hub, a_till: ATill) -> None:
    home, stolen = a_till("west"), a_till("east")
    home.send(home.enrolled("m1"), earned(home, "e1", 100))
    stolen.send(asked(stolen, "points", "m1", 50))
    hub.revoke(stolen.id)
    home.send(returned(home, "points", "m1"))
    held = lease(stolen, "points", "m1")
    assert held is not None
    assert held.amount == 0


def test_a_till_that_was_moved_is_lent_what_is_given_back(a_till: ATill) -> None:
    home, moved = a_till("west"), a_till("east")
    home.send(home.enrolled("m1"), earned(home, "e1", 100))
    moved.send(asked(moved, "points", "m1", 50))
    moved.move("north")
    moved.send(asked(moved, "points", "m1", 50))
    home.send(returned(home, "points", "m1"))
    held = lease(moved, "points", "m1")
    assert held is not None
    assert held.amount == 50


def test_every_till_that_was_there_confirms_an_erasure(hub: Hub, a_till: ATill, hub_clock: SteadyClock) -> None:
    west, east, gone = a_till("west"), a_till("east"), a_till("gone")
    west.send(west.enrolled("m1"))
    hub.revoke(gone.id)
    hub_clock.forward(minutes=1)
    west.send(west.did("ErasureRequested", member_id="m1"), west.did("ErasureCarriedOut", member_id="m1"))
    hub_clock.forward(minutes=1)
    late = a_till("late")
    with hub.database.read() as connection:
        told = erasure_of(connection, "m1")
    assert (told.confirmed, told.missing, told.unreachable) == (["till (west)"], ["till (east)"], ["till (gone)"])
    unconfirmed = {line.id: line.unconfirmed for line in lines(hub).values()}
    assert unconfirmed == {west.id: [], east.id: ["m1"], gone.id: ["m1"], late.id: []}
    east.send(east.did("ErasureCarriedOut", member_id="m1"))
    assert lines(hub)[east.id].unconfirmed == []


def test_a_till_that_enrols_again_may_still_hold_the_member(hub: Hub, till: Sender, hub_clock: SteadyClock) -> None:
    till.send(till.enrolled("m1"), till.did("ErasureRequested", member_id="m1"))
    hub_clock.forward(minutes=1)
    hub.enrol(EnrolRequest(ticket=hub.issue_ticket("west"), device=till.id))
    assert lines(hub)[till.id].unconfirmed == ["m1"]


def test_a_member_is_found_by_id_and_by_code_and_when_erased_by_id(hub: Hub, till: Sender) -> None:
    till.send(till.enrolled("m1", code="SGM1"))
    for told in ("m1", "SGM1"):
        with hub.database.read() as connection:
            assert find_person(connection, told) == "m1"
    hub.erase("m1")
    with hub.database.read() as connection:
        assert (find_person(connection, "m1"), find_person(connection, "SGM1")) == ("m1", None)


@pytest.mark.parametrize("told", [{"oldest": 2**53}, {"oldest": -(2**53)}, {"oldest": START, "waiting": -5}])
def test_a_till_with_mad_numbers_does_not_spoil_the_list(hub: Hub, till: Sender, told: dict[str, int]) -> None:
    till.send(**{"waiting": 3, **told})
    line = lines(hub)[till.id]
    assert line.waiting in (0, 3)
    assert line.oldest is None or 0 <= line.oldest.timestamp() <= START / 1000
