"""The steps that journeys of every kind are told in: tills, the network, the counter."""

import signal

import pytest
from pytest_bdd import given, parsers, then, when

import resources
from desktop.services.preferences import note_preference
from desktop.services.undo import undo
from desktop.services.visits import add_line, change_line, finish_visit, serve
from desktop.views.lookup import PaymentSeen, ProductSeen, look_up
from desktop.views.till import find_backlog
from sync.hub.embedded import EmbeddedHub
from sync.loop import SyncLoop
from sync.till import open_till
from tests.journeys.shop import Shop
from tests.tills import NewTill


@pytest.fixture
def the_shop() -> Shop:
    return Shop()


@given("a till in 上海南京西路店")
def a_till(the_shop: Shop, new_till: NewTill) -> None:
    the_shop.tills["first"] = new_till("first")
    the_shop.tills["first"].sync()


@given("a second till in 上海南京西路店")
def a_second_till(the_shop: Shop, new_till: NewTill) -> None:
    the_shop.tills["second"] = new_till("second")
    the_shop.tills["second"].sync()


@given("the network is down")
def network_down(hub: EmbeddedHub) -> None:
    hub.stop()


@given(parsers.parse("{name} is a member with the phone {phone}"))
def a_member(the_shop: Shop, name: str, phone: str) -> None:
    the_shop.enrol(the_shop.desk, name, phone, "service")
    the_shop.desk.do(finish_visit).result()


@when(parsers.parse("the guide scans the card of {name}"))
def scan_card(the_shop: Shop, name: str) -> None:
    the_shop.desk.do(serve, the_shop.profile(name).member_id).result()


@when(parsers.parse("the guide scans the product {gtin} and marks it {action}"))
def scan_product(the_shop: Shop, gtin: str, action: str) -> None:
    seen = the_shop.desk.read(look_up, gtin)
    assert isinstance(seen, ProductSeen)
    line_id = the_shop.desk.do(add_line, seen.product.gtin).result()
    the_shop.desk.do(change_line, line_id, action).result()


@when(parsers.re(r"the guide scans (?P<digits>\d+)"))
def scan_text(the_shop: Shop, digits: str) -> None:
    assert isinstance(the_shop.desk.read(look_up, digits), PaymentSeen)
    the_shop.read = resources.Words("zh")("error.payment_code")


@when(parsers.parse("the guide notes that she has {value}"))
def note(the_shop: Shop, value: str) -> None:
    the_shop.desk.do(note_preference, "skin", value).result()


@when("the guide finishes the visit")
def finish(the_shop: Shop) -> None:
    the_shop.desk.do(finish_visit).result()


@when("the guide presses undo")
def press_undo(the_shop: Shop) -> None:
    the_shop.desk.do(undo).result()


@when(parsers.parse("the guide enrols {name} with the phone {phone} who agrees to {purpose}"))
def enrol_somebody(the_shop: Shop, name: str, phone: str, purpose: str) -> None:
    the_shop.enrol(the_shop.desk, name, phone, *(() if purpose == "nothing" else (purpose,)))


@when(parsers.parse("the second guide enrols {name} with the phone {phone}"))
def enrol_elsewhere(the_shop: Shop, name: str, phone: str) -> None:
    the_shop.enrol(the_shop.tills["second"].desk, name, phone, "service")


@when("the till is switched off and on")
def restart(the_shop: Shop) -> None:
    old = the_shop.tills["first"]
    old.loop.stop()
    old.desk.close()
    desk = open_till(old.desk.home)
    old.desk, old.loop = desk, SyncLoop(desk)
    old.loop.start()


@when("the network is back")
def network_back(hub: EmbeddedHub) -> None:
    hub.start()


@when("the network is back, at the first till before the second")
def network_back_in_turn(the_shop: Shop, hub: EmbeddedHub) -> None:
    second = the_shop.tills["second"]
    second.loop.stop()
    hub.start()
    the_shop.tills["first"].sync()
    second.loop = SyncLoop(second.desk)
    second.loop.start()


@when("the hub is killed")
def hub_killed(hub: EmbeddedHub) -> None:
    hub.stop(signal.SIGKILL)


@given("both tills have exchanged with the hub")
@when("both tills have exchanged with the hub")
def exchange(the_shop: Shop) -> None:
    the_shop.exchange()


@then("nothing waits")
def nothing_waits(the_shop: Shop) -> None:
    backlog = the_shop.desk.read(find_backlog)
    assert (backlog.waiting, backlog.refused) == (0, 0)
