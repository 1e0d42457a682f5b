"""Promises of the line for messages."""

from pytestqt.qtbot import QtBot

from resources import Words
from ui.widgets.message_bar import MessageBar


def test_what_keeps_the_window_from_working_stays_to_be_read(words: Words, qtbot: QtBot) -> None:
    bar = MessageBar(words)
    qtbot.addWidget(bar)
    bar.halt("no")
    bar.clear()
    assert bar.sentence == "no"
