"""Promises of the enrolment form: quick, by keys or by touch, nothing agreed to unasked, nothing typed is lost."""

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from desktop.desk import Desk
from desktop.rules.member_codes import member_code
from desktop.services.members import amend
from desktop.views.phone import whole_wechat
from desktop.views.profile import Profile, find_profile
from desktop.views.search import find_members
from desktop.views.till import find_draft
from desktop.views.visit import find_running_visit
from resources import Words
from tests.ui.hands import type_into
from ui.bridge import Bridge
from ui.said import Said
from ui.screens.enrol import Enrol
from ui.widgets.enrol_form import Typed

CHEN = "SGM13P15NVGC7D8W6W6WQQ"
NEW = member_code(bytes(10))


class Form:
    """An enrolment screen on the glass, and what it has told."""

    def __init__(self, screen: Enrol, desk: Desk, qtbot: QtBot) -> None:
        self.screen, self.desk, self._qtbot = screen, desk, qtbot
        self.said: list[Said] = []
        self.members: list[str] = []
        self.cancelled: list[bool] = []
        screen.said.connect(self.said.append)
        screen.member_wanted.connect(self.members.append)
        screen.cancelled.connect(lambda: self.cancelled.append(True))

    def type_phone(self, text: str) -> None:
        for key in text:
            QTest.keyClick(self.screen.form.phone.number, key)

    def tick(self, *purposes: str) -> None:
        for purpose in purposes:
            QTest.keyClick(self.screen.form.consents.boxes[purpose], Qt.Key.Key_Space)

    def press(self, key: Qt.Key) -> None:
        focus = self.screen.focusWidget()
        assert focus is not None
        QTest.keyClick(focus, key)

    def member(self) -> Profile:
        profile = self.desk.read(find_profile, self.members[-1], self.desk.clock.now().date())
        assert profile is not None
        return profile

    def wait(self, happened: Callable[[], bool]) -> None:
        self._qtbot.waitUntil(happened)

    def settle(self) -> None:
        done: list[None] = []
        self.screen.bridge.run(lambda _work: None, then=done.append)
        self.wait(lambda: bool(done))


@pytest.fixture
def form(shop: Desk, words: Words, qtbot: QtBot) -> Iterator[Form]:
    screen = Enrol(Bridge(shop, sync_now=lambda: None), words)
    qtbot.addWidget(screen)
    screen.resize(1204, 688)
    screen.show()
    screen.enter()
    screen.begin()
    yield Form(screen, shop, qtbot)
    screen.close()


def test_keys_alone_enrol_a_member_and_begin_the_visit(form: Form) -> None:
    form.type_phone("13916882045")
    type_into(form.screen.form.name, "许女士")
    type_into(form.screen.form.birthday, "12/8")
    form.screen.form.chips["skin", "敏感肌"].click()
    form.tick("service", "personal")
    form.press(Qt.Key.Key_Return)
    form.wait(lambda: bool(form.members))
    member = form.member()
    assert (member.name, member.phone, member.birthday) == ("许女士", "139 **** 2045", "12-08")
    assert [consent.purpose for consent in member.consents if consent.agreed] == ["service", "personal"]
    assert [each.value for each in member.preferences] == ["敏感肌"]
    visit = form.desk.read(find_running_visit)
    assert visit is not None
    assert visit.member_id == member.member_id
    assert form.said[-1].text == "已保存 · 许女士 已入会"


def test_the_number_is_grouped_while_it_is_typed(form: Form) -> None:
    number = form.screen.form.phone.number
    form.type_phone("1391688")
    assert number.text() == "139 1688"
    number.setCursorPosition(3)
    QTest.keyClick(number, "0")
    assert (number.text(), number.cursorPosition()) == ("139 0168 8", 5)
    QTest.keyClick(number, Qt.Key.Key_Backspace)
    assert number.text() == "139 1688"


def test_a_free_number_is_called_free_and_a_wrong_one_wrong(form: Form) -> None:
    word = form.screen.form.phone.word
    form.type_phone("1391688204")
    assert word.text() == ""
    form.type_phone("5")
    assert word.text() == "✓ 本机未发现重复"
    form.type_phone("5")
    assert word.text() == "手机号不对,请再核对一次"


def test_a_members_number_leads_to_the_member(form: Form) -> None:
    form.type_phone("13812346021")
    assert form.screen.form.phone.open.isVisible()
    form.press(Qt.Key.Key_Return)
    assert form.member().name == "陈思雨"


def test_nothing_is_agreed_to_unasked(form: Form) -> None:
    assert form.screen.form.consents.ticked == ()
    form.type_phone("13916882045")
    form.press(Qt.Key.Key_Return)
    box = form.screen.form.consents.boxes["service"]
    form.wait(box.hasFocus)
    assert form.members == []
    assert form.screen.form.typed.phone == "139 1688 2045"


@pytest.mark.parametrize("birthday", ["13-40", "昨天"])
def test_a_wrong_birthday_is_told_beside_it(form: Form, birthday: str) -> None:
    form.type_phone("13916882045")
    type_into(form.screen.form.birthday, birthday)
    form.tick("service")
    form.screen.submit.click()
    form.wait(form.screen.form.birthday.hasFocus)
    assert form.screen.form.born.error.text() == "生日请写成 月-日 或 年-月-日,例如 12-08"
    assert form.screen.form.typed.birthday == birthday


def test_a_missing_number_is_told_beside_it(form: Form) -> None:
    form.tick("service")
    form.screen.submit.click()
    form.wait(lambda: form.screen.form.phone.word.text() == "请填写手机号")


def test_a_half_filled_form_survives_a_crash_but_not_what_was_agreed_to(form: Form, words: Words, qtbot: QtBot) -> None:
    form.type_phone("139168")
    type_into(form.screen.form.name, "许女士")
    form.screen.take_scan(NEW)
    form.tick("service")
    form.wait(lambda: (form.desk.read(find_draft, "enrol") or {}).get("code") == NEW)
    again = Enrol(Bridge(form.desk, sync_now=lambda: None), words)
    qtbot.addWidget(again)
    again.begin()
    assert again.form.typed == Typed(phone="139 168", name="许女士")
    assert again.form.consents.ticked == ()
    assert again.form.note.text() == f"会员码 {NEW} · 已恢复未完成的入会"


def test_leaving_on_purpose_forgets_the_form(form: Form) -> None:
    form.type_phone("139168")
    form.screen.keep_now()
    form.screen.give_up()
    form.settle()
    assert form.cancelled == [True]
    assert form.desk.read(find_draft, "enrol") is None
    assert form.screen.form.typed == Typed()


def test_what_was_left_on_purpose_can_be_taken_up_again(form: Form) -> None:
    form.screen.take_scan(NEW)
    form.type_phone("139168")
    form.screen.give_up()
    act = form.said[-1].act
    assert act is not None
    act()
    form.screen.begin()
    assert form.screen.form.typed == Typed(phone="139 168")
    assert form.screen.form.note.text() == f"会员码 {NEW} · 已恢复未完成的入会"


def test_what_was_typed_and_wiped_out_does_not_come_back(form: Form) -> None:
    form.type_phone("1")
    form.screen.keep_now()
    QTest.keyClick(form.screen.form.phone.number, Qt.Key.Key_Backspace)
    form.screen.leave()
    form.settle()
    assert form.desk.read(find_draft, "enrol") is None


def test_an_old_complaint_does_not_greet_the_next(form: Form) -> None:
    type_into(form.screen.form.birthday, "13-40")
    form.type_phone("13916882045")
    form.tick("service")
    form.screen.submit.click()
    form.wait(lambda: bool(form.screen.form.born.error.text()))
    form.screen.leave()
    form.screen.begin()
    assert form.screen.form.born.error.text() == ""


def test_a_restored_form_can_be_cleared(form: Form) -> None:
    form.type_phone("139168")
    form.screen.leave()
    form.screen.begin()
    form.screen.form.clear.click()
    form.settle()
    assert form.screen.form.typed == Typed()
    assert form.desk.read(find_draft, "enrol") is None


def test_a_scanned_new_card_becomes_the_members_code(form: Form) -> None:
    form.screen.take_scan(NEW)
    form.type_phone("13916882045")
    form.tick("service")
    form.screen.submit.click()
    form.wait(lambda: bool(form.members))
    assert form.member().code == NEW


def test_a_scanned_member_goes_first_and_the_form_waits(form: Form) -> None:
    form.type_phone("139168")
    form.tick("service")
    form.screen.take_scan(CHEN)
    assert form.member().name == "陈思雨"
    assert form.screen.form.typed == Typed(phone="139 168")
    assert form.screen.form.consents.ticked == ()


def test_a_product_scanned_into_the_form_is_refused_in_words(form: Form) -> None:
    form.screen.take_scan("6901230010019")
    assert form.said == [Said("这不是会员码;商品码请在接待时扫", "warn")]


def test_enter_pressed_twice_enrols_once(form: Form) -> None:
    form.type_phone("13916882045")
    form.tick("service")
    form.screen.submit.click()
    form.screen.submit.click()
    form.wait(lambda: bool(form.members))
    form.settle()
    assert len(form.members) == 1


def test_a_wechat_id_is_asked_for_on_demand_kept_in_the_draft_and_saved(form: Form) -> None:
    asked = form.screen.form
    assert not asked.wechat.isVisible()
    QTest.mouseClick(asked.add_wechat, Qt.MouseButton.LeftButton)
    assert asked.wechat.isVisible()
    asked.wechat.setText("1")
    form.type_phone("13916882045")
    form.tick("service")
    form.press(Qt.Key.Key_Return)
    form.wait(lambda: bool(asked.reached.error.text()))
    asked.wechat.clear()
    type_into(asked.wechat, "Siyu_2026")
    form.screen.leave()
    form.settle()
    draft = form.desk.read(find_draft, "enrol")
    assert (draft or {})["wechat"] == "Siyu_2026"
    form.press(Qt.Key.Key_Return)
    form.wait(lambda: bool(form.members))
    assert form.desk.read(whole_wechat, form.members[-1]) == "siyu_2026"


def test_a_wechat_id_that_is_taken_leads_to_its_member(form: Form) -> None:
    member = form.desk.read(find_members, "6021", 1)[0].member_id
    form.desk.do(amend, member, wechat="siyu_2026").result()
    asked = form.screen.form
    form.type_phone("13916882045")
    form.tick("service")
    QTest.mouseClick(asked.add_wechat, Qt.MouseButton.LeftButton)
    type_into(asked.wechat, "SIYU_2026")
    assert asked.reached.error.text()
    form.press(Qt.Key.Key_Return)
    form.wait(lambda: bool(form.said))
    act = form.said[-1].act
    assert act is not None
    act()
    assert form.members == [member]
