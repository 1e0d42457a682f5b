"""The journeys, step by step, on real tills and a live hub."""

import signal
from dataclasses import dataclass, field
from datetime import date

import pytest
from pytest_bdd import given, parsers, scenarios, then, when
from sqlalchemy import Connection, inspect, text

import resources
from desktop.desk import Desk
from desktop.errors import TillError
from desktop.services.members import Application, enrol
from desktop.services.preferences import note_preference
from desktop.services.undo import undo
from desktop.services.visits import add_line, change_line, finish_visit, serve
from desktop.views.lookup import MemberSeen, PaymentSeen, ProductSeen, look_up
from desktop.views.profile import Profile, find_profile
from desktop.views.till import find_backlog
from desktop.views.visit import find_running_visit, parked_visits, visits_of
from sync.hub.embedded import EmbeddedHub
from sync.loop import SyncLoop
from sync.till import open_till
from tests.tills import ATill, NewTill

scenarios(".")


@dataclass
class Shop:
    """What a scenario has at hand: tills by name, cards by name, and the sentence the guide read last."""

    tills: dict[str, ATill] = field(default_factory=dict)
    cards: dict[str, str] = field(default_factory=dict)
    read: str = ""
    trouble: TillError | None = None

    @property
    def desk(self) -> Desk:
        return self.tills["first"].desk

    def profile(self, name: str, till: str = "first") -> Profile:
        seen = self.tills[till].desk.read(look_up, self.cards[name])
        assert isinstance(seen, MemberSeen)
        profile = self.tills[till].desk.read(find_profile, seen.member_id, date.today())
        assert profile is not None
        return profile

    def enrol(self, desk: Desk, name: str, phone: str, *consents: str) -> None:
        try:
            new = desk.do(enrol, Application(phone=phone, name=name, consents=consents)).result()
        except TillError as error:
            self.trouble, self.read = error, resources.Words("zh")(f"error.{error.code}", **error.facts)
        else:
            self.cards[name] = new.code


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


@when("the hub is killed")
def hub_killed(hub: EmbeddedHub) -> None:
    hub.stop(signal.SIGKILL)


@when("both tills have exchanged with the hub")
def exchange(the_shop: Shop) -> None:
    for name in ("first", "second", "first"):
        the_shop.tills[name].sync()


@then(parsers.parse("the till shows {name} with {phone}"))
def shows(the_shop: Shop, name: str, phone: str) -> None:
    profile = the_shop.profile(name)
    assert (profile.name, profile.phone) == (name, phone)


@then(parsers.parse("a visit of {name} is running"))
def is_running(the_shop: Shop, name: str) -> None:
    visit = the_shop.desk.read(find_running_visit)
    assert visit is not None
    assert visit.member_name == name


@then(parsers.parse("the visit of {name} is parked"))
def is_parked(the_shop: Shop, name: str) -> None:
    assert [visit.member_name for visit in the_shop.desk.read(parked_visits)] == [name]


@then(parsers.parse("the profile of {name} shows {count:d} visit with “{product}” {action}"))
def shows_visit(the_shop: Shop, name: str, count: int, product: str, action: str) -> None:
    _shows(the_shop, "first", name, count, product, action)


@then(parsers.parse("the second till shows {count:d} visit of {name} with “{product}” {action}"))
def second_shows_visit(the_shop: Shop, name: str, count: int, product: str, action: str) -> None:
    _shows(the_shop, "second", name, count, product, action)


@then(parsers.parse("{value} is among her preferences"))
def among_preferences(the_shop: Shop, value: str) -> None:
    assert value in [preference.value for preference in the_shop.profile("陈思雨").preferences]


@then(parsers.parse("the guide reads {sentence}"))
def reads(the_shop: Shop, sentence: str) -> None:
    if sentence.startswith("that "):
        assert f"that {the_shop.desk.read(find_backlog).waiting} events wait" == sentence
    else:
        assert the_shop.read == sentence


@then("the digits are nowhere on the till")
def nowhere(the_shop: Shop) -> None:
    everything = the_shop.desk.read(_dump)
    assert "SGM1" not in everything
    assert "舒缓修护精华" in everything
    assert "134567890123456789" not in everything


@then("the product is only seen")
def only_seen(the_shop: Shop) -> None:
    visit = the_shop.desk.read(find_running_visit)
    assert visit is not None
    assert [line.action for line in visit.lines] == ["seen"]


@then("her card is known at this till")
def card_known(the_shop: Shop) -> None:
    assert the_shop.profile("许女士").name == "许女士"


@then("nothing waits")
def nothing_waits(the_shop: Shop) -> None:
    backlog = the_shop.desk.read(find_backlog)
    assert (backlog.waiting, backlog.refused) == (0, 0)


@then(parsers.parse("the guide is led to the card of {name}"))
def led_to(the_shop: Shop, name: str) -> None:
    assert the_shop.trouble is not None
    assert the_shop.trouble.facts["member_code"] == the_shop.cards[name]


@then("both cards lead to one member at both tills")
def one_member(the_shop: Shop) -> None:
    ids = {the_shop.profile(name, till).member_id for name in ("许女士", "许文") for till in ("first", "second")}
    assert len(ids) == 1


@then("she has 2 visits at both tills")
def two_visits(the_shop: Shop) -> None:
    assert {the_shop.profile("许女士", till).visits for till in ("first", "second")} == {2}


def _dump(connection: Connection) -> str:
    tables = inspect(connection).get_table_names()
    return "".join(str(connection.execute(text(f"SELECT * FROM {table}")).all()) for table in tables)


def _shows(the_shop: Shop, till: str, name: str, count: int, product: str, action: str) -> None:
    profile = the_shop.profile(name, till)
    found = the_shop.tills[till].desk.read(visits_of, profile.member_id)
    told = [(line.name, line.action) for visit in found for line in visit.lines]
    assert (profile.visits, told) == (count + _enrolment_visits(the_shop, name, till), [(product, action)])


def _enrolment_visits(the_shop: Shop, name: str, till: str) -> int:
    """Members of the background were served once already, when they were enrolled."""
    profile = the_shop.profile(name, till)
    found = the_shop.tills[till].desk.read(visits_of, profile.member_id)
    return len([visit for visit in found if not visit.lines])
