"""The journeys of a member's coupons, consents, hours and guides, on two real tills and a live hub."""

from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest
from pytest_bdd import given, parsers, scenarios, then, when
from sqlalchemy import select

import resources
from desktop.care_round import CareRound
from desktop.desk import Desk
from desktop.errors import NotNow
from desktop.services.appointments import book, move
from desktop.services.consents import give_consents, withdraw_consent
from desktop.services.coupons import redeem_coupon
from desktop.services.guides import sign_on
from desktop.services.members import ask_to_forget
from desktop.services.ownership import claim, hand_over
from desktop.services.points import earn_points
from desktop.services.rewards import use_points
from desktop.services.samples import hand_out
from desktop.services.tasks import finish_task
from desktop.services.visits import add_line, finish_visit, serve, write_note
from desktop.views.appointments import appointments_of
from desktop.views.coupons import find_offers
from desktop.views.lookup import MemberSeen, SampleSeen, look_up
from desktop.views.member_page import consents_of, find_page, likings_of, lost_claim, turned_down
from desktop.views.search import find_members, find_served
from desktop.views.tasks import open_tasks, tasks_of
from desktop.views.till import find_guides, list_waiting
from desktop.views.timeline import timeline
from desktop.views.visit import visits_of
from desktop.views.worth import CouponView, find_worth
from sync.hub.archive import read_document
from sync.hub.embedded import EmbeddedHub
from sync.hub.tables import document
from sync.hub.tills import erasure_of
from tests.journeys.headquarters import Headquarters
from tests.journeys.shop import Shop
from tests.sim.invariants import broken_rights

scenarios("membership")

_PHONE = "13812346021"
_COUPON, _SERUM = "c1", "06901230010019"


def at_tomorrow(clock: str) -> datetime:
    """Of this machine's, which is the store's."""
    return datetime.combine(date.today() + timedelta(days=1), time.fromisoformat(clock)).astimezone()


def coupon_of(the_shop: Shop, name: str, till: str) -> CouponView:
    (coupon,) = the_shop.tills[till].desk.read(find_worth, the_shop.member(name)).coupons
    return coupon


def to_do(the_shop: Shop, name: str, till: str) -> list[str]:
    tasks = the_shop.tills[till].desk.read(open_tasks, date.today())
    return [task.id for task in tasks if task.member_id == the_shop.member(name)]


def guide_named(desk: Desk, name: str) -> str:
    return next(guide.id for guide in desk.read(find_guides) if guide.name == name)


# What headquarters does


@pytest.fixture
def headquarters(hub: EmbeddedHub, tmp_path: Path) -> Headquarters:
    return Headquarters(hub, tmp_path)


@given(parsers.parse("headquarters gives {name} a coupon {title}"))
def gives_a_coupon(the_shop: Shop, headquarters: Headquarters, name: str, title: str) -> None:
    the_shop.exchange()
    told = {"campaign": "双十一", "title": title, "amount": "20", "valid_until": f"{date.today().year + 1}-06-30"}
    headquarters.imports("coupons", id=_COUPON, member=the_shop.cards[name], **told)


@given(parsers.parse("headquarters runs the campaign {name} which takes {off} off and asks about a second use"))
def runs_a_campaign(headquarters: Headquarters, name: str, off: str) -> None:
    headquarters.imports("campaigns", name=name, title=f"减 {off}", kind="amount", off=off, policy="ask")


@given(parsers.parse("headquarters has {pieces:d} samples {title} with the code {gtin}"))
def has_samples(headquarters: Headquarters, pieces: int, title: str, gtin: str) -> None:
    headquarters.imports("quotas", title=title, total=str(pieces), gtin=gtin)


@given(parsers.parse("{name} of 杭州湖滨店 has been served at both tills"))
def served_at_both(the_shop: Shop, headquarters: Headquarters, name: str) -> None:
    the_shop.cards[name] = "SGM13P15NVGC7D8W6W6WQQ"
    headquarters.imports("members", code=the_shop.cards[name], phone=_PHONE, name=name, store="杭州湖滨店")
    the_shop.exchange()
    for till in the_shop.tills.values():
        till.desk.do(serve, the_shop.member(name)).result()
        till.desk.do(finish_visit).result()
    the_shop.exchange()


# Who is a member


@given(parsers.parse("{name} is a member who agreed to service and personal"))
def agreed_member(the_shop: Shop, name: str) -> None:
    the_shop.enrol(the_shop.desk, name, _PHONE, "service", "personal")
    the_shop.desk.do(finish_visit).result()


@given(parsers.parse("{name} is a member whom nobody has"))
def nobodys_member(the_shop: Shop, headquarters: Headquarters, name: str) -> None:
    the_shop.cards[name] = "SGM13P15NVGC7D8W6W6WQQ"
    headquarters.imports("members", code=the_shop.cards[name], phone=_PHONE, name=name, store="上海南京西路店")
    the_shop.exchange()


@given(parsers.parse("{name} has {amount:d} points"))
def has_points(the_shop: Shop, name: str, amount: int) -> None:
    the_shop.desk.do(earn_points, the_shop.member(name), amount, "消费").result()


@given(parsers.parse("{first} serves at the first till and {second} at the second"))
def who_serves(the_shop: Shop, first: str, second: str) -> None:
    for till, name in (("first", first), ("second", second)):
        desk = the_shop.tills[till].desk
        desk.do(sign_on, guide_named(desk, name)).result()


# What happens at the tills


@when(parsers.parse("the coupon {title} of {name} is shown at both tills"))
def show_coupon(the_shop: Shop, title: str, name: str) -> None:
    for place, till in the_shop.tills.items():
        till.desk.do(serve, the_shop.member(name)).result()
        till.desk.do(add_line, _SERUM, "bought").result()
        try:
            till.desk.do(redeem_coupon, _COUPON).result()
        except NotNow as trouble:
            the_shop.said[place] = trouble
        till.desk.do(finish_visit).result()


@when(parsers.parse("the guide takes the coupon {title}"))
def take_coupon(the_shop: Shop, title: str) -> None:
    the_shop.desk.do(redeem_coupon, _COUPON).result()


@when(parsers.parse("she says the end {tail} of her phone and spends {amount:d} points"))
def spend(the_shop: Shop, tail: str, amount: int) -> None:
    the_shop.desk.do(use_points, amount, "换购", tail).result()


@when(parsers.parse("the guide scans the sample {gtin}"))
def scan_sample(the_shop: Shop, gtin: str) -> None:
    seen = the_shop.desk.read(look_up, gtin)
    assert isinstance(seen, SampleSeen)
    the_shop.desk.do(hand_out, seen.quota_id).result()


@when(parsers.parse("{name} tries the product {gtin}"))
def tries(the_shop: Shop, name: str, gtin: str) -> None:
    the_shop.desk.do(serve, the_shop.member(name)).result()
    the_shop.desk.do(add_line, f"0{gtin}", "tried").result()
    the_shop.desk.do(finish_visit).result()


@when("the till looks for what is to be done")
def look_for_tasks(the_shop: Shop) -> None:
    CareRound(the_shop.desk)()


@when(parsers.parse("the guide reaches {name} for the first thing to be done"))
def reach(the_shop: Shop, name: str) -> None:
    the_shop.desk.do(finish_task, to_do(the_shop, name, "first")[0], "reached", contact="phone").result()


@when(parsers.parse("{name} takes her consent to {purpose} back"))
def takes_back(the_shop: Shop, name: str, purpose: str) -> None:
    the_shop.desk.do(withdraw_consent, the_shop.member(name), purpose).result()


@when(parsers.parse("{name} agrees to {purpose} at the second till"))
def agrees_elsewhere(the_shop: Shop, name: str, purpose: str) -> None:
    desk = the_shop.tills["second"].desk
    desk.do(give_consents, the_shop.member(name), (purpose,), channel="counter").result()


@when(parsers.parse("{name} asks to be forgotten"))
def ask_forget(the_shop: Shop, name: str) -> None:
    the_shop.erased = the_shop.member(name)
    the_shop.desk.do(ask_to_forget, the_shop.erased).result()


@when(parsers.parse("the second guide serves {name} and notes {note}"))
def serve_elsewhere(the_shop: Shop, name: str, note: str) -> None:
    desk = the_shop.tills["second"].desk
    desk.do(serve, the_shop.member(name, "second")).result()
    desk.do(write_note, note).result()
    desk.do(finish_visit).result()


@when(parsers.parse("{guide} is booked for {name} tomorrow at {clock} at the {till} till"))
def book_tomorrow(the_shop: Shop, guide: str, name: str, clock: str, till: str) -> None:
    desk = the_shop.tills[till].desk
    told = (the_shop.member(name), "护理体验", at_tomorrow(clock), 30)
    desk.do(book, *told, for_guide=guide_named(desk, guide)).result()


@when(parsers.parse("{name} is booked to come in an hour"))
def book_soon(the_shop: Shop, name: str) -> None:
    soon = the_shop.desk.clock.now() + timedelta(hours=1)
    the_shop.desk.do(book, the_shop.member(name), "护理体验", soon, 30).result()


@when(parsers.parse("the appointment of {name} is moved to {clock} at the second till"))
def move_appointment(the_shop: Shop, name: str, clock: str) -> None:
    desk = the_shop.tills["second"].desk
    (found,) = desk.read(appointments_of, the_shop.member(name))
    desk.do(move, found.id, at_tomorrow(clock), for_guide=found.guide_id).result()


@when(parsers.parse("both guides claim {name}"))
def both_claim(the_shop: Shop, name: str) -> None:
    for till in the_shop.tills.values():
        till.desk.do(claim, the_shop.member(name)).result()


@when(parsers.parse("林晓 claims {name}"))
def one_claims(the_shop: Shop, name: str) -> None:
    the_shop.desk.do(claim, the_shop.member(name)).result()


@when(parsers.parse("all members of {source} are handed over to {target}"))
def all_handed_over(the_shop: Shop, source: str, target: str) -> None:
    desk = the_shop.desk
    assert desk.do(hand_over, guide_named(desk, source), guide_named(desk, target)).result() == 0


# What is then to be seen


@then("one till has taken it and the other says who may")
def one_has_taken(the_shop: Shop) -> None:
    (trouble,) = the_shop.said.values()
    assert trouble.code == "coupon_elsewhere"
    assert resources.Words("zh")(f"error.{trouble.code}", **trouble.facts)


@then("both tills have taken it")
def both_have_taken(the_shop: Shop) -> None:
    assert the_shop.said == {}


@then(parsers.parse("the coupon {title} of {name} is redeemed once at both tills"))
def redeemed_once(the_shop: Shop, headquarters: Headquarters, title: str, name: str) -> None:
    seen = [coupon_of(the_shop, name, till) for till in the_shop.tills]
    assert [(each.title, each.state) for each in seen] == [(title, "redeemed")] * 2
    books_are_right(headquarters)


@then("the second guide is told that it was used already")
def told_it_was_used(the_shop: Shop) -> None:
    (refused,) = the_shop.tills["second"].desk.read(list_waiting)
    assert (refused.kind, refused.code) == ("CouponRedeemed", "coupon_used")


@then(parsers.parse("the second guide reads that headquarters will settle the coupon of {name}"))
def to_be_settled(the_shop: Shop, name: str) -> None:
    offers = the_shop.tills["second"].desk.read(find_offers, the_shop.member(name), None, date.today())
    assert [(each.reason, each.state) for each in offers.settlements] == [("used_twice", "open")]


@then("nothing was refused")
def nothing_refused(the_shop: Shop) -> None:
    assert [till.desk.read(list_waiting) for till in the_shop.tills.values()] == [(), ()]


@then(parsers.parse("both tills have something to do for {name}"))
def both_have_tasks(the_shop: Shop, name: str) -> None:
    first, second = (to_do(the_shop, name, till) for till in the_shop.tills)
    assert first == second
    assert first


@then(parsers.parse("the till has nothing to do for {name}"))
def has_no_task(the_shop: Shop, name: str) -> None:
    assert to_do(the_shop, name, "first") == []


@then(parsers.parse("the second till has nothing to do for {name}"))
def other_has_no_task(the_shop: Shop, name: str) -> None:
    assert to_do(the_shop, name, "second") == []


@then(parsers.parse("neither till makes a new task for {name}"))
def no_new_task(the_shop: Shop, name: str) -> None:
    assert [CareRound(till.desk)() for till in the_shop.tills.values()] == [0, 0]


@then(parsers.parse("{name} agrees to service at both tills and not to personal"))
def agreed_at_both(the_shop: Shop, name: str) -> None:
    for till in the_shop.tills:
        told = {each.purpose for each in the_shop.profile(name, till).consents if each.agreed}
        assert told == {"service"}


@then(parsers.parse("neither till knows {name}"))
def unknown_to_both(the_shop: Shop, name: str) -> None:
    for till in the_shop.tills.values():
        assert not isinstance(till.desk.read(look_up, the_shop.cards[name]), MemberSeen)
        assert till.desk.read(find_members, name) == till.desk.read(find_members, "6021") == ()


@then(parsers.parse("headquarters has heard that both tills have forgotten {name}"))
def heard_forgotten(the_shop: Shop, headquarters: Headquarters, name: str) -> None:
    with headquarters.opened() as hub, hub.database.read() as connection:
        told = erasure_of(connection, the_shop.erased)
    assert (len(told.confirmed), told.missing, told.unreachable) == (2, [], [])


@then(parsers.parse("both tills say that {late} came too late for the hour of {early}"))
def clash_told(the_shop: Shop, late: str, early: str) -> None:
    for till in the_shop.tills.values():
        (first,), (second,) = (till.desk.read(appointments_of, the_shop.member(name)) for name in (early, late))
        assert (first.clash, second.clash) == (None, early)


@then("no hour is given away twice")
def no_clash(the_shop: Shop) -> None:
    for till in the_shop.tills.values():
        for name in ("陈思雨", "王敏"):
            assert [each.clash for each in till.desk.read(appointments_of, the_shop.member(name))] == [None]


@then(parsers.parse("{name} is the member of {guide} at both tills"))
def owned_by(the_shop: Shop, name: str, guide: str) -> None:
    pages = [till.desk.read(find_page, the_shop.member(name)) for till in the_shop.tills.values()]
    assert [page and page.guide for page in pages] == [guide, guide]


@then(parsers.parse("{loser} reads at the second till that {name} is the member of {guide}"))
def reads_whose(the_shop: Shop, loser: str, name: str, guide: str) -> None:
    lost = the_shop.tills["second"].desk.read(lost_claim, the_shop.member(name))
    assert lost is not None
    assert lost.guide == guide


@then(parsers.parse("{name} is among the members of {guide} at the second till"))
def among_members(the_shop: Shop, name: str, guide: str) -> None:
    desk = the_shop.tills["second"].desk
    assert name in [each.name for each in desk.read(find_served, guide_named(desk, guide))]


@then(parsers.parse("{name} has come for her appointment"))
def has_come(the_shop: Shop, name: str) -> None:
    assert [each.state for each in the_shop.desk.read(appointments_of, the_shop.member(name))] == ["arrived"]


@then(parsers.parse("both tills say the same of {one} and {other}"))
def the_same(the_shop: Shop, one: str, other: str) -> None:
    for name in (one, other):
        first, second = (everything_of(the_shop, name, till) for till in the_shop.tills)
        assert first == second


@then(parsers.parse("{name} has {amount:d} points and the coupon {title} is redeemed"))
def has_left(the_shop: Shop, name: str, amount: int, title: str) -> None:
    worths = [till.desk.read(find_worth, the_shop.member(name)) for till in the_shop.tills.values()]
    assert [(worth.points, worth.coupons[0].state) for worth in worths] == [(amount, "redeemed")] * 2


@then("the books of headquarters are right")
def books_are_right(headquarters: Headquarters) -> None:
    with headquarters.opened() as hub, hub.database.read() as connection:
        assert broken_rights([read_document(row) for row in connection.execute(select(document))]) == []


def everything_of(the_shop: Shop, name: str, till: str) -> list[object]:
    """Whatever a screen shows of a member, but for what only this till may spend."""
    desk, member = the_shop.tills[till].desk, the_shop.member(name, till)
    worth = desk.read(find_worth, member)
    views = (find_page, likings_of, turned_down, consents_of, timeline, visits_of, appointments_of, tasks_of)
    return [*(desk.read(view, member) for view in views), the_shop.profile(name, till), worth.points,
            [(each.id, each.state) for each in worth.coupons]]  # fmt: skip
