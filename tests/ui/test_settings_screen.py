"""The settings of scanners and old cards: what is set holds at once, and a test scan shows what a scanner does."""

import os
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QLabel, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from desktop.desk import Desk
from desktop.scanning.wedge_trace import read_trace
from desktop.settings import SerialPort, Settings, load_settings, save_settings
from desktop.views.code_rules import find_own_rules
from desktop.views.till import find_guides, find_till
from tests.ui.conftest import Till
from tests.ui.hands import leave, slow_disk
from tests.ui.test_traces import FOLDER
from ui.screens.settings import SettingsScreen

CHEN, SERUM = "SGM13P15NVGC7D8W6W6WQQ", "6901230010019"


@pytest.fixture
def screen(till: Till) -> SettingsScreen:
    till.press("settings")
    screen = till.front.flow.screens.settings
    screen.show_page("scanner")
    return screen


def click(widget: QWidget) -> None:
    QTest.mouseClick(widget, Qt.MouseButton.LeftButton)


def named(screen: SettingsScreen, text: str) -> QAbstractButton:
    return next(each for each in screen.findChildren(QAbstractButton) if each.accessibleName() == text)


def write(field: QLineEdit, text: str) -> None:
    field.setText(text)
    field.editingFinished.emit()


def told(screen: QWidget) -> list[str]:
    return [each.text() for each in screen.findChildren(QLabel) if each.isVisible() and each.text()]


def let_it_grow(till: Till, *, pages: int) -> None:
    """How large the database may be; never smaller than it is."""
    till.desk.do(
        lambda work: work.session.connection().exec_driver_sql(f"PRAGMA max_page_count = {pages}").all()
    ).result()


def test_what_is_set_of_the_scanner_holds_at_once_and_after_a_restart(till: Till, screen: SettingsScreen) -> None:
    click(screen.scanner.kinds.buttons["own"])
    write(screen.scanner.fields["prefix"], "~")
    click(screen.scanner.choices["end"].buttons["tab"])
    assert till.window.scanner.profile.prefix == "~"
    kept = load_settings(till.desk.home)
    assert (kept.scanner, kept.profile.prefix, kept.profile.end) == ("own", "~", "tab")
    till.keyboard.scan("~" + CHEN, Qt.Key.Key_Tab)
    till.wait(lambda: till.visit is not None)


def test_a_bad_value_is_refused_in_words_and_the_old_one_holds(till: Till, screen: SettingsScreen) -> None:
    for text in ("0", "x", "-1", "1e9", ""):
        write(screen.scanner.fields["shortest"], text)
        assert "请填 3 到 40 之间的整数" in told(screen)
    assert load_settings(till.desk.home).profile.shortest == till.window.scanner.profile.shortest == 6
    click(screen.scanner.kinds.buttons["bluetooth"])
    assert "请填 3 到 40 之间的整数" not in told(screen)


def test_defaults_come_back_with_one_press(till: Till, screen: SettingsScreen) -> None:
    write(screen.scanner.fields["average_gap_ms"], "50")
    assert till.window.scanner.profile.average_gap_ms == 50
    click(named(screen, "恢复默认"))
    assert till.window.scanner.profile.average_gap_ms == 35
    assert screen.scanner.fields["average_gap_ms"].text() == "35"


def test_a_test_scan_is_shown_and_serves_nobody(till: Till, screen: SettingsScreen) -> None:
    click(screen.test.start)
    till.keyboard.scan(CHEN)
    assert (screen.test.verdict.text(), screen.test.content.text()) == ("识别为:会员码", CHEN)
    till.wait(lambda: "23 键" in screen.test.pace.text())
    assert screen.test.table.rowCount() == 23
    assert (till.screen, till.visit) == ("settings", None)
    till.press("counter")
    till.press("settings")
    assert not screen.test.testing
    till.keyboard.scan(CHEN)
    till.wait(lambda: till.visit is not None)


def test_typing_is_told_from_a_scan(till: Till, screen: SettingsScreen) -> None:
    click(screen.test.start)
    till.window.setFocus()
    till.keyboard.type("138")
    till.wait(lambda: screen.test.verdict.text().startswith("当作打字"))


def test_a_payment_code_is_neither_shown_nor_kept(till: Till, screen: SettingsScreen) -> None:
    click(screen.test.start)
    till.keyboard.scan("134567890123456789")
    assert screen.test.verdict.text() == "识别为:付款码,没有保存"
    assert not screen.test.save.isEnabled()
    assert screen.test.table.rowCount() == 0
    assert not [text for text in told(screen) if "13456" in text]


def test_a_payment_code_that_was_taken_for_typing_is_not_kept_either(till: Till, screen: SettingsScreen) -> None:
    click(screen.test.start)
    till.keyboard.type("134567890123456789")
    till.wait(lambda: screen.test.verdict.text() == "识别为:付款码,没有保存")
    assert not screen.test.save.isEnabled()
    assert screen.test.table.rowCount() == 0


@pytest.mark.parametrize("name", ["honeywell_gs_as_alt", "cut_off", "bluetooth"])
def test_a_recorded_trace_is_replayed_and_saved_as_it_was(
    till: Till, screen: SettingsScreen, tmp_path: Path, name: str
) -> None:
    before = till.window.scanner.profile
    screen.test.play_from(FOLDER / f"{name}.json")
    screen.test.save_to(tmp_path / "mine.json")
    mine, theirs = read_trace(tmp_path / "mine.json"), read_trace(FOLDER / f"{name}.json")
    assert (mine.scan, mine.fault, mine.strokes) == (theirs.scan, theirs.fault, theirs.strokes)
    assert till.window.scanner.profile == before


def test_a_file_that_is_no_trace_is_told_in_words(till: Till, screen: SettingsScreen, tmp_path: Path) -> None:
    (tmp_path / "notes.json").write_text("[]")
    screen.test.play_from(tmp_path / "notes.json")
    assert till.sentence == "notes.json 不是按键记录"
    screen.test.play_from(FOLDER / "capslock.json")
    screen.test.save_to(tmp_path)
    assert till.sentence == f"{tmp_path} 是文件夹,这里要一个文件"


def test_rules_of_old_cards_are_added_tried_and_removed(till: Till, screen: SettingsScreen) -> None:
    screen.show_page("cards")
    cards = screen.cards
    cards.text.setText("VIP00012345")
    assert cards.verdict.text() == "不认识的码"
    cards.name.setText("老卡")
    cards.value.setText("VIP")
    click(cards.add)
    till.settle()
    assert cards.verdict.text() == "旧会员卡 · 老卡 · 卡号 00012345"
    assert [rule.prefix for rule in till.desk.read(find_own_rules).legacy] == ["VIP"]
    cards.name.setText("老卡")
    cards.value.setText("((")
    click(cards.by.buttons["pattern"])
    click(cards.add)
    assert [text for text in told(screen) if text.startswith("规则“老卡”")]
    click(named(screen, "删除: 老卡"))
    till.settle()
    assert till.desk.read(find_own_rules).legacy == ()
    assert "还没有规则" in told(screen)


def test_a_serial_scanner_serves_a_member(till: Till, screen: SettingsScreen) -> None:
    far, near = os.openpty()
    port = SerialPort(os.ttyname(near))
    till.front.change(Settings(serial=(port,)))
    till.wait(lambda: till.front.lines.states == {port.port: "connected"})
    os.write(far, CHEN.encode() + b"\r")
    till.wait(lambda: till.visit is not None)
    till.front.change(Settings())
    assert till.front.lines.states == {}
    os.close(far)
    os.close(near)


def test_a_sound_that_was_switched_off_stays_off(till: Till, screen: SettingsScreen) -> None:
    screen.show_page("general")
    click(screen.sounds.buttons["off"])
    assert till.window.feedback.sounds.volume == load_settings(till.desk.home).sound == "off"


def test_a_settings_file_that_is_wrong_is_told_in_words(shop: Desk, qtbot: QtBot) -> None:
    save_settings(shop.home, Settings())
    (shop.home / "settings.toml").write_text('sound = "noise"')
    till = Till(shop, qtbot)
    assert till.sentence == "设置文件里的 sound 不对,已用默认值"
    till.leave()


def show_cards(till: Till) -> SettingsScreen:
    till.press("settings")
    screen = till.front.flow.screens.settings
    screen.show_page("cards")
    return screen


def test_two_rules_added_one_after_the_other_on_a_slow_disk_are_both_kept(till: Till) -> None:
    screen = show_cards(till)
    with slow_disk(till):
        for name, value in (("旧卡", "VIP"), ("金卡", "GOLD")):
            screen.cards.name.setText(name)
            screen.cards.value.setText(value)
            screen.cards.add.click()
    assert [each.name for each in till.desk.read(find_own_rules).legacy] == ["旧卡", "金卡"]
    assert (screen.cards.name.text(), screen.cards.value.text()) == ("", "")


def test_a_rule_half_typed_stays_though_another_has_its_name(till: Till) -> None:
    screen = show_cards(till)
    cards = screen.cards
    cards.name.setText("旧卡")
    cards.value.setText("VIP")
    cards.add.click()
    till.settle()
    cards.name.setText("旧卡")
    cards.value.setText("GO")
    screen.refresh()
    assert (cards.name.text(), cards.value.text()) == ("旧卡", "GO")


def test_a_rule_that_the_full_disk_refused_is_added_by_another_press(till: Till) -> None:
    screen = show_cards(till)
    cards = screen.cards
    cards.name.setText("旧卡")
    cards.value.setText("V" * 30_000)  # needs room that there is not
    let_it_grow(till, pages=1)
    cards.add.click()
    till.wait(lambda: till.sentence)
    let_it_grow(till, pages=1_000_000)
    assert cards.name.text() == "旧卡"
    cards.add.click()
    till.settle()
    assert [each.name for each in till.desk.read(find_own_rules).legacy] == ["旧卡"]


def test_who_could_not_sign_on_is_not_shown_as_if_they_serve(till: Till) -> None:
    here = till.desk.read(find_till).guide_id
    other = next(each for each in till.desk.read(find_guides) if each.id != here)
    till.press("settings")
    screen = till.front.flow.screens.settings
    with slow_disk(till):
        till.desk.do(leave, other.id)
        screen.guides.buttons[other.id].click()
    assert till.sentence == till.window.words("error.guide_unknown")
    assert screen.guides.taken == here


def test_a_setting_that_cannot_be_kept_is_not_shown_as_if_it_were(till: Till) -> None:
    till.press("settings")
    screen = till.front.flow.screens.settings
    kept = till.desk.home / "settings.toml"
    kept.unlink(missing_ok=True)
    kept.mkdir()  # where nothing can be written
    screen.languages.buttons["en"].click()
    assert till.sentence
    assert (till.window.words.language, screen.languages.taken) == ("zh", "zh")
    kept.rmdir()
    screen.sounds.buttons["soft"].click()
    assert till.window.words.language == "zh"
