"""Credit in the window: every figure opens to what it is made of."""

import threading
from datetime import date, timedelta

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from desktop.data.samples import sample
from desktop.services.guides import sign_on
from desktop.services.visits import add_line, change_line, finish_visit, serve
from desktop.views.search import recent_members
from desktop.views.till import find_guides
from tests.ui.conftest import Till
from ui.newest import Newest
from ui.screens.credit import Credit, span_of


def page(till: Till) -> Credit:
    return till.front.flow.screens.credit


def sell(till: Till) -> str:
    """Somebody buys; gives who served them."""
    guide = till.desk.read(find_guides)[1].id
    till.desk.do(sign_on, guide).result()
    till.desk.do(serve, till.desk.read(recent_members, 1)[0].member_id).result()
    line = till.desk.do(add_line, next(sample("products"))["gtin"].zfill(14)).result()
    till.desk.do(change_line, line, "bought").result()
    return guide


def test_a_figure_opens_to_its_events_with_the_reason_and_without_the_name(till: Till) -> None:
    guide = sell(till)
    till.press("credit")
    till.wait(lambda: guide in page(till).rows)
    page(till).rows[guide].chips["credit"].click()
    till.wait(lambda: page(till).events.rows)
    (told,) = page(till).events.rows
    name = till.desk.read(recent_members, 1)[0].name
    assert name not in told
    assert f"{name[0]}**" in told
    assert "%" in told


def test_a_sale_shows_at_once_while_the_screen_is_up(till: Till) -> None:
    till.press("credit")
    guide = sell(till)
    till.wait(lambda: guide in page(till).rows and "sales" in page(till).rows[guide].chips)


def test_what_a_figure_leaves_out_is_said_beside_it(till: Till) -> None:
    till.press("credit")
    page(till).spans.press("month")
    till.wait(lambda: page(till).rows)
    guide = next(iter(page(till).rows))
    page(till).rows[guide].chips["paced"].click()
    till.wait(lambda: page(till).events.rows)
    assert "120 分钟" in page(till).events.told
    assert len(page(till).events.rows) == page(till).rows[guide].view.paced


def test_several_guides_stand_below_the_whole_store(till: Till) -> None:
    till.press("credit")
    sell(till)
    till.desk.do(sign_on, till.desk.read(find_guides)[0].id).result()
    till.desk.do(finish_visit).result()
    till.desk.do(serve, None).result()
    till.wait(lambda: None in page(till).rows)
    assert next(iter(page(till).rows)) is None
    page(till).rows[None].chips["visits"].click()
    till.wait(lambda: len(page(till).events.rows) == page(till).rows[None].view.visits)


def test_the_window_does_not_wait_for_a_long_reading(till: Till) -> None:
    guide = sell(till)
    gate = threading.Event()
    till.bridge.read_behind(lambda _connection: gate.wait(), then=lambda _: None)
    till.press("credit")
    page(till).spans.press("month")
    till.wait(lambda: page(till).total.text() == "正在读取…")
    assert not page(till).rows
    till.press("members")
    assert till.screen == "members"
    till.press("credit")
    gate.set()
    till.wait(lambda: guide in page(till).rows)
    assert page(till).total.text() != "正在读取…"
    assert page(till).when.text() == " – ".join(map(str, page(till).days))


def test_of_many_readings_only_the_newest_is_painted(till: Till) -> None:
    gate, painted = threading.Event(), list[int]()
    newest = Newest(till.bridge)
    newest.ask(lambda _connection: gate.wait(), then=lambda _: painted.append(0))
    for number in (1, 2, 3):
        newest.ask(lambda _connection, number: number, number, then=painted.append)
    gate.set()
    till.wait(lambda: painted)
    assert painted == [3]


def test_one_goes_back_in_time_and_never_beyond_today(till: Till) -> None:
    till.press("credit")
    page(till).spans.press("month")
    last = page(till).days[1]
    assert not page(till).on.isEnabled()
    page(till).back.click()
    assert page(till).days[1] == last.replace(day=1) - timedelta(1)
    page(till).on.click()
    assert page(till).days[1] == last


def test_days_and_spans_are_reached_by_the_keyboard(till: Till) -> None:
    till.press("credit")
    till.wait(page(till).hasFocus)
    QTest.keyClick(page(till), Qt.Key.Key_Left)
    assert page(till).on.isEnabled()
    QTest.keyClick(page(till), Qt.Key.Key_Right)
    assert not page(till).on.isEnabled()
    while (focus := till.window.focusWidget()) not in page(till).spans.children():
        assert focus is not None
        QTest.keyClick(focus, Qt.Key.Key_Tab)
    QTest.keyClick(focus, Qt.Key.Key_Tab)
    week = till.window.focusWidget()
    assert week is not None
    QTest.keyClick(week, Qt.Key.Key_Space)
    assert page(till).spans.taken == "week"


def test_a_week_begins_on_monday() -> None:
    first, last = span_of("week", date(2026, 11, 22))
    assert (first.isoweekday(), last.isoweekday(), (last - first).days) == (1, 7, 6)
