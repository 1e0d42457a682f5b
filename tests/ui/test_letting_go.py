"""Promises of the sync screen when headquarters no longer has much that is here: a clerk says whether it goes."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton
from pytestqt.qtbot import QtBot

from desktop.desk import Desk
from tests.setback import KEPT, LOST, Setback
from tests.ui.conftest import Till


@pytest.fixture
def setback(desk: Desk, tmp_path: Path) -> Iterator[Setback]:
    with closing(Setback(desk, tmp_path)) as setback:
        yield setback


@pytest.fixture
def connected(setback: Setback, qtbot: QtBot) -> Iterator[Till]:
    """A window on that till; it talks to the hub whenever it is told to."""
    till = Till(setback.desk, qtbot)
    till.bridge.sync_now = lambda: till.bridge.tell_status(setback.exchange())
    yield till
    till.leave()


def press(button: QAbstractButton) -> None:
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def test_what_headquarters_lost_goes_when_the_clerk_agrees_and_not_before(connected: Till, setback: Setback) -> None:
    connected.press("sync")
    connected.settle()
    screen = connected.front.flow.screens.sync
    assert not screen.let_go.isVisible()
    connected.bridge.sync_now()
    connected.wait(screen.let_go.isVisible)
    assert screen.vanishing.text() == screen.words("sync.vanishing", count=str(LOST))
    press(screen.again)
    connected.settle()
    assert (screen.let_go.isVisible(), setback.known()) == (True, KEPT + LOST)
    press(screen.let_go)
    connected.wait(lambda: not screen.let_go.isVisible())
    assert connected.sentence == screen.words("sync.let_go_done", count=str(LOST))
    assert setback.known() == KEPT
