"""A member's card from the counter: saved where the clerk says, printed at its true size, or told why not."""

import re
import zlib
from datetime import date
from pathlib import Path

import pytest
from PySide6.QtCore import QMarginsF, QSizeF, Qt
from PySide6.QtGui import QPageLayout, QPageSize
from PySide6.QtPrintSupport import QPrinter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QMenu

from desktop.scanning.cards import CARD_MM, draw_card
from desktop.scanning.decode import decode_file
from desktop.scanning.printed import as_png
from desktop.views.profile import Profile, find_profile
from desktop.views.search import find_members
from resources import Words
from tests.ui.conftest import Till
from ui.printing import print_picture

CHEN = "SGM13P15NVGC7D8W6W6WQQ"


@pytest.fixture
def serving(till: Till) -> Till:
    """A till that serves a member."""
    till.front.flow.scan(CHEN)
    till.settle()
    return till


popping_up = pytest.mark.qt_log_ignore("This plugin does not support")  # of every menu without a screen


def menu_of(till: Till) -> QMenu:
    """The menu that the key of the card opens."""
    QTest.keyClick(till.window, Qt.Key.Key_P, Qt.KeyboardModifier.ControlModifier)
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    return menu


def file_dialog() -> QFileDialog:
    (dialog,) = [each for each in QApplication.topLevelWidgets() if isinstance(each, QFileDialog) and each.isVisible()]
    return dialog


@popping_up
@pytest.mark.parametrize(("entry", "suffix"), [(0, ".png"), (1, ".pdf")])
def test_the_card_is_saved_where_the_clerk_says(serving: Till, tmp_path: Path, entry: int, suffix: str) -> None:
    menu = menu_of(serving)
    menu.actions()[entry].trigger()
    menu.close()
    dialog = file_dialog()
    assert Path(dialog.selectedFiles()[0]).name == f"{CHEN}{suffix}"  # and no name of a person
    dialog.setDirectory(str(tmp_path))
    dialog.selectFile("card")
    dialog.accept()
    path = tmp_path / f"card{suffix}"
    assert serving.sentence == Words("zh")("card.saved", path=path)
    content = path.read_bytes()
    assert content.startswith(b"%PDF" if suffix == ".pdf" else b"\x89PNG")
    if suffix == ".png":
        assert [found.text for found in decode_file(path).found] == [CHEN]


def test_a_place_that_takes_no_file_is_told(serving: Till, tmp_path: Path) -> None:
    serving.front.flow.screens.counter.cards.save(profile_of(serving), tmp_path / "gone" / "card.png")
    assert serving.sentence == Words("zh")("error.file_missing", path=tmp_path / "gone" / "card.png")


def test_without_a_code_there_is_no_card_to_offer(serving: Till) -> None:
    button = serving.front.flow.screens.counter.page.facts.card
    assert button.isVisible()
    serving.press("anonymous")
    serving.settle()
    assert not button.isVisible()


@popping_up
def test_without_a_printer_the_clerk_is_told_and_may_save_a_page(serving: Till) -> None:
    menu = menu_of(serving)
    menu.actions()[2].trigger()
    menu.close()
    assert serving.sentence == Words("zh")("error.printer_missing")


CARD_PAGE = QPageSize(QSizeF(54, 85.6), QPageSize.Unit.Millimeter, "card", QPageSize.SizeMatchPolicy.ExactMatch)


@pytest.mark.usefixtures("qapp")
@pytest.mark.parametrize("resolution", [203, 600, 1200])
@pytest.mark.parametrize("page", [QPageSize(QPageSize.PageSizeId.A4), CARD_PAGE], ids=["A4", "card"])
def test_a_picture_is_printed_at_its_true_size(tmp_path: Path, page: QPageSize, resolution: int) -> None:
    paper = printer(tmp_path / "printed.pdf", page)
    paper.setResolution(resolution)
    print_picture(as_png(draw_card(CHEN, "陈思雨")), CARD_MM, paper)
    left, width, height, page_width = placed(tmp_path / "printed.pdf")
    assert (width, height) == pytest.approx(CARD_MM, abs=0.3)
    assert left == pytest.approx((page_width - width) / 2, abs=0.5)  # in the middle, so not cut off


def test_a_card_is_printed(serving: Till, tmp_path: Path) -> None:
    paper = printer(tmp_path / "printed.pdf", CARD_PAGE)
    serving.front.flow.screens.counter.cards.print_on(paper, profile_of(serving))
    assert serving.sentence == Words("zh")("card.printed", printer=paper.printerName())
    assert placed(tmp_path / "printed.pdf")[1] == pytest.approx(CARD_MM[0], abs=0.3)


@pytest.mark.qt_log_ignore("QPainter::begin")
def test_a_printer_that_takes_nothing_is_told(serving: Till, tmp_path: Path) -> None:
    paper = printer(tmp_path / "gone" / "printed.pdf", CARD_PAGE)
    serving.front.flow.screens.counter.cards.print_on(paper, profile_of(serving))
    assert serving.sentence == Words("zh")("error.printer_refused")


def profile_of(till: Till) -> Profile:
    profile = till.desk.read(find_profile, till.desk.read(find_members, "6021", 1)[0].member_id, date.today())
    assert profile is not None
    return profile


def printer(path: Path, page: QPageSize) -> QPrinter:
    """One that prints into a PDF."""
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setOutputFileName(str(path))
    printer.setPageLayout(QPageLayout(page, QPageLayout.Orientation.Portrait, QMarginsF()))
    return printer


def placed(path: Path) -> tuple[float, float, float, float]:
    """Where the picture stands in a PDF of one page, in millimetres: left edge, width, height; and the page's width."""
    content = path.read_bytes()
    found = re.search(rb"MediaBox \[0 0 ([\d.]+)", content)
    assert found is not None
    streams = (part.partition(b"endstream")[0] for part in content.split(b"stream\n")[1::2])
    (drawing,) = [text for text in map(unpacked, streams) if b" Do" in text]
    factors = [[float(each) for each in row.split()] for row in re.findall(rb"([-\d. ]+) cm", drawing)]
    (unit, *_), (across, _, _, down, left, _), (width, *_, height) = factors
    points = (unit * left, unit * across * width, unit * down * height, float(found[1]))
    return tuple(25.4 / 72 * each for each in points)  # type: ignore[return-value]


def unpacked(stream: bytes) -> bytes:
    try:
        return zlib.decompress(stream)
    except zlib.error:  # a picture
        return b""
