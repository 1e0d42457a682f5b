"""Promises of the notice of a wrong clock: a real window, and the loop and the hub that find it out."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from desktop.clock import Clock
from resources import Words
from sync.hub.embedded import EmbeddedHub
from sync.loop import SyncLoop
from sync.till import open_till
from tests.live_hub import STORE
from tests.ui.conftest import Till
from ui.said import clock_sentence

FAST, SLOW = "本机时钟快了 61 分钟,请校准系统时间。", "本机时钟慢了 61 分钟,请校准系统时间。"
AN_HOUR_OFF = timedelta(minutes=61)


class ClockOnTheWall(Clock):
    """The machine's, as somebody has set it."""

    off = timedelta()

    def now(self) -> datetime:
        return super().now() + self.off


@pytest.fixture
def wall() -> ClockOnTheWall:
    return ClockOnTheWall()


@pytest.fixture
def connected(hub: EmbeddedHub, wall: ClockOnTheWall, tmp_path: Path, qtbot: QtBot) -> Iterator[Till]:
    """A window on a till whose loop talks to the hub, whenever it is told to."""
    desk = open_till(tmp_path / "till", wall)
    till = Till(desk, qtbot)
    loop = SyncLoop(desk, url=hub.url, ticket=hub.ticket(STORE), on_status=till.bridge.tell_status)
    loop.start()
    till.bridge.sync_now = lambda: loop.sync_now().result(30)
    yield till
    loop.stop()
    till.leave()
    desk.close()


def set_clock(till: Till, wall: ClockOnTheWall, off: timedelta) -> None:
    """Somebody sets the clock, and the till has heard the hub since."""
    wall.off = off
    till.bridge.sync_now()
    till.settle()


@pytest.mark.parametrize(("off", "told"), [(AN_HOUR_OFF, FAST), (-AN_HOUR_OFF, SLOW)])
def test_a_clerk_reads_how_far_the_clock_is_off_until_it_is_right(
    connected: Till, wall: ClockOnTheWall, off: timedelta, told: str
) -> None:
    set_clock(connected, wall, off)
    connected.wait(lambda: connected.sentence == told)
    set_clock(connected, wall, timedelta(minutes=1))
    connected.wait(lambda: connected.sentence == "")


def test_a_wrong_clock_is_in_nobodys_way(connected: Till, wall: ClockOnTheWall) -> None:
    """It gives way to whatever is said, comes back after it, and is not heard each time the hub is."""
    messages, heard = connected.window.messages, []
    messages.warned.connect(lambda: heard.append(connected.sentence))
    set_clock(connected, wall, AN_HOUR_OFF)
    connected.wait(lambda: connected.sentence == FAST)
    connected.keyboard.scan("4006381333931")
    connected.wait(lambda: connected.sentence not in ("", FAST))
    said = connected.sentence
    set_clock(connected, wall, AN_HOUR_OFF)
    assert connected.sentence == said
    connected.press("back")
    messages.clear()
    assert connected.sentence == FAST
    assert FAST not in heard


def test_the_sync_screen_says_the_same(connected: Till, wall: ClockOnTheWall) -> None:
    set_clock(connected, wall, AN_HOUR_OFF)
    connected.press("sync")
    warning = connected.front.flow.screens.sync.clock_warning
    connected.wait(lambda: warning.text() == FAST and warning.isVisible())
    set_clock(connected, wall, timedelta())
    connected.wait(warning.isHidden)


def test_two_minutes_are_not_worth_telling() -> None:
    assert [clock_sentence(Words("en"), off * 1000) for off in (120, -120)] == ["", ""]
    assert clock_sentence(Words("en"), -121_000) == "This till's clock is 2 minutes slow; please set it."
