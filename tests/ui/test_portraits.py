"""Pictures of the window: nothing of it answers once it is closed."""

import threading
from datetime import UTC, datetime
from pathlib import Path

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.desk import Desk
from desktop.settings import Settings
from desktop.status import HubStatus, Link
from ui.portraits import Portraits


def test_a_reading_that_ends_after_the_window_is_gone_paints_nothing(shop: Desk, qtbot: QtBot, tmp_path: Path) -> None:
    app, gate = QApplication.instance(), threading.Event()
    assert isinstance(app, QApplication)
    portraits = Portraits(app, shop, HubStatus(Link.ALONE, since=datetime.now(UTC)), tmp_path)
    portraits.dress(Settings())
    shop.read_behind(lambda _: gate.wait())
    portraits.press("credit")
    portraits.close()
    gate.set()
    shop.read_behind(lambda _: None).result()
    with qtbot.captureExceptions() as raised:
        for _ in range(20):
            QCoreApplication.processEvents()
    assert raised == []
