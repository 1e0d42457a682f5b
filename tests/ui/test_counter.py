"""Promises of the counter: one scan shows the member, each next one is a product, nothing typed is lost."""

from collections import Counter as Counts
from collections.abc import Callable
from typing import Any, Concatenate, ParamSpec, TypeVar

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from desktop.desk import Desk
from desktop.rules.member_codes import member_code
from desktop.services.members import amend
from desktop.services.visits import write_note
from desktop.status import HubStatus, Link
from desktop.views.search import find_members
from desktop.views.till import find_draft
from desktop.views.visit import parked_visits, visits_of
from resources import Words
from tests.ui.counted import CHEN, CLEANSER, CREAM, LIU, SERUM, Counted
from tests.ui.hands import slow_disk, type_into
from ui.bridge import Bridge
from ui.said import Said
from ui.screens.counter import Counter
from ui.widgets.chip import Chip

P = ParamSpec("P")
T = TypeVar("T")

NEW = member_code(bytes(10))


class Asked(Bridge):
    """Counts what is read."""

    def __init__(self, desk: Desk, *, sync_now: Callable[[], object]) -> None:
        super().__init__(desk, sync_now=sync_now)
        self.asked: Counts[str] = Counts()

    def read(self, query: Callable[Concatenate[Any, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        self.asked[query.__name__] += 1
        return super().read(query, *args, **kwargs)


def test_the_member_is_painted_before_the_visit_is_saved(counter: Counted) -> None:
    counter.screen.show_code(CHEN)
    profile = counter.screen.page.profile
    assert (profile.name.text(), profile.phone.text()) == ("陈思雨", "138 **** 6021")
    counter.wait(lambda: counter.visit is not None)
    counter.settle()


def test_what_the_rules_say_of_a_member_is_read_once_and_after_the_profile(
    shop: Desk, words: Words, qtbot: QtBot
) -> None:
    bridge = Asked(shop, sync_now=lambda: None)
    screen = Counter(bridge, words)
    qtbot.addWidget(screen)
    screen.show()
    screen.enter()
    screen.show_code(CHEN)
    assert (screen.page.profile.name.text(), bridge.asked["find_portrait"]) == ("陈思雨", 0)
    assert not screen.page.talk.isVisible()  # nothing is said of anybody else meanwhile
    Counted(screen, shop, qtbot).settle()
    assert screen.page.talk.isVisible()
    assert bridge.asked["find_portrait"] == 1
    screen.close()


def test_a_scanned_product_is_seen_and_picked(counter: Counted) -> None:
    counter.scan(CHEN)
    counter.scan(SERUM)
    counter.scan(CREAM)
    lines = counter.screen.page.visit.lines
    assert [line.action for line in counter.running.lines] == ["seen", "seen"]
    assert lines.picked == counter.running.lines[-1].id
    assert counter.said[-1].text == "已保存 · 舒缓面霜 50ml"


def test_keys_alone_serve_a_whole_visit(counter: Counted) -> None:
    counter.scan(CHEN)
    counter.scan(SERUM)
    counter.scan(CREAM)
    counter.press(Qt.Key.Key_1, ctrl=True)
    counter.press(Qt.Key.Key_3, ctrl=True)
    counter.press(Qt.Key.Key_Up)
    counter.press(Qt.Key.Key_2, ctrl=True)
    counter.press("1", "3")
    counter.press(Qt.Key.Key_M, ctrl=True)
    type_into(counter.screen.page.visit.note, "12 点再来")
    counter.press(Qt.Key.Key_Return)
    visit = counter.running
    assert [line.action for line in visit.lines] == ["tried", "bought"]
    assert [each.value for each in visit.learned] == ["皮肤泛红", "想要防晒"]
    assert [note.text for note in visit.notes] == ["12 点再来"]
    counter.press(Qt.Key.Key_F9)
    assert counter.visit is None
    assert counter.said[-1].text == "已保存 · 陈思雨 · 2 件商品"


def test_a_number_pressed_again_withdraws_what_was_learned(counter: Counted) -> None:
    counter.scan(CHEN)
    counter.press("2")
    chip = counter.screen.page.visit.learned.chips[1]
    assert chip.isChecked()
    counter.press("2")
    assert not chip.isChecked()
    assert counter.running.learned == ()


def test_a_press_lights_nothing_that_is_not_saved(counter: Counted) -> None:
    counter.scan(SERUM)
    row = next(iter(counter.screen.page.visit.lines.rows.values()))
    row.segments.press("bought")
    assert row.segments.taken == "seen"
    counter.settle()
    assert row.segments.taken == "bought"


def test_a_product_without_a_member_begins_an_anonymous_visit_that_a_member_may_join(counter: Counted) -> None:
    counter.scan(SERUM)
    assert counter.running.member_id is None
    assert counter.screen.page.unknown.isVisible()
    visit_id = counter.running.id
    counter.scan(CHEN)
    assert (counter.running.id, counter.running.member_name) == (visit_id, "陈思雨")
    assert counter.screen.page.profile.isVisible()


def test_a_second_member_parks_the_first_without_asking(counter: Counted) -> None:
    counter.scan(CHEN)
    counter.scan(SERUM)
    counter.scan(LIU)
    assert counter.running.member_name == "刘洋"
    assert [parked.member_name for parked in counter.desk.read(parked_visits)] == ["陈思雨"]
    assert counter.screen.page.parked.isVisible()
    counter.screen.recall()
    counter.wait(lambda: counter.running.member_name == "陈思雨")
    counter.settle()
    assert len(counter.screen.page.visit.lines.rows) == 1


def test_each_visit_keeps_its_own_half_typed_note(counter: Counted) -> None:
    note = counter.screen.page.visit.note
    counter.scan(CHEN)
    type_into(note, "给妈妈")
    counter.scan(LIU)
    assert note.text() == ""
    counter.screen.recall()
    counter.wait(lambda: note.text() == "给妈妈")


def test_a_half_typed_note_survives_a_crash(counter: Counted, words: Words, qtbot: QtBot) -> None:
    counter.scan(CHEN)
    type_into(counter.screen.page.visit.note, "下周三来试")
    name = f"note:{counter.running.id}"
    counter.wait(lambda: counter.desk.read(find_draft, name) == {"text": "下周三来试"})
    again = Counter(Bridge(counter.desk, sync_now=lambda: None), words)
    qtbot.addWidget(again)
    again.enter()
    assert again.page.visit.note.text() == "下周三来试"


def test_finishing_saves_the_note_that_is_being_typed(counter: Counted) -> None:
    counter.scan(CHEN)
    visit = counter.running
    type_into(counter.screen.page.visit.note, "下次带小样")
    counter.screen.finish()
    counter.wait(lambda: counter.visit is None)
    assert visit.member_id is not None
    assert counter.desk.read(visits_of, visit.member_id)[0].notes[0].text == "下次带小样"
    counter.settle()
    assert counter.desk.read(find_draft, f"note:{visit.id}") is None


def test_a_note_on_its_way_to_the_disk_is_not_written_again_by_finishing(counter: Counted) -> None:
    counter.scan(CHEN)
    member_id = counter.running.member_id
    assert member_id is not None
    note = counter.screen.page.visit.note
    type_into(note, "下次带小样")
    with slow_disk(counter):
        QTest.keyClick(note, Qt.Key.Key_Return)
        QTest.keyClick(note, Qt.Key.Key_Return)
        counter.screen.finish()
    counter.wait(lambda: counter.visit is None)
    assert [each.text for each in counter.desk.read(visits_of, member_id)[0].notes] == ["下次带小样"]


def test_a_note_that_is_refused_stays_and_the_visit_goes_on(counter: Counted) -> None:
    counter.scan(CHEN)
    counter.screen.page.visit.note.setText("长" * 2001)
    counter.screen.finish()
    counter.wait(lambda: bool(counter.said))
    assert counter.said[-1] == Said("备注最多 2000 个字", "warn")
    assert len(counter.screen.page.visit.note.text()) == 2001
    assert counter.visit is not None


def test_a_finish_can_be_taken_back_from_the_message(counter: Counted) -> None:
    counter.scan(CHEN)
    counter.scan(SERUM)
    visit_id = counter.running.id
    counter.screen.finish()
    counter.wait(lambda: counter.visit is None)
    counter.settle()
    undo = counter.said[-1].act
    assert undo is not None
    undo()
    counter.wait(lambda: counter.said[-1].text == "已撤销:完成接待")
    assert counter.running.id == visit_id


def test_finish_pressed_twice_finishes_once(counter: Counted) -> None:
    counter.scan(CHEN)
    counter.screen.finish()
    counter.screen.finish()
    counter.wait(lambda: counter.visit is None)
    counter.settle()
    assert [said.tone for said in counter.said] == ["good"]


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("134567890123456789", "这是付款码,不是会员码;没有保存"),
        ("6901234567892", "商品目录里没有 6901234567892"),
        ("hello-there", "不认识这个码:hello-there"),
        ("SGM13P15NVGC7D8W6W6WQ0", "会员码不完整或有误,请再扫一次,或按手机号查找"),
    ],
)
def test_a_code_that_leads_nowhere_is_a_sentence_not_a_dialog(counter: Counted, code: str, text: str) -> None:
    counter.scan(code)
    assert [(said.text, said.tone) for said in counter.said] == [(text, "warn")]
    assert counter.visit is None


def test_a_new_member_code_offers_enrolment(counter: Counted) -> None:
    counter.scan(NEW)
    way_out = counter.said[-1].act
    assert way_out is not None
    way_out()
    assert counter.codes == [NEW]


def test_what_is_picked_and_typed_stays_when_the_hub_brings_news(counter: Counted) -> None:
    counter.scan(CHEN)
    counter.scan(SERUM)
    counter.scan(CREAM)
    lines, note = counter.screen.page.visit.lines, counter.screen.page.visit.note
    counter.press(Qt.Key.Key_Up)
    picked = lines.picked
    type_into(note, "半句")
    counter.screen.refresh()
    assert (lines.picked, note.text()) == (picked, "半句")


def test_delete_takes_the_picked_product_out_and_undo_brings_it_back(counter: Counted) -> None:
    counter.scan(CHEN)
    counter.scan(SERUM)
    counter.press(Qt.Key.Key_Delete)
    assert counter.running.lines == ()
    counter.screen.undo()
    counter.wait(lambda: len(counter.running.lines) == 1)
    counter.settle()


def test_the_whole_phone_shows_on_demand_and_hides_for_the_next_member(counter: Counted) -> None:
    counter.scan(CHEN)
    counter.press(Qt.Key.Key_R, ctrl=True)
    assert counter.screen.page.profile.phone.text() == "+86 138 1234 6021"
    counter.scan(SERUM)
    assert counter.screen.page.profile.phone.text() == "+86 138 1234 6021"
    counter.scan(LIU)
    assert counter.screen.page.profile.phone.text() == "136 **** 0002"


def test_a_change_to_somebody_else_paints_nothing(counter: Counted) -> None:
    counter.scan(CHEN)
    chip = counter.screen.page.preferences.findChild(Chip)
    other = counter.desk.read(find_members, "刘洋")[0].member_id
    counter.desk.do(amend, other, name="刘阳").result()
    counter.settle()
    assert counter.screen.page.preferences.findChild(Chip) is chip
    counter.desk.do(amend, counter.running.member_id, name="陈思宇").result()
    counter.wait(lambda: counter.screen.page.profile.name.text() == "陈思宇")


def test_forty_products_scroll_and_the_newest_is_in_sight(counter: Counted) -> None:
    counter.scan(CHEN)
    for _ in range(40):
        counter.screen.show_code(CLEANSER)
    counter.wait(lambda: len(counter.screen.page.visit.lines.rows) == 40)
    counter.settle()
    lines = counter.screen.page.visit.lines
    newest = lines.rows[str(lines.picked)]
    counter.wait(lambda: not newest.visibleRegion().isEmpty())
    assert counter.screen.page.visit.learned.isVisible()
    assert counter.screen.page.height() <= counter.screen.height()


def test_the_newest_of_many_notes_is_in_sight(counter: Counted) -> None:
    counter.scan(CHEN)
    for place in range(12):
        counter.desk.do(write_note, f"备注 {place}").result()
    bar = counter.screen.page.visit.notes.verticalScrollBar()
    counter.wait(lambda: bar.value() == bar.maximum() > 0)


def test_a_card_that_is_not_known_here_yet_is_served_under_its_code(counter: Counted) -> None:
    counter.screen.bridge.tell_status(HubStatus(Link.OFFLINE, counter.desk.clock.now()))
    counter.wait(lambda: counter.screen.bridge.status.link is Link.OFFLINE)
    counter.scan(NEW)
    counter.scan(SERUM)
    assert (counter.running.code, counter.running.member_id, len(counter.running.lines)) == (NEW, None, 1)
    said = " ".join(each.text() for each in counter.screen.page.unknown.findChildren(QLabel))
    assert "档案尚未到" in said
    assert NEW in said
