"""Typing as people do: Chinese comes from an input method, keys from the window system; some type on a slow disk."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from PySide6.QtCore import Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit

from desktop.data.catalogue import Guide
from desktop.desk import Desk
from desktop.services.members import Application, enrol
from desktop.work import Work
from tests.ui.conftest import Till


class Hands(Protocol):
    """Somebody at a till."""

    desk: Desk

    def settle(self) -> None: ...


@contextmanager
def slow_disk(till: Hands) -> Iterator[None]:
    """Nothing is saved before the block ends."""
    gate = threading.Event()
    till.desk.do(lambda _work: gate.wait())
    try:
        yield
    finally:
        gate.set()
        till.settle()


def leave(work: Work, guide_id: str) -> None:
    """A guide works here no longer."""
    work.session.get_one(Guide, guide_id).active = False


def enrol_many(work: Work, count: int) -> None:
    for number in range(count):
        enrol(work, Application(phone=f"139{number:08}", consents=("service",)))


def type_into(field: QLineEdit, text: str) -> None:
    """What an input method sends when a phrase is done."""
    event = QInputMethodEvent()
    event.setCommitString(text)
    QApplication.sendEvent(field, event)


def stroke(till: Till, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    """A key, as the window system brings it: shortcuts first."""
    QTest.keyClick(till.window.windowHandle(), key, modifier)
    till.settle()
