"""Promises of the first start: a till that lacks something says what to do next."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from desktop.data.samples import fill_shop
from desktop.desk import Desk
from desktop.status import HubStatus, Link
from tests.ui.conftest import Till
from tests.ui.hands import stroke


def told_in(widget: QWidget) -> set[str]:
    return {each.text() for each in widget.findChildren(QLabel) if each.isVisible()}


def test_an_empty_till_says_what_to_do_until_there_is_a_catalogue(desk: Desk, qtbot: QtBot) -> None:
    till = Till(desk, qtbot)
    steps = till.front.flow.screens.idle.first_steps
    assert {"连接总部", "main.py run --hub URL --ticket T", "或者导入商品"} <= told_in(steps)
    till.bridge.tell_status(HubStatus(Link.OFFLINE, desk.clock.now(), problem="unreachable"))
    till.wait(lambda: "连接总部" not in told_in(steps))
    desk.do(fill_shop).result()
    till.press("anonymous")
    till.settle()
    stroke(till, Qt.Key.Key_F9)
    assert (till.screen, steps.isVisible()) == ("idle", False)
    till.leave()


def test_a_till_with_guides_asks_who_serves(desk: Desk, qtbot: QtBot) -> None:
    desk.do(fill_shop).result()
    desk.do(lambda work: setattr(work.till, "guide_id", None)).result()
    till = Till(desk, qtbot)
    steps = till.front.flow.screens.idle.first_steps
    assert "谁来接待?" in told_in(steps)
    assert "连接总部" not in told_in(steps)
    desk.do(fill_shop).result()
    till.press("anonymous")
    till.settle()
    stroke(till, Qt.Key.Key_F9)
    assert (till.screen, steps.isVisible()) == ("idle", False)
    till.leave()
