"""A code on the screen is read like one in a file, and a picture of the clipboard like both."""

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, Qt
from PySide6.QtGui import QImage, QPixmap
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from desktop.data.samples import sample
from desktop.errors import BadInput
from desktop.scanning.decode import decode
from tests.benchmarks.frames import qr_code
from ui.grey import grey_of
from ui.pictures import Pictures

CODE = next(sample("members"))["code"]


def drawn() -> QImage:
    tones = np.asarray(qr_code(CODE).resize((300, 300), 0))
    return QImage(tones.tobytes(), 300, 300, 300, QImage.Format.Format_Grayscale8).copy()


def test_a_code_on_the_screen_is_read(qtbot: QtBot) -> None:
    label = QLabel()
    label.setPixmap(QPixmap.fromImage(drawn()))
    qtbot.addWidget(label)
    with qtbot.waitExposed(label):
        label.show()
    pictures = Pictures()
    with qtbot.waitSignal(pictures.found) as found:
        pictures.take_screen()
    assert found.args == [CODE]
    pictures.close()


def test_a_picture_of_the_clipboard_is_read(qtbot: QtBot) -> None:
    mime = QMimeData()
    mime.setImageData(drawn())
    pictures = Pictures()
    with qtbot.waitSignal(pictures.found) as found:
        assert pictures.take(mime)
    assert found.args == [CODE]
    pictures.close()


def test_an_empty_screen_holds_no_code(qtbot: QtBot) -> None:
    empty = QLabel()
    qtbot.addWidget(empty)
    with qtbot.waitExposed(empty):
        empty.showMaximized()
    pictures = Pictures()
    with qtbot.waitSignal(pictures.failed) as failed:
        pictures.take_screen()
    assert failed.args[0].code == "picture_without_code"
    pictures.close()


@pytest.mark.parametrize("kind", [QImage.Format.Format_ARGB32, QImage.Format.Format_RGB888, QImage.Format.Format_Mono])
def test_every_kind_of_image_is_read(kind: QImage.Format) -> None:
    assert [code.text for code in decode(grey_of(drawn().convertToFormat(kind)))] == [CODE]


def test_a_code_cut_out_of_its_paper_is_read() -> None:
    cut_out = drawn().convertToFormat(QImage.Format.Format_ARGB32)
    cut_out.setAlphaChannel(drawn().convertToFormat(QImage.Format.Format_Grayscale8))
    cut_out.invertPixels(QImage.InvertMode.InvertRgba)
    ink = QImage(cut_out.size(), QImage.Format.Format_ARGB32)
    ink.fill(Qt.GlobalColor.black)
    ink.setAlphaChannel(cut_out.convertToFormat(QImage.Format.Format_Alpha8))
    assert [code.text for code in decode(grey_of(ink))] == [CODE]


@pytest.mark.parametrize(
    ("image", "code"),
    [(QImage(), "picture_unreadable"), (QImage(9_000, 9_000, QImage.Format.Format_Mono), "picture_too_large")],
)
def test_what_is_no_picture_is_refused(image: QImage, code: str) -> None:
    with pytest.raises(BadInput, match=code):
        grey_of(image)
