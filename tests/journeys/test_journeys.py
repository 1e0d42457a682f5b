"""The journeys of the counter and the network, step by step, on real tills and a live hub."""

from pytest_bdd import parsers, scenarios, then
from sqlalchemy import Connection, inspect, text

from desktop.views.till import find_backlog
from desktop.views.visit import find_running_visit, parked_visits, visits_of
from tests.journeys.shop import Shop

scenarios("scan_a_member.feature", "enrol_offline.feature", "offline_day.feature", "two_tills_one_phone.feature")


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
