"""Promises of the visit by touch alone, and of the small widgets it is made of."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QComboBox, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from desktop.desk import Desk
from desktop.views.profile import find_profile
from desktop.views.visit import VisitView, find_running_visit
from resources import Words
from tests.ui.hands import type_into
from ui.bridge import Bridge
from ui.screens.counter import Counter
from ui.screens.enrol import Enrol
from ui.theme import apply_theme
from ui.widgets.chip import Chip
from ui.widgets.counter_page import CounterPage
from ui.widgets.flow_layout import FlowLayout
from ui.widgets.icon import icon

CHEN, LIU = "SGM13P15NVGC7D8W6W6WQQ", "SGM1TE918P13TX3828CVQF"
SERUM, CREAM = "6901230010019", "6901230010026"


@pytest.fixture
def counter(shop: Desk, words: Words, qtbot: QtBot) -> Iterator[Counter]:
    screen = Counter(Bridge(shop, sync_now=lambda: None), words)
    qtbot.addWidget(screen)
    screen.resize(1204, 640)
    screen.show()
    screen.enter()
    for code in (CHEN, SERUM, CREAM):
        screen.show_code(code)
    settle(screen, qtbot)
    yield screen
    screen.close()


def settle(screen: Counter, qtbot: QtBot) -> None:
    """Wait until everything that was asked for is done and painted."""
    done: list[None] = []
    screen.bridge.run_unasked(lambda _work: None, then=done.append)
    qtbot.waitUntil(lambda: bool(done))


def running(screen: Counter) -> VisitView:
    visit = screen.bridge.read(find_running_visit)
    assert visit is not None
    return visit


def tap(widget: QWidget, at: QPoint | None = None) -> None:
    QTest.mouseClick(widget, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, at or widget.rect().center())


def test_fingers_alone_serve_a_whole_visit(counter: Counter, qtbot: QtBot) -> None:
    panel = counter.page.visit
    first, second = panel.lines.rows.values()
    for part in first.segments.findChildren(QAbstractButton)[1:2] + second.segments.findChildren(QAbstractButton)[2:]:
        qtbot.waitUntil(lambda part=part: part.visibleRegion().contains(part.rect().center()))
        tap(part)
    tap(panel.learned.chips[0])
    tap(panel.learned.add)
    type_into(panel.learned.field, "喜欢喷雾")
    QTest.keyClick(panel.learned.field, Qt.Key.Key_Return)
    settle(counter, qtbot)
    visit = running(counter)
    assert [line.action for line in visit.lines] == ["tried", "bought"]
    assert [each.value for each in visit.learned] == ["皮肤泛红", "喜欢喷雾"]
    tap(counter.page.finish)
    settle(counter, qtbot)
    assert counter.bridge.read(find_running_visit) is None


def test_a_tap_on_a_row_picks_it(counter: Counter) -> None:
    first, second = counter.page.visit.lines.rows.values()
    assert counter.page.visit.lines.picked == second.line_id
    tap(first.name)
    assert counter.page.visit.lines.picked == first.line_id


def test_the_menu_of_a_row_declines_with_a_reason_returns_and_removes(counter: Counter, qtbot: QtBot) -> None:
    row = next(iter(counter.page.visit.lines.rows.values()))
    declined, returned, _, remove = row.menu().actions()
    reasons = declined.menu()
    assert reasons is not None
    next(each for each in reasons.actions() if each.text() == "价格").trigger()  # type: ignore[union-attr]
    settle(counter, qtbot)
    assert (running(counter).lines[0].action, running(counter).lines[0].reason) == ("declined", "price")
    assert row.about.text() == "没要(价格) · 6901230010019 · ¥368"
    returned.trigger()
    settle(counter, qtbot)
    assert running(counter).lines[0].action == "returned"
    remove.trigger()
    settle(counter, qtbot)
    assert len(running(counter).lines) == 1


def test_a_parked_visit_comes_back_by_a_tap_on_its_tab(counter: Counter, qtbot: QtBot) -> None:
    counter.show_code(LIU)
    settle(counter, qtbot)
    tab = counter.page.parked.findChild(Chip)
    assert tab.text().startswith("陈思雨 · ")
    assert tab.text().endswith(" · 2 件")
    tap(tab)
    settle(counter, qtbot)
    assert running(counter).member_name == "陈思雨"


def test_the_cross_of_a_preference_withdraws_it_and_the_rest_of_the_chip_does_not(
    counter: Counter, qtbot: QtBot
) -> None:
    preferences = counter.page.preferences
    chip = next(each for each in preferences.findChildren(Chip) if each.text() == "无香")
    tap(chip, QPoint(12, chip.height() // 2))
    settle(counter, qtbot)
    assert "无香" in [each.text() for each in preferences.findChildren(Chip)]
    tap(chip, QPoint(chip.width() - 14, chip.height() // 2))
    settle(counter, qtbot)
    qtbot.waitUntil(lambda: "无香" not in [each.text() for each in preferences.findChildren(Chip)])


def test_a_consent_is_given_only_after_its_text_was_opened(counter: Counter, qtbot: QtBot) -> None:
    marketing = counter.page.preferences.consents.line("marketing")
    assert not marketing.button.isVisible()
    tap(marketing.open)
    assert marketing.button.isVisible()
    tap(marketing.button)
    settle(counter, qtbot)
    member_id = running(counter).member_id
    assert member_id is not None
    profile = counter.bridge.read(find_profile, member_id, counter.bridge.desk.clock.now().date())
    assert profile is not None
    assert [each.purpose for each in profile.consents if not each.agreed] == ["sensitive"]
    assert not marketing.button.isVisible()


def test_escape_drops_an_own_word_and_keeps_the_visit(counter: Counter) -> None:
    learned = counter.page.visit.learned
    tap(learned.add)
    type_into(learned.field, "随便")
    QTest.keyClick(learned.field, Qt.Key.Key_Escape)
    assert learned.add.isVisible()
    assert not learned.field.isVisible()
    assert counter.hasFocus()


@pytest.mark.parametrize(("width", "beside"), [(948, False), (1204, True), (1844, True)])
def test_a_narrow_counter_puts_the_record_under_the_member(
    counter: Counter, qtbot: QtBot, width: int, beside: bool
) -> None:
    counter.resize(width, 640)
    page = counter.page
    qtbot.waitUntil(lambda: page.visit.width() > 400)
    assert page.width() == width
    assert page.visit.geometry().right() < width
    right_of_visit = page.history.mapTo(page, QPoint(0, 0)).x() > page.visit.geometry().right()
    assert right_of_visit is beside


@pytest.mark.parametrize("screen", [Counter, Enrol])
def test_everything_that_takes_the_keyboard_has_a_name(
    shop: Desk, words: Words, qtbot: QtBot, screen: type[Counter | Enrol]
) -> None:
    made = screen(Bridge(shop, sync_now=lambda: None), words)
    qtbot.addWidget(made)
    for kind in (QAbstractButton, QLineEdit, QComboBox):
        for each in made.findChildren(kind):
            said = each.accessibleName() or (each.text() if isinstance(each, QAbstractButton) else "")
            assert said, each


def test_chips_wrap_and_a_long_one_ends_in_dots(qtbot: QtBot) -> None:
    box = QWidget()
    qtbot.addWidget(box)
    flow = FlowLayout(box)
    chips = [Chip("很长很长的一条偏好,写了许多许多字,一行放不下"), *(Chip(f"偏好 {number}") for number in range(30))]
    for chip in chips:
        flow.addWidget(chip)
    box.resize(200, 900)
    box.show()
    qtbot.waitUntil(lambda: chips[0].toolTip() == chips[0].text())
    assert all(chip.geometry().right() < 200 for chip in chips)
    assert len({chip.y() for chip in chips}) > 9
    assert flow.heightForWidth(200) > flow.heightForWidth(400)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_counter_wears_either_set_of_colours(counter: Counter, qapp: object, theme: str) -> None:
    apply_theme(qapp, theme)  # type: ignore[arg-type]
    assert not counter.grab().isNull()


def test_an_icon_is_drawn_once_for_all_rows_and_anew_in_other_colours(qapp: QApplication) -> None:
    apply_theme(qapp, "light")
    one, other = icon("more").cacheKey(), icon("more").cacheKey()
    apply_theme(qapp, "dark")
    dark = icon("more").cacheKey()
    apply_theme(qapp, "light")
    assert one == other != dark


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("width", [948, 1120, 1199, 1200, 1204])
def test_no_button_under_the_visit_is_cut_off(qapp: QApplication, qtbot: QtBot, language: str, width: int) -> None:
    apply_theme(qapp, "light")
    page = CounterPage(Words(language))
    qtbot.addWidget(page)
    page.show_who(known=True, running=True)
    page.count(12)
    page.resize(width, 640)
    with qtbot.waitExposed(page):
        page.show()
    for button in (page.hold, page.book, page.finish):
        assert button.width() >= button.sizeHint().width()
