"""A printed card leads back to its member, and never shows boxes for letters."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops

from desktop.errors import BadInput
from desktop.rules.member_codes import member_code
from desktop.scanning.cards import CARD_SIZE, draw_card, save_card
from desktop.scanning.codes import MemberCode, parse_code
from desktop.scanning.decode import decode_file, decode_image
from desktop.scanning.printed import DPI, QUIET_MODULES, qr_matrix
from tests.desktop.scanning.printing import hardships, read_by_both

CODE = member_code(bytes(range(10)))


def read(card: Image.Image | bytes) -> list[object]:
    return [parse_code(found.text) for found in decode_image(card).found]


@settings(max_examples=5)
@given(st.binary(min_size=10, max_size=10).map(member_code))
def test_a_card_leads_back_to_its_member_whatever_it_went_through(code: str) -> None:
    card = draw_card(code, "陈思雨", store="南京西路店")
    assert card.size == CARD_SIZE
    assert parse_code(code) == MemberCode(code)
    for how, picture in hardships(card):
        assert (how, read_by_both(picture)) == (how, [[code], [code]])


def test_the_code_is_small_enough_for_twenty_five_modules() -> None:
    """Version 2 at level M: it holds 22 characters in alphanumeric mode only."""
    matrix = qr_matrix(CODE)
    assert [len(row) for row in matrix] == [25] * 25
    assert matrix[0][:8] == [True] * 7 + [False]


def test_a_cheap_scanner_finds_modules_of_half_a_millimetre_and_white_around_them() -> None:
    matrix, card = qr_matrix(CODE), draw_card(CODE, "陈思雨" * 9, store="南京西路店" * 9).convert("L")
    code = where_the_code_is(draw_card(CODE, "").convert("L"))
    module = (code[2] - code[0]) / len(matrix)
    assert module / DPI * 25.4 >= 0.5
    quiet = round(QUIET_MODULES * module)
    around = card.crop((code[0] - quiet, code[1] - quiet, code[2] + quiet, code[3] + quiet))
    around.paste(255, (quiet, quiet, around.width - quiet, around.height - quiet))
    assert around.getextrema() == (255, 255)


def where_the_code_is(card: Image.Image) -> tuple[int, int, int, int]:
    """Left, top, right, bottom of what is dark in the right half."""
    half = card.width // 2
    box = ImageChops.invert(card.crop((half, 0, *card.size))).getbbox()
    assert box is not None
    return box[0] + half, box[1], box[2] + half, box[3]


def test_a_saved_card_is_read_and_has_the_size_of_a_bank_card(tmp_path: Path) -> None:
    save_card(CODE, "陈思雨", tmp_path / "card.png")
    assert parse_code(decode_file(tmp_path / "card.png").found[0].text) == MemberCode(CODE)
    with Image.open(tmp_path / "card.png") as card:
        inches = [pixels / dpi for pixels, dpi in zip(card.size, card.info["dpi"], strict=True)]
    assert [round(25.4 * side, 1) for side in inches] == [85.6, 54.0]


def test_a_card_for_the_printer_has_a_page_of_its_own_size(tmp_path: Path) -> None:
    save_card(CODE, "陈思雨", tmp_path / "card.PDF")
    page = (tmp_path / "card.PDF").read_bytes()
    assert page.startswith(b"%PDF")
    assert b"/MediaBox [ 0 0 242.64 153.12 ]" in page  # points of 1/72 inch
    assert read(page[page.index(b"\xff\xd8") : page.rindex(b"\xff\xd9") + 2]) == [MemberCode(CODE)]


def test_another_kind_of_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="print_format"):
        save_card(CODE, "陈思雨", tmp_path / "card.docx")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["", "😀", "\uffff", "a\0b", "a\u202eb"])
def test_a_name_that_cannot_be_written_is_left_out(name: str) -> None:
    assert ImageChops.difference(draw_card(CODE, name), draw_card(CODE, "")).getbbox() is None


@pytest.mark.parametrize(
    "name", ["Zoe", "Zoe\nAnn\t ", "Chloé", "Maximiliana Hohenlohe-Waldenburg-Schillingsfürst von der Au"]
)
def test_a_name_stays_on_its_side_of_the_card(name: str) -> None:
    card = draw_card(CODE, name)
    changed = ImageChops.difference(card, draw_card(CODE, "")).getbbox()
    assert changed is not None
    assert changed[2] <= CARD_SIZE[0] // 2 + 40
    assert read(card) == [MemberCode(CODE)]
