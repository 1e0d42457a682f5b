"""Promises of the bridge: every answer comes on the Qt thread, and no error is lost."""

import threading
from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from desktop.desk import Desk
from desktop.errors import NotNow, StorageTrouble, TillError
from desktop.services.visits import finish_visit, serve
from desktop.status import HubStatus, Link
from desktop.views.visit import find_running_visit
from desktop.work import Work
from resources import Words
from ui.bridge import Bridge
from ui.screens.sync import Sync


@pytest.fixture
def bridge(stocked: Desk, qtbot: QtBot) -> Iterator[Bridge]:
    bridge = Bridge(stocked, sync_now=lambda: None)
    yield bridge
    done: list[None] = []
    bridge.run(lambda _work: None, then=done.append)
    qtbot.waitUntil(lambda: bool(done))


def test_a_deed_is_saved_before_its_answer_comes_on_the_qt_thread(bridge: Bridge, qtbot: QtBot) -> None:
    seen: list[tuple[threading.Thread, object]] = []
    bridge.run(serve, None, then=lambda _: seen.append((threading.current_thread(), bridge.read(find_running_visit))))
    qtbot.waitUntil(lambda: bool(seen))
    assert seen[0][0] is threading.main_thread()
    assert seen[0][1] is not None


def test_a_change_is_told_on_the_qt_thread(bridge: Bridge, qtbot: QtBot) -> None:
    threads: list[threading.Thread] = []
    bridge.changed.connect(lambda _: threads.append(threading.current_thread()))
    with qtbot.waitSignal(bridge.changed) as told:
        bridge.run(serve, None)
    assert told.args is not None
    assert told.args[0].of("visit")
    assert threads == [threading.main_thread()]


def test_who_presses_again_before_the_answer_is_answered_with_the_same_deed(bridge: Bridge, qtbot: QtBot) -> None:
    gate, done, told = threading.Event(), list[int](), list[int]()

    def deed(_work: Work, number: int) -> int:
        gate.wait()
        done.append(number)
        return number

    for number in (1, 1, 2):
        bridge.run(deed, number, once=True, then=told.append)
    gate.set()
    qtbot.waitUntil(lambda: len(told) == 3)
    bridge.run(deed, 2, once=True, then=told.append)  # answered: another press is another deed
    qtbot.waitUntil(lambda: len(told) == 4)
    assert (done, told) == ([1, 2, 2], [1, 1, 2, 2])


def test_what_is_taken_back_and_done_again_on_a_slow_disk_counts_three_times(bridge: Bridge, qtbot: QtBot) -> None:
    gate, done = threading.Event(), list[str]()

    def deed(_work: Work, what: str) -> None:
        gate.wait()
        done.append(what)

    for what, once in (("withdrawn", True), ("given", True), ("withdrawn", True), ("undo", False), ("withdrawn", True)):
        bridge.run(deed, what, once=once)
    gate.set()
    qtbot.waitUntil(lambda: len(done) == 5)
    assert done == ["withdrawn", "given", "withdrawn", "undo", "withdrawn"]


def test_an_error_goes_to_whoever_waits_for_it(bridge: Bridge, qtbot: QtBot) -> None:
    troubles: list[TillError] = []
    failures: list[TillError] = []
    bridge.trouble.connect(troubles.append)
    bridge.run(finish_visit, failed=failures.append)
    qtbot.waitUntil(lambda: bool(failures))
    assert (failures[0].code, troubles) == ("no_visit", [])


def test_an_error_nobody_waits_for_is_trouble(bridge: Bridge, qtbot: QtBot) -> None:
    with qtbot.waitSignal(bridge.trouble) as told:
        bridge.run(finish_visit)
    assert told.args is not None
    assert told.args[0].code == "no_visit"


@pytest.mark.noisy
def test_a_bug_is_logged_and_told_in_words(bridge: Bridge, qtbot: QtBot, caplog: pytest.LogCaptureFixture) -> None:
    def stumble(_work: Work) -> None:
        raise ZeroDivisionError

    with qtbot.waitSignal(bridge.trouble) as told:
        bridge.run(stumble)
    assert told.args is not None
    assert (told.args[0].code, told.args[0].facts) == ("bug", {"reason": "ZeroDivisionError"})
    assert any(record.exc_info for record in caplog.records)


def test_after_closing_a_deed_is_refused_in_words(stocked: Desk, qtbot: QtBot) -> None:
    bridge = Bridge(stocked, sync_now=lambda: None)
    stocked.close()
    failures: list[TillError] = []
    bridge.run(serve, None, failed=failures.append)
    assert isinstance(failures[0], NotNow)


def test_the_last_status_is_kept_and_told(bridge: Bridge, qtbot: QtBot) -> None:
    status = HubStatus(Link.OFFLINE, bridge.desk.clock.now(), waiting=3)
    with qtbot.waitSignal(bridge.status_changed) as told:
        threading.Thread(target=bridge.tell_status, args=(status,)).start()
    assert told.args == [status]
    assert bridge.status == status


def test_a_window_that_is_gone_gets_no_answer_but_its_trouble_is_told(bridge: Bridge, qtbot: QtBot) -> None:
    answers: list[object] = []
    bridge.run(serve, None, then=answers.append)
    bridge.run(serve, "nobody's id", failed=answers.append)
    bridge.forget_callers()
    with qtbot.waitSignal(bridge.trouble):
        pass
    assert answers == []


def test_what_is_amiss_with_the_files_is_said_once_and_stays_to_be_read(bridge: Bridge, qtbot: QtBot) -> None:
    said: list[TillError] = []
    bridge.trouble.connect(said.append)
    screen = Sync(bridge, Words("zh"))
    qtbot.addWidget(screen)
    screen.show()
    restored, full = StorageTrouble("data_restored", at="11-21 10:00"), StorageTrouble("little_space", free=12)
    for troubles in ((restored,), (restored, full), ()):
        with qtbot.waitSignal(bridge.troubles_changed):
            bridge.tell_troubles(troubles)
        screen.refresh()
        shown = screen.storage_warning.text()
        assert [
            trouble for trouble in (restored, full) if Words("zh")(f"error.{trouble.code}", **trouble.facts) in shown
        ] == list(troubles)
    assert said == [restored, full]
