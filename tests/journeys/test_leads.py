"""The journeys of people who may become members, on two real tills and a live hub."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from pytest_bdd import given, parsers, scenarios, then, when
from sqlalchemy import Connection, inspect, text

from desktop.errors import NotNow
from desktop.services.leads import NewLead, follow_up, forget_lead, note_lead
from desktop.views.leads import LeadView, leads_of, open_leads
from desktop.views.recruits import find_recruits
from sync.hub.embedded import EmbeddedHub
from tests.journeys.headquarters import Headquarters
from tests.journeys.shop import Shop

scenarios("leads.feature")

STORE = "上海南京西路店"


def lead(the_shop: Shop, name: str, till: str) -> LeadView:
    return next(each for each in the_shop.tills[till].desk.read(open_leads) if each.name == name)


def everything(connection: Connection) -> str:
    tables = inspect(connection).get_table_names()
    return "".join(str(connection.execute(text(f"SELECT * FROM {table}")).all()) for table in tables)


@given(parsers.parse("the partner {partner} sends {name} with the phone {phone}, who may be called"))
def partner_sends(hub: EmbeddedHub, tmp_path: Path, partner: str, name: str, phone: str) -> None:
    told = {"phone": phone, "name": name, "partner": partner, "store": STORE, "consent": "yes"}
    Headquarters(hub, tmp_path).imports("leads", **told)


@given(parsers.parse("{name} leaves the WeChat id {wechat} at the first till and does not want to be called"))
def leaves_wechat(the_shop: Shop, name: str, wechat: str) -> None:
    the_shop.desk.do(note_lead, NewLead(name=name, wechat=wechat, interest="防晒")).result()


@when(parsers.parse("{name} is invited for Saturday at the first till"))
def is_invited(the_shop: Shop, name: str) -> None:
    told = lead(the_shop, name, "first")
    the_shop.desk.do(follow_up, told.id, "invited", due=date.today() + timedelta(5), note="周六来").result()


@when(parsers.parse("{name} wants to be forgotten at the second till"))
def wants_to_be_forgotten(the_shop: Shop, name: str) -> None:
    the_shop.tills["second"].desk.do(forget_lead, lead(the_shop, name, "second").id).result()


@then(parsers.parse("neither till has {name} on its list of leads"))
def on_no_list(the_shop: Shop, name: str) -> None:
    for till in the_shop.tills.values():
        assert [each for each in till.desk.read(open_leads) if each.name == name] == []


@then(parsers.parse("both tills say that {name} became {member}"))
def became(the_shop: Shop, name: str, member: str) -> None:
    for till in the_shop.tills:
        profile = the_shop.profile(member, till)
        told = the_shop.tills[till].desk.read(leads_of, profile.member_id)
        assert [(each.name, each.state) for each in told] == [(name, "joined")]
        assert profile.channel == "partner"


@then(parsers.parse("{partner} has won one member"))
def has_won(the_shop: Shop, partner: str) -> None:
    for till in the_shop.tills.values():
        assert [each.won for each in till.desk.read(find_recruits) if each.label == partner] == [1]


@then(parsers.parse("{name} is on the list of the second till without a day"))
def waits_for_her(the_shop: Shop, name: str) -> None:
    assert lead(the_shop, name, "second").due is None


@then(parsers.parse("the second guide cannot invite {name}"))
def cannot_invite(the_shop: Shop, name: str) -> None:
    with pytest.raises(NotNow, match="lead_no_consent"):
        the_shop.tills["second"].desk.do(follow_up, lead(the_shop, name, "second").id, "invited").result()


@then(parsers.parse("{words} is nowhere on either till"))
def nowhere(the_shop: Shop, words: str) -> None:
    for till in the_shop.tills.values():
        assert words not in till.desk.read(everything)
