"""Promises of the window: keyboard alone, scanner alone, mouse alone; nothing of the first second is lost."""

import subprocess
import sys
from pathlib import Path

import pytest
import qrcode
from PySide6.QtCore import QCoreApplication, QEvent, QMetaMethod, QMimeData, QPointF, Qt, QUrl, Signal
from PySide6.QtGui import QDropEvent, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QLineEdit, QWidget
from pytestqt.qtbot import QtBot
from sqlalchemy import select

from desktop.data.exchange import Outbox
from desktop.desk import Desk
from desktop.services.visits import hold_visit, serve
from desktop.settings import Settings, load_settings
from desktop.status import HubStatus, Link
from desktop.views.search import recent_members
from desktop.views.till import find_backlog, find_till
from desktop.work import Work
from resources import Words
from tests.ui.conftest import Till, clear_away, show
from tests.ui.hands import stroke
from tests.ui.wedge import Keyboard
from ui import theme
from ui.bridge import Bridge
from ui.furnish import Front
from ui.keys import KEYS
from ui.screens.every import Made, Screens
from ui.widgets.rail import LOWER, UPPER
from ui.window import Window

CHEN, LIU = "SGM13P15NVGC7D8W6W6WQQ", "SGM1TE918P13TX3828CVQF"
SERUM = "6901230010019"
SCREENS = [name for name, each in vars(Screens).items() if isinstance(each, Made)]
ROOT = Path(__file__).parents[2]


def click(widget: QWidget) -> None:
    QTest.mouseClick(widget, Qt.MouseButton.LeftButton)


def named(till: Till, text: str) -> QAbstractButton:
    """The visible button a clerk would press."""
    found = [button for button in till.window.findChildren(QAbstractButton) if button.accessibleName() == text]
    visible = [button for button in found if button.isVisible()]
    assert visible, text
    return visible[0]


def test_the_shell_is_painted_before_any_data_is_read_in() -> None:
    heavy = ("sqlalchemy", "sqlcipher3", "desktop.desk", "desktop.views", "desktop.services", "PIL", "zxingcpp")
    code = (
        "import sys; from desktop.settings import Settings; from resources import Words\n"
        "from ui.app import make_app; from ui.window import Window\n"
        "app = make_app([], Settings()); window = Window(Words('zh'))\n"
        "window.painted.connect(app.quit); window.show(); app.exec()\n"
        f"print([name for name in sys.modules if name.startswith({heavy!r})])"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_being_told_to_stop_closes_the_window() -> None:
    code = (
        "import os, signal, sys; from desktop.settings import Settings; from resources import Words\n"
        "from ui.app import make_app; from ui.interrupts import Interrupts; from ui.window import Window\n"
        "app = make_app([], Settings()); Interrupts(app); window = Window(Words('zh'))\n"
        "window.painted.connect(lambda: os.kill(os.getpid(), signal.SIGTERM)); window.show()\n"
        "app.exec(); print(window.isVisible())"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == ("False\n", "")


def test_what_is_scanned_before_the_screens_are_there_is_not_lost(shop: Desk, qtbot: QtBot) -> None:
    window = Window(Words("zh"))
    show(window, qtbot)
    Keyboard(window).scan(CHEN)
    bridge = Bridge(shop, sync_now=lambda: None)
    front = Front(window, bridge, Settings())
    done: list[None] = []
    bridge.run(lambda _work: None, then=done.append)
    qtbot.waitUntil(lambda: bool(done))
    assert front.flow.current == "counter"
    window.close()
    clear_away(window, bridge)


def test_a_visit_by_scanner_alone(till: Till) -> None:
    till.keyboard.scan(CHEN)
    till.wait(lambda: till.visit is not None)
    till.keyboard.scan(SERUM)
    till.wait(lambda: till.visit is not None and till.visit.lines)
    till.keyboard.scan(LIU)
    till.wait(lambda: till.visit is not None and till.visit.member_name == "刘洋")
    assert till.screen == "counter"
    assert till.window.top.search.text == ""


def test_a_visit_by_keyboard_alone(till: Till) -> None:
    stroke(till, Qt.Key.Key_F2)
    till.keyboard.type("csy")
    stroke(till, Qt.Key.Key_Return)
    till.wait(lambda: till.visit is not None)
    stroke(till, Qt.Key.Key_F9)
    assert (till.screen, till.visit) == ("idle", None)
    stroke(till, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert till.screen == "counter"
    stroke(till, Qt.Key.Key_F6)
    assert till.screen == "idle"
    stroke(till, Qt.Key.Key_F6, Qt.KeyboardModifier.ShiftModifier)
    assert till.screen == "counter"


def test_a_visit_by_mouse_alone(till: Till) -> None:
    click(named(till, "匿名接待"))
    till.settle()
    assert till.screen == "counter"
    click(named(till, "挂起"))
    till.settle()
    assert till.screen == "idle"
    chip = next(
        chip for chip in till.window.findChildren(QAbstractButton) if chip.isVisible() and "匿名 ·" in chip.text()
    )
    click(chip)
    till.settle()
    assert till.screen == "counter"


def told_in_all(widget: QWidget) -> set[str]:
    return {each.text() for each in widget.findChildren(QLabel)}


def test_a_running_visit_is_up_after_a_restart(shop: Desk, qtbot: QtBot) -> None:
    shop.do(serve, None).result()
    till = Till(shop, qtbot)
    assert till.screen == "counter"
    till.leave()


def test_every_place_of_the_rail_has_a_key(till: Till) -> None:
    for place in reversed(UPPER + LOWER):
        key = QKeySequence(getattr(KEYS, place))[0]
        stroke(till, key.key(), key.keyboardModifiers())
        assert till.screen == ("idle" if place == "counter" else place)


def test_escape_comes_back_from_every_screen(till: Till) -> None:
    for place in ("members", "sync", "settings", "enrol"):
        till.press(place)
        assert till.screen == place
        stroke(till, Qt.Key.Key_Escape)
        assert till.screen == "idle"


def test_every_key_is_on_the_help_sheet_and_no_key_has_two_meanings(till: Till) -> None:
    stroke(till, Qt.Key.Key_F1)
    assert till.window.help.isVisible()
    shown = {label.text() for label in till.window.help.findChildren(QLabel)}
    keys = [key for _, key in KEYS.items()]
    assert set(keys) <= shown
    assert len(set(keys)) == len(keys)
    stroke(till, Qt.Key.Key_F1)
    assert not till.window.help.isVisible()


def test_every_control_has_a_name(till: Till) -> None:
    for place in ("counter", "members", "sync", "settings", "enrol"):
        till.press(place)
        till.settle()
        buttons = [each for each in till.window.findChildren(QAbstractButton) if each.isVisible()]
        assert buttons
        assert [button for button in buttons if not (button.accessibleName() or button.text())] == [], place


def test_every_word_is_plain_text(till: Till) -> None:
    for name in SCREENS:
        till.front.flow.screens.named(name)
    labels = till.window.findChildren(QLabel)
    assert [each.text() for each in labels if each.textFormat() != Qt.TextFormat.PlainText] == []


def test_whatever_a_screen_wants_somebody_hears_it(till: Till) -> None:
    for name in SCREENS:
        screen = till.front.flow.screens.named(name)
        signals = [each for each, value in vars(type(screen)).items() if isinstance(value, Signal)]
        deaf = [each for each in signals if not screen.isSignalConnected(QMetaMethod.fromSignal(getattr(screen, each)))]
        assert deaf == [], name


def test_a_screen_is_made_when_it_is_first_looked_at(till: Till) -> None:
    made = till.front.flow.screens.made
    till.wait(lambda: len(made) == 2)  # the counter is ready before the first scan
    till.press("members")
    till.press("back")
    till.press("members")
    assert [type(each).__name__ for each in made] == ["Idle", "Counter", "Members"]


@pytest.mark.qt_log_ignore("This plugin does not support")  # the offscreen one, of menus
def test_the_guide_is_switched_by_keyboard_alone(till: Till, qtbot: QtBot) -> None:
    before = till.desk.read(find_till).guide
    QTest.keyClick(till.window.windowHandle(), Qt.Key.Key_F4, Qt.KeyboardModifier.ShiftModifier)
    menu = QApplication.activePopupWidget()
    assert menu is not None
    QTest.keyClick(menu, Qt.Key.Key_Up)
    QTest.keyClick(menu, Qt.Key.Key_Return)
    till.settle()
    guide = till.desk.read(find_till).guide
    assert guide != before
    assert till.sentence == f"现在由 {guide} 接待"


def test_a_picture_dropped_on_the_window_serves_the_member(till: Till, tmp_path: Path) -> None:
    qrcode.make(CHEN).save(tmp_path / "card.png")
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(tmp_path / "card.png"))])
    drop = QDropEvent(
        QPointF(400, 400), Qt.DropAction.CopyAction, mime, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    )
    till.window.dropEvent(drop)
    till.wait(lambda: till.visit is not None)


def test_idle_shows_the_day_and_who_was_here_last(till: Till) -> None:
    idle = till.front.flow.screens.idle
    till.settle()
    before = int(idle.today.figures["visits"].text())
    till.keyboard.scan(LIU)
    till.settle()
    stroke(till, Qt.Key.Key_F9)
    till.wait(lambda: int(idle.today.figures["visits"].text()) == before + 1)
    assert "1" in idle.today.customers.text()
    liu = till.desk.read(recent_members, 1)[0]
    assert idle.recent.first() == liu.member_id


def test_a_recent_member_opens_on_a_press(till: Till) -> None:
    recent = till.front.flow.screens.idle.recent
    wanted = recent.first()
    spot = recent.visualRect(recent.model().index(0, 0)).center()
    QTest.mouseClick(recent.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, spot)
    till.wait(lambda: till.visit is not None)
    visit = till.visit
    assert visit is not None
    assert visit.member_id == wanted


def test_a_visit_held_elsewhere_appears_on_the_idle_screen(till: Till) -> None:
    till.desk.do(serve, None).result()
    till.desk.do(hold_visit).result()
    till.wait(lambda: till.screen == "idle" and till.front.flow.screens.idle.parked.isVisible())


def test_members_are_found_and_opened_by_keyboard(till: Till) -> None:
    till.press("members")
    members = till.front.flow.screens.members
    assert members.field.hasFocus()
    till.keyboard.type("liu")
    till.wait(lambda: members.people.count == 1)
    till.keyboard.key(Qt.Key.Key_Down)
    till.keyboard.key(Qt.Key.Key_Return)
    till.wait(lambda: till.screen == "person")
    assert till.visit is None
    till.keyboard.key(Qt.Key.Key_Return)
    till.wait(lambda: till.visit is not None and till.visit.member_name == "刘洋")
    assert till.screen == "counter"


def test_a_number_typed_into_a_field_is_no_quick_preference(till: Till) -> None:
    till.keyboard.scan(CHEN)
    till.settle()
    till.press("search")
    till.keyboard.type("1")
    till.settle()
    visit = till.visit
    assert visit is not None
    assert visit.learned == ()


def test_a_number_outside_fields_is_a_quick_preference(till: Till) -> None:
    till.keyboard.scan(CHEN)
    till.settle()
    till.keyboard.type("1")
    till.wait(lambda: till.visit is not None and till.visit.learned)


def refuse_first(work: Work) -> str:
    """What the hub's verdict leaves behind."""
    row = work.session.scalars(select(Outbox).order_by(Outbox.n).limit(1)).one()
    row.state, row.code, row.fix = "rejected", "phone_taken", "edit"
    work.touched.add(("outbox", row.event_id))
    return row.event_id


def test_a_refusal_is_shown_in_words_and_can_be_dealt_with(till: Till) -> None:
    till.bridge.tell_status(HubStatus(Link.ONLINE, till.desk.clock.now(), last_contact=till.desk.clock.now()))
    till.desk.do(refuse_first).result()
    till.wait(lambda: till.window.top.pill.text() == "1 条被拒")
    click(till.window.top.pill)
    till.settle()
    told = [each.text() for each in till.front.flow.screens.sync.findChildren(QLabel) if each.isVisible()]
    assert "被拒:这个手机号已属于另一位会员" in told
    click(named(till, "知道了"))
    till.settle()
    assert till.desk.read(find_backlog).refused == 0


def test_a_refusal_opens_the_member_it_is_about(till: Till) -> None:
    till.desk.do(refuse_first).result()
    till.press("sync")
    till.settle()
    click(named(till, "打开会员"))
    till.settle()
    assert till.screen == "counter"


def test_sync_now_asks_for_an_exchange(till: Till) -> None:
    till.bridge.tell_status(HubStatus(Link.OFFLINE, till.desk.clock.now()))
    till.settle()
    till.press("sync")
    click(named(till, "立即同步"))
    assert till.asked == 1


def test_other_colours_are_kept_and_worn_at_once(till: Till) -> None:
    till.press("settings")
    click(till.front.flow.screens.settings.themes.buttons["dark"])
    assert theme.current() is theme.DARK
    assert load_settings(till.desk.home).theme == "dark"
    assert till.screen == "settings"
    assert till.window.focusWidget() is till.front.flow.screens.settings.themes.buttons["dark"]
    click(till.front.flow.screens.settings.themes.buttons["light"])
    assert theme.current() is theme.LIGHT


def test_another_language_is_worn_at_once_and_scans_go_on(till: Till, qtbot: QtBot) -> None:
    till.press("settings")
    click(till.front.flow.screens.settings.languages.buttons["en"])
    assert till.window.windowTitle() == "Storeguide"
    assert "Enter" in told_in_all(till.front.flow.screens.enrol)
    till.window.hide()
    show(till.window, qtbot)
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)  # the old window is gone for good
    Keyboard(till.window).scan(CHEN)
    till.wait(lambda: till.visit is not None)
    assert till.screen == "counter"


def test_a_deed_saved_as_the_window_changes_is_no_trouble(till: Till) -> None:
    till.press("anonymous")
    till.press("settings")
    till.front.change(Settings(language="en"))
    till.wait(lambda: till.window.words.language == "en")
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    till.settle()
    assert till.sentence == ""
    assert till.visit is not None


def test_an_offer_to_undo_is_gone_once_somebody_else_is_served(till: Till) -> None:
    till.press("anonymous")
    till.settle()
    stroke(till, Qt.Key.Key_F9)
    assert till.sentence == "已保存 · 匿名"
    till.press("anonymous")
    till.settle()
    assert till.sentence == ""


def test_a_visit_taken_up_again_is_told(till: Till) -> None:
    till.keyboard.scan(LIU)
    till.settle()
    stroke(till, Qt.Key.Key_F6)
    stroke(till, Qt.Key.Key_F6, Qt.KeyboardModifier.ShiftModifier)
    assert till.sentence == "已取回 刘洋 的接待"


def test_a_scan_in_any_field_of_any_screen_leaves_nothing_there(till: Till) -> None:
    for place in ("members", "counter"):
        till.press(place)
        till.settle()
        fields = [each for each in till.window.findChildren(QLineEdit) if each.isVisible()]
        for field in fields:
            field.setFocus()
            till.keyboard.scan("6901230019999")
            assert field.text() == ""
