"""Promises of the scanner: a scan from anywhere is a scan, leaves nothing behind, and typing stays typing."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import qrcode
from PySide6.QtCore import QMimeData, Qt, QUrl
from PySide6.QtGui import QGuiApplication, QImage, QInputMethodEvent, QKeySequence, QShortcut
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from desktop.errors import BadInput, TillError
from desktop.scanning.wedge_keys import Stroke
from desktop.scanning.wedge_profile import USB, changed
from desktop.scanning.wedge_trace import read_trace
from tests.ui.wedge import Keyboard
from ui.pictures import Pictures
from ui.replay import replay
from ui.scanner import Scanner

CODE = "SGM13P15NVGC7D8W6W6WQQ"
# For keys that bear the machine's own stamps: between two of them a loaded one may do something else.
SLOW = changed(USB, {"average_gap_ms": 150, "longest_gap_ms": 500})


class Place:
    """A window with a field, a page of text and a button, a scanner before it."""

    def __init__(self, qtbot: QtBot) -> None:
        self.window = QWidget()
        self.field, self.page, self.button = QLineEdit(), QPlainTextEdit(), QPushButton("x")
        layout = QVBoxLayout(self.window)
        for widget in (self.field, self.page, self.button):
            layout.addWidget(widget)
        self.pictures = Pictures(self.window)
        self.scanner = Scanner(self.pictures, self.window)
        self.scanner.watch()
        self.scans: list[str] = []
        self.scanner.scanned.connect(self.scans.append)
        self.presses = 0
        self.button.clicked.connect(self._count)
        self.window.show()
        qtbot.waitExposed(self.window)
        self.window.activateWindow()
        qtbot.waitUntil(self.window.isActiveWindow)
        self.keyboard = Keyboard(self.window)

    def _count(self) -> None:
        self.presses += 1


@pytest.fixture
def place(qtbot: QtBot) -> Iterator[Place]:
    place = Place(qtbot)
    yield place
    place.scanner.close()
    place.pictures.close()
    place.window.close()
    place.window.deleteLater()


def test_a_scan_without_a_field_is_heard(place: Place) -> None:
    place.button.setFocus()
    place.keyboard.scan(CODE)
    assert place.scans == [CODE]


@pytest.mark.parametrize("end", [Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Tab])
def test_a_scan_leaves_nothing_in_the_field_and_its_end_key_does_nothing(place: Place, end: Qt.Key) -> None:
    place.field.setText("13:")
    place.field.setFocus()
    entered: list[bool] = []
    place.field.returnPressed.connect(lambda: entered.append(True))
    place.keyboard.scan(CODE, end)
    assert (place.scans, place.field.text(), entered) == ([CODE], "13:", [])
    assert place.field.hasFocus()


def test_a_scan_leaves_nothing_in_a_page_of_text(place: Place) -> None:
    place.page.setPlainText("上次试用精华")
    place.page.setFocus()
    place.keyboard.scan(CODE)
    assert (place.scans, place.page.toPlainText()) == ([CODE], "上次试用精华")


def test_marked_text_survives_a_scan(place: Place) -> None:
    place.field.setText("138")
    place.field.setFocus()
    place.field.selectAll()
    place.keyboard.scan(CODE)
    assert (place.scans, place.field.text()) == ([CODE], "138")


def test_a_field_that_refuses_letters_loses_none_of_its_own(place: Place) -> None:
    place.field.setInputMask("999999999999")
    place.field.setText("138")
    place.field.setFocus()
    place.field.setCursorPosition(3)
    place.keyboard.scan(CODE)
    assert (place.scans, place.field.text()) == ([CODE], "138")


def test_a_scanner_without_an_end_key_is_heard_too(place: Place, qtbot: QtBot) -> None:
    place.button.setFocus()
    place.keyboard.scan(CODE, end=None)
    qtbot.waitUntil(lambda: bool(place.scans))
    assert place.scans == [CODE]


def test_typing_stays_typing(place: Place, qtbot: QtBot) -> None:
    place.field.setFocus()
    place.keyboard.type("chensiyu 13812346021")
    assert (place.scans, place.field.text()) == ([], "chensiyu 13812346021")


def test_fast_typing_arrives_in_order(place: Place, qtbot: QtBot) -> None:
    place.field.setFocus()
    for letter in "csy1":
        place.keyboard.key(letter, 20)
    qtbot.waitUntil(lambda: place.field.text() == "csy1")
    assert place.scans == []


def test_enter_after_typing_is_the_fields(place: Place) -> None:
    place.field.setFocus()
    entered: list[bool] = []
    place.field.returnPressed.connect(lambda: entered.append(True))
    place.keyboard.type("13812346021")
    place.keyboard.key(Qt.Key.Key_Return)
    assert (entered, place.scans) == ([True], [])


def test_a_scan_presses_no_button(place: Place) -> None:
    place.button.setFocus()
    place.keyboard.scan("A CODE WITH SPACES")
    assert (place.scans, place.presses) == (["A CODE WITH SPACES"], 0)


def test_space_still_presses_a_button(place: Place) -> None:
    place.button.setFocus()
    place.keyboard.key(Qt.Key.Key_Space)
    assert place.presses == 1


def test_a_scan_triggers_no_shortcut(place: Place, qtbot: QtBot) -> None:
    pressed: list[str] = []
    place.scanner.use(SLOW)
    for key in ("6", "F9", "Ctrl+J"):
        QShortcut(QKeySequence(key), place.window, lambda key=key: pressed.append(key))
    place.button.setFocus()
    window = place.window.windowHandle()
    for letter in "6901230010019":
        QTest.keyClick(window, letter)
    QTest.keyClick(window, Qt.Key.Key_F9)
    QTest.keyClick(window, Qt.Key.Key_J, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClick(window, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: bool(place.scans))
    assert (place.scans, pressed) == (["6901230010019"], [])


def test_a_shortcut_works_between_scans(place: Place) -> None:
    pressed: list[bool] = []
    QShortcut(QKeySequence("F9"), place.window, lambda: pressed.append(True))
    place.keyboard.scan(CODE)
    QTest.keyClick(place.window.windowHandle(), Qt.Key.Key_F9)
    assert pressed == [True]


def test_twenty_scans_in_a_row_are_all_heard_in_order(place: Place) -> None:
    place.field.setFocus()
    codes = [f"69012300{number:05d}" for number in range(20)]
    for code in codes:
        for letter in code:
            place.keyboard.key(letter, 3)
        place.keyboard.key(Qt.Key.Key_Return, 3)
    assert (place.scans, place.field.text()) == (codes, "")


def test_a_scan_swallowed_by_an_input_method_is_given_back(place: Place, qtbot: QtBot) -> None:
    place.scanner.use(SLOW)
    place.field.setFocus()
    for length in (1, 3, 6):
        QApplication.sendEvent(place.field, QInputMethodEvent(CODE[:length], []))
    done = QInputMethodEvent()
    done.setCommitString(CODE)
    QApplication.sendEvent(place.field, done)
    qtbot.waitUntil(lambda: bool(place.scans))
    assert (place.scans, place.field.text()) == ([CODE], "")


def test_a_word_that_was_spoken_or_picked_is_typing(place: Place, qtbot: QtBot) -> None:
    """A screen keyboard, handwriting and dictation hand over whole words at once, which nobody composed."""
    place.field.setFocus()
    done = QInputMethodEvent()
    done.setCommitString("wonderful")
    QApplication.sendEvent(place.field, done)
    place.keyboard.key(Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: place.field.text() == "wonderful")
    assert place.scans == []


def test_composed_chinese_is_typing(place: Place) -> None:
    place.field.setFocus()
    done = QInputMethodEvent()
    done.setCommitString("陈思雨换季敏感")
    QApplication.sendEvent(place.field, done)
    assert (place.scans, place.field.text()) == ([], "陈思雨换季敏感")


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    path = tmp_path / "member.png"
    qrcode.make(CODE).save(path)
    return path


def test_a_dropped_picture_file_is_read(place: Place, picture: Path, qtbot: QtBot) -> None:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(picture))])
    with qtbot.waitSignal(place.pictures.found) as found:
        assert place.pictures.take(mime)
    assert found.args == [CODE]


def test_a_copied_picture_is_read_by_ctrl_v(place: Place, picture: Path, qtbot: QtBot) -> None:
    QGuiApplication.clipboard().setImage(QImage(str(picture)))
    place.button.setFocus()
    with qtbot.waitSignal(place.pictures.found) as found:
        QTest.keyClick(place.window.windowHandle(), Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert found.args == [CODE]


def test_copied_text_is_pasted_into_the_field(place: Place) -> None:
    QGuiApplication.clipboard().setText("13812346021")
    place.field.setFocus()
    QTest.keyClick(place.window.windowHandle(), Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert place.field.text() == "13812346021"


def test_a_picture_without_a_code_says_so(place: Place, tmp_path: Path, qtbot: QtBot) -> None:
    blank = tmp_path / "blank.png"
    image = QImage(80, 80, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.white)
    image.save(str(blank))
    assert _failure(place, blank, qtbot).code == "picture_without_code"


def test_a_file_that_is_no_picture_says_so(place: Place, tmp_path: Path, qtbot: QtBot) -> None:
    (tmp_path / "notes.png").write_text("not a picture")
    assert _failure(place, tmp_path / "notes.png", qtbot).code == "picture_unreadable"


def test_an_address_in_the_network_is_not_fetched(place: Place) -> None:
    mime = QMimeData()
    mime.setUrls([QUrl("https://example.org/member.png")])
    assert not place.pictures.take(mime)


def _failure(place: Place, path: Path, qtbot: QtBot) -> TillError:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path))])
    with qtbot.waitSignal(place.pictures.failed) as failed:
        place.pictures.take(mime)
    assert failed.args is not None
    error = failed.args[0]
    assert isinstance(error, TillError)
    return error


@pytest.mark.parametrize("focus", ["field", "button"])
def test_twenty_scans_a_second_for_a_minute_are_all_heard_in_order(place: Place, focus: str) -> None:
    getattr(place, focus).setFocus()
    codes = [f"69012{number:08d}" for number in range(1200)]
    for code in codes:
        for letter in code:
            place.keyboard.key(letter, 3)
        place.keyboard.key(Qt.Key.Key_Return, 50 - 3 * len(code))
    assert place.scans == codes
    assert (place.field.text(), place.presses) == ("", 0)


def test_a_hot_key_right_behind_the_first_letter_is_swallowed(place: Place) -> None:
    pressed: list[bool] = []
    place.scanner.use(SLOW)
    QShortcut(QKeySequence("F9"), place.window, lambda: pressed.append(True))
    place.button.setFocus()
    window = place.window.windowHandle()
    QTest.keyClick(window, "6")
    QTest.keyClick(window, Qt.Key.Key_F9)
    assert pressed == []
    for letter in "901230010019":
        QTest.keyClick(window, letter)
    QTest.keyClick(window, Qt.Key.Key_Return)
    assert place.scans == ["6901230010019"]


@pytest.mark.parametrize("behind", [Qt.Key.Key_Return, Qt.Key.Key_Down, Qt.Key.Key_Tab, Qt.Key.Key_F8])
def test_what_follows_the_end_of_a_scan_at_once_is_swallowed_too(place: Place, behind: Qt.Key) -> None:
    place.field.setFocus()
    entered: list[bool] = []
    place.field.returnPressed.connect(lambda: entered.append(True))
    place.keyboard.scan(CODE)
    place.keyboard.key(behind, 8)
    assert (place.scans, entered, place.field.hasFocus()) == ([CODE], [], True)
    place.keyboard.key(Qt.Key.Key_Return)
    assert entered == [True]


def test_a_separator_may_come_first(place: Place) -> None:
    place.button.setFocus()
    strokes = [Stroke(0, "BracketRight", "\x1d", 0x1B, ("ctrl",))]
    strokes += [Stroke(4 * at, letter, letter) for at, letter in enumerate("0106901230010019", 1)]
    replay([*strokes, Stroke(80, "Return", "\r")], place.window.windowHandle(), place.scanner, 9_000_000)
    assert place.scans == ["\x1d0106901230010019"]


def test_a_scanner_that_spells_every_character_with_alt_is_understood(place: Place) -> None:
    place.field.setFocus()
    strokes: list[Stroke] = []
    for letter in "SGM1-7":
        for digit in f"{ord(letter):04d}":
            strokes.append(Stroke(2 * len(strokes), digit, held=("alt", "keypad")))
        strokes.append(Stroke(2 * len(strokes), "Alt", kind="release"))
        strokes.append(Stroke(2 * len(strokes), "", letter))  # as Windows types it besides
    strokes.append(Stroke(2 * len(strokes), "Return", "\r"))
    replay(strokes, place.window.windowHandle(), place.scanner, 9_000_000)
    assert (place.scans, place.field.text()) == (["SGM1-7"], "")


def test_a_clerk_who_spells_a_character_with_alt_scans_nothing(place: Place, qtbot: QtBot) -> None:
    place.field.setFocus()
    digits = [Stroke(250 * at, digit, held=("alt", "keypad")) for at, digit in enumerate("0041")]
    strokes = [*digits, Stroke(1000, "Alt", kind="release"), Stroke(1001, "", ")")]
    replay(strokes, place.window.windowHandle(), place.scanner, 9_000_000)
    qtbot.waitUntil(lambda: place.field.text() == ")")
    assert place.scans == []


def test_the_input_method_rests_after_it_broke_into_a_scan(place: Place) -> None:
    place.field.setFocus()
    trace = read_trace(Path(__file__).parent / "traces" / "ime_ate_the_start.json")
    replay(trace.strokes, place.window.windowHandle(), place.scanner, 9_000_000)
    assert not place.field.testAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled)
    place.scanner.close()
    assert place.field.testAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled)


def test_another_scanner_is_expected_at_once(place: Place) -> None:
    place.field.setFocus()
    failed: list[BadInput] = []
    place.scanner.failed.connect(failed.append)
    place.scanner.use(changed(USB, {"prefix": "~", "end": "text", "suffix": "##"}))
    place.keyboard.scan("~6901230010019##", end=None)
    place.keyboard.scan("~69012##", end=None)
    place.keyboard.scan("6901230010019##", end=None)
    assert place.scans == ["6901230010019"]
    assert [error.code for error in failed] == ["scan_too_short", "scan_without_prefix"]
    assert place.field.text() == ""
