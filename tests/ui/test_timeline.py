"""What happened with a member, told in the clerk's words."""

from datetime import UTC, datetime

import pytest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from desktop.views.timeline import Moment
from resources import Words
from ui.widgets.timeline_section import TimelineSection

NOW = datetime(2026, 11, 22, 8, tzinfo=UTC)


@pytest.mark.parametrize(("sub", "told"), [("trial", "试用"), ("送一杯咖啡", "送一杯咖啡"), ("", "")])
def test_points_say_in_words_what_they_were_for(qtbot: QtBot, sub: str, told: str) -> None:
    section = TimelineSection(Words("zh"))
    qtbot.addWidget(section)
    section.paint([Moment(NOW, "points", "10", sub)], NOW)
    said = [each.text() for each in section.findChildren(QLabel)]
    assert f"积分 +10 · {told}".removesuffix(" · ") in said
