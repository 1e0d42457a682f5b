"""What a member's page is made of: likes with counts, refusals with reasons, consents, and the timeline."""

from datetime import timedelta

from desktop.desk import Desk
from desktop.services.appointments import book
from desktop.services.consents import give_consents, withdraw_consent
from desktop.services.members import Application, enrol
from desktop.services.preferences import note_preference
from desktop.services.tasks import finish_task, open_task
from desktop.services.visits import add_line, change_line, finish_visit, serve, write_note
from desktop.views.member_page import consents_of, find_page, likings_of, turned_down
from desktop.views.search import recent_members
from desktop.views.timeline import timeline
from desktop.views.twins import find_side, find_twins

CREAM = "06901230010026"


def somebody(desk: Desk) -> str:
    return desk.read(recent_members, 1)[0].member_id


def test_what_is_noted_twice_is_counted_and_the_last_word_counts(shop: Desk) -> None:
    member = somebody(shop)
    for sentiment in ("likes", "dislikes"):
        shop.do(serve, member).result()
        shop.do(note_preference, "scent", "玫瑰香", sentiment).result()
        shop.do(finish_visit).result()
    rose = next(each for each in shop.read(likings_of, member) if each.value == "玫瑰香")
    assert (rose.times, rose.sentiment) == (2, "dislikes")


def test_what_was_declined_is_told_with_its_reason(shop: Desk) -> None:
    member = somebody(shop)
    shop.do(serve, member).result()
    line = shop.do(add_line, CREAM).result()
    shop.do(change_line, line, "declined", "price").result()
    first = shop.read(turned_down, member)[0]
    assert first.reason == "price"
    assert first.product


def test_the_ledger_shows_every_line_and_which_one_stands(shop: Desk) -> None:
    member = somebody(shop)
    shop.do(give_consents, member, ("marketing",), channel="counter").result()
    shop.do(withdraw_consent, member, "marketing").result()
    lines = [each for each in shop.read(consents_of, member) if each.purpose == "marketing"]
    assert (lines[0].granted, lines[0].stands) == (False, True)
    assert any(each.granted and not each.stands and each.text_version for each in lines)


def test_the_timeline_has_every_kind_in_one_order(shop: Desk) -> None:
    member, now = somebody(shop), shop.clock.now()
    shop.do(serve, member).result()
    shop.do(add_line, CREAM).result()
    shop.do(write_note, "下次带小样").result()
    shop.do(note_preference, "scent", "玫瑰香").result()
    shop.do(finish_visit).result()
    shop.do(book, member, "护理体验", now + timedelta(days=1), 30).result()
    task = shop.do(open_task, member, "问问用得怎么样", now.astimezone().date()).result()
    shop.do(finish_task, task, "coming", contact="phone").result()
    shop.do(give_consents, member, ("marketing",), channel="counter").result()
    told = shop.read(timeline, member)
    assert {"visit", "line", "note", "preference", "appointment", "task", "consent", "joined"} <= {
        each.kind for each in told
    }
    assert [each.at for each in told] == sorted((each.at for each in told), reverse=True)
    assert next(each for each in told if each.kind == "consent").sub == "granted"


def test_the_timeline_is_limited_whatever_there_is(shop: Desk) -> None:
    assert len(shop.read(timeline, somebody(shop), 3)) == 3


def test_the_same_name_and_end_of_a_phone_is_offered_as_one_person(shop: Desk) -> None:
    one = shop.do(enrol, Application(phone="13955558888", name="陆小曼", consents=("service",))).result().member_id
    two = shop.do(enrol, Application(phone="13612348888", name="陆小曼", consents=("service",))).result().member_id
    shop.do(enrol, Application(phone="13612347777", name="陆小曼", consents=("service",))).result()
    assert [each.member_id for each in shop.read(find_twins, one)] == [two]
    side = shop.read(find_side, two)
    assert side is not None
    assert (side.visits, side.page.name) == (1, "陆小曼")


def test_a_phone_on_the_page_is_masked(shop: Desk) -> None:
    page = shop.read(find_page, somebody(shop))
    assert page is not None
    phones = [each.value for each in page.led if each.kind == "phone"]
    assert phones
    assert all("****" in each for each in (*phones, page.phone))
