"""Every kind of code at the counter: named in words, acted on, and never in the way."""

import pytest
from PySide6.QtWidgets import QApplication

from desktop.data.catalogue import Guide
from desktop.rules.member_codes import badge_code
from desktop.scanning.code_rules import LegacyRule
from desktop.services.code_rules import set_old_cards
from desktop.services.recruiting import make_recruit_code
from desktop.views.lookup import MemberSeen, look_up
from desktop.views.till import find_till
from desktop.work import Work
from tests.trusting import believe, token, voucher
from tests.ui.conftest import Till
from ui.widgets.keyed_button import KeyedButton

CHEN = "SGM13P15NVGC7D8W6W6WQQ"
SERUM = "6901230010019"
UNIT = "(01)06901230010026(17)291231(10)L7(21)A1B2C3D4"
OLD = "(01)06901230010026(17)201231(21)E5F6G7H8"


def scan(till: Till, text: str) -> str:
    """What the clerk reads in the end."""
    till.front.flow.scan(text)
    till.settle()
    return till.sentence


def ways(till: Till) -> list[KeyedButton]:
    """The ways on that are offered."""
    buttons = till.window.messages.findChildren(KeyedButton)
    return [button for button in buttons if button.isVisible() and button.words not in ("", "知道了", "关闭")]


def take(till: Till, words: str) -> None:
    """Press the way on that is called so."""
    next(button for button in ways(till) if words in button.words).click()
    till.settle()


def test_a_unit_says_whether_it_was_here_before(till: Till) -> None:
    assert scan(till, UNIT) == "单品码 · 首次出现 · 已保存 舒缓面霜 50ml"
    assert "第 2 次出现" in scan(till, UNIT)
    row = list(till.front.flow.screens.counter.page.visit.lines.rows.values())[-1]
    assert row.about.text() == "¥298 · 第 2 次出现 · 序列号 A1B2C3D4"


def test_an_expired_batch_is_a_warning_on_its_row_and_no_dialog(till: Till) -> None:
    assert scan(till, OLD) == "单品码 · 已过期(2020-12-31) · 已保存 舒缓面霜 50ml"
    assert QApplication.activeModalWidget() is None


def test_an_unknown_code_is_taught_to_a_product_by_scanning_it(till: Till) -> None:
    scan(till, CHEN)
    assert scan(till, "TM-650112") == "不认识这个码:TM-650112"
    take(till, "教:商品码")
    assert scan(till, SERUM) == "已教会:TM-650112 是 舒缓修护精华 30ml"
    assert till.visit is not None
    assert till.visit.lines == ()
    assert scan(till, "TM-650112") == "已保存 · 舒缓修护精华 30ml"


def test_an_unknown_code_is_taught_to_the_member_who_is_served(till: Till) -> None:
    scan(till, CHEN)
    scan(till, "OLD-00017")
    take(till, "教:会员卡")
    assert till.sentence == "已教会:OLD-00017 是 陈思雨 的卡"
    assert isinstance(till.desk.read(look_up, "OLD-00017"), MemberSeen)
    till.press("undo")
    till.settle()
    assert not isinstance(till.desk.read(look_up, "OLD-00017"), MemberSeen)


def test_without_a_member_the_next_one_scanned_is_meant(till: Till) -> None:
    scan(till, "OLD-00017")
    take(till, "教:会员卡")
    assert "请打开这位会员" in till.sentence
    scan(till, CHEN)
    assert isinstance(till.desk.read(look_up, "OLD-00017"), MemberSeen)


def test_something_else_that_is_scanned_ends_the_teaching(till: Till) -> None:
    scan(till, "TM-650112")
    take(till, "教:商品码")
    scan(till, "134567890123456789")
    assert scan(till, SERUM) == "已保存 · 舒缓修护精华 30ml"


def test_a_voucher_says_what_it_is_worth_and_is_taken_with_one_press(till: Till) -> None:
    believe(till.desk)
    text = voucher()
    assert scan(till, text) == "代金券 · ¥20,2099-12-31 前有效"
    take(till, "核销")
    assert till.sentence == "代金券 · 已核销 ¥20"
    assert scan(till, text).startswith("代金券 · 已用过:")


def test_a_large_voucher_is_asked_for(till: Till) -> None:
    believe(till.desk)
    scan(till, voucher(value=50000))
    take(till, "向总部申请")
    assert till.sentence.startswith("已向总部申请这张代金券")


def test_a_members_code_of_these_minutes_makes_sure_who_it_is(till: Till) -> None:
    believe(till.desk)
    shown = token(CHEN, till.desk.clock.now())
    assert scan(till, shown) == "动态会员码 · 已核对是 陈思雨 本人"
    assert till.visit is not None
    assert till.visit.verified_until is not None


@pytest.mark.parametrize("believed", [True, False])
def test_a_forged_code_opens_nobody(till: Till, believed: bool) -> None:
    if believed:
        believe(till.desk)
    shown = token(CHEN, till.desk.clock.now())
    assert scan(till, shown[:-3] + "000") == (
        "这个码的签名不对,可能是伪造的,不能用" if believed else "本机还没有验码名单,请联网一次后再扫"
    )
    assert till.visit is None


def test_a_recruit_code_opens_the_form_with_its_channel(till: Till) -> None:
    code = till.desk.do(make_recruit_code, "poster", "一楼扶梯口").result()
    till.front.flow.scan(code)
    till.settle()
    form = till.front.flow.screens.enrol.form
    assert (till.screen, form.typed.channel) == ("enrol", "poster")
    assert form.note.text() == "招募码:一楼扶梯口 林晓"


def test_an_old_card_begins_an_enrolment_that_keeps_it(till: Till) -> None:
    till.desk.do(set_old_cards, (LegacyRule("老卡", prefix="VIP"),)).result()
    assert scan(till, "VIP00017") == "旧会员卡 00017 还没有对应的会员"
    take(till, "入会")
    assert (till.screen, till.front.flow.screens.enrol.form.note.text()) == ("enrol", "旧卡 00017")


def test_a_badge_signs_its_guide_on(till: Till) -> None:
    badge = badge_code(b"9876543210")

    def pin(work: Work) -> None:
        work.session.query(Guide).where(Guide.name == "周宁").one().badge = badge

    till.desk.do_behind(pin).result()
    assert scan(till, badge) == "现在由 周宁 接待"
    assert till.desk.read(find_till).guide == "周宁"
    assert scan(till, "L001") == "现在由 林晓 接待"  # an imported badge says nothing by itself
