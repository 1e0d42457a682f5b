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

from desktop.errors import TillError
from tests.ui.wedge import Keyboard
from ui.pictures import Pictures
from ui.scanner import Scanner

CODE = "SGM13P15NVGC7D8W6W6WQQ"


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
    place.field.setFocus()
    for length in (1, 3, 6):
        QApplication.sendEvent(place.field, QInputMethodEvent(CODE[:length], []))
    done = QInputMethodEvent()
    done.setCommitString(CODE)
    QApplication.sendEvent(place.field, done)
    qtbot.waitUntil(lambda: bool(place.scans))
    assert (place.scans, place.field.text()) == ([CODE], "")


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
