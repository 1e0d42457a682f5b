"""Pictures with codes are read, pictures without are not, and nothing that is dropped on the till breaks it."""

import io
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
import qrcode
import zxingcpp
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from zxingcpp import BarcodeFormats

from desktop.errors import BadInput
from desktop.rules.member_codes import member_code
from desktop.scanning.codes import parse_code
from desktop.scanning.decode import Found, decode, decode_file, decode_image, libzbar_present
from desktop.scanning.decode_text import text_of
from desktop.scanning.kinds import ItemCode, ProductCode
from desktop.scanning.readers import COUNTER, by_zxing

CODE = member_code(bytes(range(10)))


def drawn_qr(data: str | bytes) -> Image.Image:
    code = qrcode.QRCode()
    code.add_data(data)
    return code.make_image().get_image().convert("L")


def drawn(text: str, symbology: str) -> Image.Image:
    pixels = memoryview(zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat[symbology]).to_image(scale=4))
    height, width = pixels.shape[:2]
    return Image.frombytes("L", (width, height), pixels.tobytes())


def as_png(image: Image.Image) -> bytes:
    file = io.BytesIO()
    image.save(file, "PNG")
    return file.getvalue()


def png_header(width: int, height: int) -> bytes:
    header = b"IHDR" + struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    crc = struct.pack(">I", zlib.crc32(header))
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + header + crc + b"\0\0\0\0IDAT"


@pytest.mark.parametrize(
    ("text", "symbology"),
    [
        (CODE, "QRCode"),
        (CODE, "Code128"),
        (CODE, "DataMatrix"),
        ("6901234567892", "EAN13"),
        ("96385074", "EAN8"),
        ("16901234567899", "ITF"),
    ],
)
def test_every_symbology_of_the_counter_is_read(text: str, symbology: str) -> None:
    assert decode_image(drawn(text, symbology)).found == (Found(text, symbology, "zxing"),)


def test_a_file_and_its_bytes_and_its_image_read_alike(tmp_path: Path) -> None:
    image = drawn_qr(CODE)
    image.save(tmp_path / "code.png")
    expected = (Found(CODE, "QRCode", "zxing"),)
    picture = decode_file(tmp_path / "code.png")
    assert picture.found == decode_image(as_png(image)).found == decode_image(image).found == expected
    assert picture.milliseconds > 0


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
@pytest.mark.parametrize("text", ["陈思雨", "会员卡12345", "优惠券满100减20", "𠮷野家"])
def test_chinese_is_read_whatever_the_printer_assumed(text: str, encoding: str) -> None:
    assert [found.text for found in decode_image(drawn_qr(text.encode(encoding))).found] == [text]


@pytest.mark.parametrize("text", ["今度のバージョン", "*ﾃﾞｻﾞｲﾝQR*"])
def test_japanese_packaging_is_not_read_as_chinese(text: str) -> None:
    assert decode_image(drawn_qr(text.encode("shift_jis"))).found[0].text == text


def test_in_japan_the_decoder_is_believed() -> None:
    raw = "東京都".encode("shift_jis")
    assert (text_of(raw, "東京都", japanese=True), text_of(raw, "東京都", japanese=False)) == ("東京都", "搶嫗搒")


@pytest.mark.parametrize("text", ["一些", "联通", "Größe", "café", "Привет", "Ελληνικά"])
def test_two_bytes_a_letter_are_told_apart(text: str) -> None:
    chinese = text[0] in "一联"
    assert text_of(text.encode("gb18030" if chinese else "utf-8"), "?", japanese=False) == text


def test_a_short_product_code_is_read_where_two_looks_agree() -> None:
    assert decode_image(drawn("01234565", "UPCE")).found[0].text == "0012345000065"


def test_a_short_product_code_beside_another_is_a_phantom() -> None:
    bars, short = drawn("6901234567892", "EAN13"), drawn("01234565", "UPCE")
    sheet = Image.new("L", (max(bars.width, short.width), bars.height + short.height + 40), "white")
    sheet.paste(bars, (0, 0))
    sheet.paste(short, (0, bars.height + 40))
    assert [found.text for found in decode_image(sheet).found] == ["6901234567892"]


@pytest.mark.parametrize("seed", range(3))
def test_a_small_noisy_barcode_is_read_by_a_second_look(seed: int) -> None:
    small = np.asarray(drawn("6901234567892", "EAN13").resize((140, 60), Image.Resampling.BICUBIC))
    noisy = small * 0.5 + 60 + np.random.default_rng(seed).normal(0, 12, small.shape)
    grey = np.clip(noisy, 0, 255).astype(np.uint8)
    assert by_zxing(grey, BarcodeFormats(COUNTER)) == ()
    assert decode(grey) == (Found("6901234567892", "EAN13", "zxing"),)


def test_a_code_is_outlined_where_it_lies() -> None:
    sheet = Image.new("L", (900, 600), "white")
    sheet.paste(drawn("6901234567892", "EAN13").rotate(30, Image.Resampling.BICUBIC, True, fillcolor=255), (400, 200))
    for found in decode_image(sheet).found:
        assert all(400 < x < 860 and 200 < y < 560 for x, y in found.outline)


def in_frames(form: str) -> bytes:
    """A picture with another one behind it."""
    file = io.BytesIO()
    first, second = drawn_qr(CODE), drawn_qr("another one, that comes later")
    first.save(file, form, save_all=True, append_images=[second.resize(first.size)])
    return file.getvalue()


@pytest.mark.parametrize("form", ["GIF", "PNG", "WEBP"])
def test_a_moving_picture_is_refused_for_nobody_can_say_which_frame_is_meant(form: str) -> None:
    with pytest.raises(BadInput, match="picture_animated"):
        decode_image(in_frames(form))


@pytest.mark.parametrize("form", ["TIFF", "MPO"])
def test_the_first_of_several_pages_and_a_photo_with_its_preview_are_read(form: str) -> None:
    assert [found.text for found in decode_image(in_frames(form)).found] == [CODE]


def test_a_scan_in_sixteen_bits_is_read() -> None:
    deep = np.asarray(drawn_qr(CODE)).astype(np.uint16) * 40 + 9_000
    assert decode_image(Image.fromarray(deep)).found[0].text == CODE


@pytest.mark.parametrize("size", [(1, 1), (15, 900), (16, 16), (3_000, 2)])
def test_a_picture_too_small_for_a_code_holds_nothing(size: tuple[int, int]) -> None:
    assert decode_image(Image.new("L", size, "grey")).found == ()


def test_two_codes_in_one_picture_are_both_found_once() -> None:
    qr, bars = drawn_qr(CODE), drawn("6901234567892", "EAN13")
    sheet = Image.new("L", (qr.width * 2 + bars.width, max(qr.height, bars.height)), "white")
    for image, left in ((qr, 0), (qr, qr.width), (bars, qr.width * 2)):
        sheet.paste(image, (left, 0))
    assert {found.text for found in decode_image(sheet).found} == {CODE, "6901234567892"}
    assert len(decode_image(sheet).found) == 2


def test_a_tilted_barcode_is_read_by_the_second_decoder() -> None:
    assert libzbar_present()
    tilted = drawn("6901234567892", "EAN13").rotate(40, Image.Resampling.BICUBIC, expand=True, fillcolor=255)
    assert decode_image(tilted).found == (Found("6901234567892", "EAN13", "zbar"),)


def test_a_code_cut_out_of_its_paper_is_read() -> None:
    ink = drawn_qr(CODE)
    cut_out = Image.new("RGBA", ink.size, (0, 0, 0, 0))
    cut_out.paste("black", mask=ink.point(lambda value: 255 - value))
    assert decode_image(cut_out).found[0].text == CODE


def test_a_white_code_on_a_dark_screen_is_read() -> None:
    assert decode_image(drawn_qr(CODE).point(lambda value: 255 - value)).found[0].text == CODE


def test_a_huge_screenshot_is_read() -> None:
    sheet = Image.new("L", (9_000, 6_000), "white")
    sheet.paste(drawn_qr(CODE), (4_000, 3_000))
    assert decode_image(sheet).found[0].text == CODE


def test_a_picture_without_a_code_holds_nothing() -> None:
    assert decode_image(Image.linear_gradient("L")).found == ()


def test_a_missing_picture_is_called_missing(tmp_path: Path) -> None:
    with pytest.raises(BadInput) as caught:
        decode_file(tmp_path / "gone.png")
    assert (caught.value.code, caught.value.facts) == ("picture_missing", {"name": "gone.png"})


@pytest.mark.parametrize("name", ["folder", "empty.png", "text.png", "half.png", "drawing.eps", "x" * 300])
def test_what_is_no_picture_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "empty.png").touch()
    (tmp_path / "text.png").write_text("not a picture")
    (tmp_path / "half.png").write_bytes(as_png(drawn_qr(CODE))[:200])
    drawn_qr(CODE).save(tmp_path / "drawing.eps")
    with pytest.raises(BadInput, match="picture_unreadable"):
        decode_file(tmp_path / name)


@given(
    st.binary(max_size=200),
    st.sampled_from([b"", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff\xe0", b"GIF89a", b"BM", b"II*\0"]),
)
def test_no_bytes_break_the_decoder(rest: bytes, magic: bytes) -> None:
    with pytest.raises(BadInput):
        decode_image(magic + rest)


@pytest.mark.parametrize("side", [8_950, 10_000, 50_000])
def test_a_decompression_bomb_is_refused_before_it_unfolds(side: int) -> None:
    with pytest.raises(BadInput, match="picture_too_large"):
        decode_image(png_header(side, side))


def test_a_picture_of_a_gs1_code_leaves_nothing_to_guess() -> None:
    """21 in the middle of a batch might begin a serial number, had a separator been lost."""
    (found,) = decode_image(drawn("(01)06901234567892(10)AB21CD", "DataBarExp")).found
    code = parse_code(found.scanned)
    assert isinstance(code, ItemCode)
    assert (code.batch, code.serial) == ("AB21CD", None)


def test_a_picture_of_an_ean_8_is_no_upc_e() -> None:
    (found,) = decode_image(drawn("01234558", "EAN8")).found
    assert parse_code(found.scanned) == ProductCode("00000001234558", "00000001234558")
