"""One item has one meaning, whatever symbol carries it and whatever the scanner leaves out."""

import subprocess
import sys
from datetime import date
from pathlib import Path

import biip
import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.rules.gtin import check_digit
from desktop.scanning.code_rules import CodeRules
from desktop.scanning.codes import STANDARD, parse_code
from desktop.scanning.kinds import ItemCode, ProductCode, UnknownCode
from tests.desktop.scanning.refusals import outcome, refusal

ROOT = Path(__file__).resolve().parents[3]
GTIN = "06901234567892"
EAN = "6901234567892"
ITEM = ItemCode(GTIN, f"(01){GTIN}(10)L7(17)271231(21)A1", serial="A1", batch="L7", expires_on=date(2027, 12, 31))
SENT = CodeRules(separator_sent=True)

gtins = st.text("0123456789", min_size=13, max_size=13).map(lambda body: body + check_digit(body))
values = st.text("ABCDEFGHJKLMNPQRSTUVWXYZ0123456789-/._", min_size=1, max_size=20)


@pytest.mark.parametrize(
    "text",
    [
        f"]d201{GTIN}1727123110L7\x1d21A1",
        f"]C101{GTIN}1727123110L7\x1d21A1",
        f"]Q301{GTIN}1727123110L7\x1d21A1\r\n",
        f"]d2\x1d01{GTIN}10L7\x1d21A1\x1d17271231",
        f"01{GTIN}1727123110L7\x1d21A1",
        f"\x1d01{GTIN}1727123110L7\x1d21A1\x1d",
        f"01{GTIN}\x1d17271231\x1d10L7\x1d21A1",
        f"21A1\x1d01{GTIN}1727123110L7",
        f"01{GTIN}1727123110L7<GS>21A1",
        f"01{GTIN}1727123110L7{{GS}}21A1",
        f"01{GTIN}1727123110L7^]21A1",
        f"01{GTIN}1727123110L7]21A1",
        f"01{GTIN}1727123110L7␝21A1",
        f"01{GTIN}1727123110L7|21A1",
        f"01{GTIN}1727123110L7 21A1",
        f"(01){GTIN}(17)271231(10)L7(21)A1",
        f"(01) {GTIN} (21) A1 (10) L7 (17) 271231",
        f"(01){GTIN}(10)L7(17)271231(21)A1",
        f"https://id.gs1.org/01/{GTIN}/10/L7/21/A1?17=271231",
        f"HTTPS://SHOP.EXAMPLE.CN/P/01/{EAN}/10/L7/21/A1?17=271231",
        f"http://example.com:8080/a/b/gtin/{EAN}/lot/L7/ser/A1?exp=271231&utm_source=poster#top",
        f"https：//example。com、01、{GTIN}、10、L7、21、A1？17=271231",
        f"example.com/gtin/{EAN}/lot/L7/ser/%41%31?linkType=gs1:pip&17=271231",
        "".join(chr(ord(each) + 0xFEE0) if each != "\x1d" else each for each in f"01{GTIN}1727123110L7\x1d21A1"),
    ],
)
def test_every_dress_of_one_item_is_that_item(text: str) -> None:
    assert parse_code(text) == ITEM
    assert parse_code(ITEM.text) == ITEM


# One label each, as two makes of scanner sent it: the first with its AIM prefix and GS, the second with neither.
RECORDED = [
    ("]d2010690123456789217271231210000042", "010690123456789217271231210000042"),
    ("]C10106901234567892112611041728060021X7", "0106901234567892112611041728060021X7"),
    ("]C1010690123456789211261104240SHADE-02\x1d", "010690123456789211261104240SHADE-02"),
    ("]d201069012345678923103001250\x1d37255", "0106901234567892310300125037255"),
    (
        "]d2010690123456789210LOT2611040001X\x1d2100000000000000000042",
        "010690123456789210LOT2611040001X2100000000000000000042",
    ),
    ("]Q30106901234567892", "0106901234567892"),
]


@pytest.mark.parametrize(("with_separator", "without"), RECORDED)
def test_a_scanner_that_loses_the_separator_gives_the_same_item(with_separator: str, without: str) -> None:
    assert parse_code(without) == parse_code(with_separator)


@pytest.mark.parametrize(
    "text",
    [
        f"01{GTIN}1727123110L721A1",  # batch L7 and serial A1, or batch L721A1
        f"01{GTIN}21SN4477K17280600",  # serial SN4477K and a date, or one long serial
    ],
)
def test_what_can_be_read_in_two_ways_is_not_guessed(text: str) -> None:
    assert refusal(parse_code, text) == ("item_code_ambiguous", {"gtin": GTIN})


@pytest.mark.parametrize(("start", "rules"), [("", SENT), ("\x1d", STANDARD), ("]C1\x1d", STANDARD)])
def test_a_scanner_known_to_send_separators_leaves_no_doubt(start: str, rules: CodeRules) -> None:
    code = parse_code(f"{start}01{GTIN}10L721A1", rules)
    assert isinstance(code, ItemCode)
    assert (code.batch, code.serial) == ("L721A1", None)


def test_the_shop_may_say_how_long_its_batches_and_serials_are() -> None:
    rules = CodeRules(element_lengths=(("10", 2), ("10", 9), ("21", 2)))
    assert parse_code(f"01{GTIN}1727123110L721A1", rules) == ITEM
    assert refusal(parse_code, f"01{GTIN}1727123110L7X21A1X", rules)[0] == "item_code_ambiguous"


@given(gtins, values, values)
def test_with_separators_any_batch_and_serial_come_out_whole(gtin: str, batch: str, serial: str) -> None:
    code = parse_code(f"]d201{gtin}10{batch}\x1d21{serial}")
    assert isinstance(code, ItemCode)
    assert (code.gtin, code.batch, code.serial) == (gtin, batch, serial)
    assert parse_code(code.text) == code
    assert (
        parse_code(f"https://example.com/01/{gtin}/10/{batch.replace('/', '%2F')}/21/{serial.replace('/', '%2f')}")
        == code
    )


@given(gtins, values, values)
def test_without_separators_an_item_is_right_or_refused(gtin: str, batch: str, serial: str) -> None:
    whole = parse_code(f"]d201{gtin}10{batch}\x1d21{serial}")
    assert outcome(f"]d201{gtin}10{batch}21{serial}") in (whole, "item_code_ambiguous")


@given(gtins, values)
def test_biip_reads_the_same_elements(gtin: str, serial: str) -> None:
    text = f"01{gtin}1727123121{serial}"
    message = biip.parse(f"]d2{text}").gs1_message
    assert message is not None
    code = parse_code(text, SENT)
    assert isinstance(code, ItemCode)
    assert [each.value for each in message.element_strings] == [code.gtin, "271231", code.serial]
    assert message.element_strings[1].date == code.expires_on


def test_every_element_is_kept_in_the_text() -> None:
    code = parse_code(f"]C101{GTIN}310300125037255\x1d1126110115261200700327123123 59\x1d91X".replace(" ", ""))
    assert code == ItemCode(
        GTIN,
        f"(01){GTIN}(11)261101(15)261200(3103)001250(37)255(7003)2712312359(91)X",
        expires_on=date(2027, 12, 31),
        best_before=date(2026, 12, 31),
        made_on=date(2026, 11, 1),
    )


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (f"]C101{GTIN}", ProductCode(GTIN, f"01{GTIN}")),
        (f"(01){GTIN}", ProductCode(GTIN, f"(01){GTIN}")),
        (f"]e001{GTIN}", ProductCode(GTIN, f"01{GTIN}")),
        (f"]e0{EAN}", ProductCode(GTIN, EAN)),  # an EAN-13 under CapsLock
        (f"https://example.com/01/{EAN}", ProductCode(GTIN, f"https://example.com/01/{EAN}")),
        (f"https://example.com/01/{GTIN}/about", ProductCode(GTIN, f"https://example.com/01/{GTIN}/about")),
    ],
)
def test_nothing_but_a_gtin_is_a_product(text: str, code: ProductCode) -> None:
    assert parse_code(text) == code


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (f"]C101{GTIN}17271331", "item_code_damaged"),
        (f"01{GTIN}1727123", "item_code_damaged"),
        (f"01{GTIN}17270231", "item_date_wrong"),
        (f"01{GTIN}17270000", "item_date_wrong"),
        (f"https://example.com/01/{GTIN}?17=271341", "item_code_damaged"),
        (f"https://example.com/01/{GTIN}/10/a b", "item_code_damaged"),
        (f"https://example.com/01/{GTIN}/21/{'9' * 21}", "item_code_damaged"),
        (f"https://example.com/01/{GTIN}/21/%00", "item_code_damaged"),
        ("https://example.com/01/06901234567893", "gtin_check_digit"),
        (f"(01){GTIN}(10)", "item_code_damaged"),
        (f"(01){GTIN}(05)1", "item_code_damaged"),
        (f"]d201{GTIN}10A\x1d10B", "item_code_damaged"),
        (f"]d201{GTIN}10A(10)B", "item_code_damaged"),
        (f"]d2{GTIN}", "item_code_damaged"),
        ("]C10106901234567893", "gtin_check_digit"),
        ("]C100069012345678901234", "item_without_product"),
        ("]C10206901234567892" + "3712", "item_without_product"),
        ("]d2" + f"01{GTIN}" + "\x1d".join(f"{ai}" + "X" * 58 for ai in range(91, 99)), "code_too_long"),
    ],
)
def test_a_damaged_item_has_its_reason(text: str, code: str) -> None:
    assert refusal(parse_code, text)[0] == code


@pytest.mark.parametrize(
    "text",
    [
        f"01{GTIN}XYZ",
        "0106901234567893" + "17271231",
        "(010) 8888 1234",
        "(02)06901234567892",
        "https://example.com/2026/01/12345678",
        "https://example.com/01/hello",
        "https://example.com/",
        "http:///01/06901234567892",
    ],
)
def test_what_only_resembles_an_item_stays_unknown(text: str) -> None:
    assert parse_code(text) == UnknownCode(text)


def test_the_same_thing_said_twice_is_said_once() -> None:
    assert parse_code(f"]d201{GTIN}10L7\x1d17271231\x1d10L7\x1d21A1") == ITEM


def test_a_figure_never_depends_on_the_day_it_is_read() -> None:
    code = parse_code(f"01{GTIN}17990131", STANDARD)
    assert isinstance(code, ItemCode)
    assert code.expires_on == date(2099, 1, 31)


def test_the_tables_are_read_when_the_start_is_over_and_not_before() -> None:
    code = (
        "import sys; from desktop.scanning import codes, gs1_table; before = 'biip' in sys.modules;"
        " gs1_table.read_tables(); print(before, 'biip' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == "False True\n"
