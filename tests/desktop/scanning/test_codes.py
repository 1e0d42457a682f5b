"""Every text has exactly one meaning, and a damaged one is never taken for another."""

from collections.abc import Callable
from dataclasses import astuple
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.errors import BadInput
from desktop.rules.crockford import ALPHABET
from desktop.rules.gtin import check_digit
from desktop.rules.member_codes import member_code
from desktop.scanning.codes import (
    MemberCode,
    PaymentCode,
    ProductCode,
    UnknownCode,
    parse_code,
    parse_gtin,
)
from tests.desktop.scanning.refusals import outcome, refusal

CODE = member_code(bytes(range(10)))
member_codes = st.binary(min_size=10, max_size=10).map(member_code)
digits = st.text("0123456789", min_size=1, max_size=30)


@given(member_codes)
def test_a_member_code_is_read_back(code: str) -> None:
    assert len(code) == 22
    assert parse_code(code) == MemberCode(code)


def test_a_member_code_needs_ten_bytes() -> None:
    with pytest.raises(ValueError, match="10 bytes"):
        member_code(b"short")


@given(member_codes, st.integers(0, 21), st.sampled_from(ALPHABET))
def test_a_single_wrong_character_never_names_another_member(code: str, place: int, letter: str) -> None:
    assert_refused_unless_unchanged(code, code[:place] + letter + code[place + 1 :])


@given(member_codes, st.integers(0, 20))
def test_swapped_neighbours_never_name_another_member(code: str, place: int) -> None:
    swapped = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
    assert_refused_unless_unchanged(code, swapped)


def assert_refused_unless_unchanged(code: str, other: str) -> None:
    if other == code:
        return
    if other.startswith("SGM1"):
        assert refusal(parse_code, other)[0] == "member_code_damaged"
    else:
        assert not isinstance(outcome(other), MemberCode)


def as_a_hanging_shift_types(code: str) -> str:
    return code.translate(str.maketrans("1234567890", "!@#$%^&*()"))


def as_a_full_width_keyboard_types(code: str) -> str:
    return "".join(chr(ord(letter) + 0xFEE0) for letter in code)


@pytest.mark.parametrize(
    "mangle",
    [
        str.lower,
        as_a_hanging_shift_types,
        as_a_full_width_keyboard_types,
        lambda code: f"]Q1{code}\r\n",
        lambda code: "}q!" + as_a_hanging_shift_types(code).lower(),
        lambda code: f"\ufeff \u202e{code[:9]}\u200b{code[9:]}\x1d",
        lambda code: f"{code[:4]} {code[4:12]}-{code[12:]}",
        lambda code: code.replace("1", "l").replace("0", "O"),
    ],
)
@given(code=member_codes)
def test_keyboards_and_scanners_may_mangle_a_member_code(mangle: Callable[[str], str], code: str) -> None:
    assert parse_code(mangle(code)) == MemberCode(code)


@pytest.mark.parametrize("text", [CODE[:-1], CODE + "0", "SGM1", CODE.replace(CODE[9], "U"), CODE[:9] + "张"])
def test_a_damaged_member_code_is_called_damaged(text: str) -> None:
    assert refusal(parse_code, text) == ("member_code_damaged", {})


@pytest.mark.parametrize(
    ("text", "gtin"),
    [
        ("96385074", "00000096385074"),
        ("036000291452", "00036000291452"),
        ("6901234567892", "06901234567892"),
        ("16901234567899", "16901234567899"),
    ],
)
def test_every_length_of_gtin_is_one_product(text: str, gtin: str) -> None:
    assert parse_code(text) == ProductCode(gtin, text)
    assert parse_code(f"]E0{text}\n") == ProductCode(gtin, text)
    assert parse_gtin(f" {text} ") == gtin


def test_databar_says_its_application_identifier_before_the_gtin() -> None:
    assert parse_code("]e00106901234567892") == ProductCode("06901234567892", "0106901234567892")
    assert parse_code("0106901234567893") == UnknownCode("0106901234567893")


@given(st.sampled_from([11, 12, 13]).flatmap(lambda size: st.text("0123456789", min_size=size, max_size=size)))
def test_only_the_right_check_digit_makes_a_product(body: str) -> None:
    right = check_digit(body)
    for last in "0123456789":
        if last == right:
            assert parse_gtin(body + last).endswith(body + last)
        else:
            assert refusal(parse_code, body + last) == ("gtin_check_digit", {"gtin": body + last, "expected": right})


@pytest.mark.parametrize(
    ("text", "code", "facts"),
    [
        ("", "gtin_not_digits", {"text": ""}),
        ("6901234567892.0", "gtin_not_digits", {"text": "6901234567892.0"}),
        ("٦٩٠١٢٣٤٥٦٧٨٩٢", "gtin_not_digits", {"text": "٦٩٠١٢٣٤٥٦٧٨٩٢"}),
        ("69012345", "gtin_check_digit", {"gtin": "69012345", "expected": "1"}),
        ("690123456789", "gtin_check_digit", {"gtin": "690123456789", "expected": "7"}),
        ("12345678901", "gtin_length", {"length": 11}),
        ("000000000012345678", "gtin_length", {"length": 18}),
    ],
)
def test_an_imported_gtin_is_refused_with_its_reason(text: str, code: str, facts: dict[str, Any]) -> None:
    assert refusal(parse_gtin, text) == (code, facts)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("134567890123456789", "wechat"),
        ("1345 6789 0123 4567 89", "wechat"),
        ("281234567890123456", "alipay"),
        ("3012345678901234", "alipay"),
        ("6212345678901234567", "unionpay"),
        ("]C0134567890123456789\r", "wechat"),
        ("!#$%^&*()!@#$%^&*(", "wechat"),
    ],
)
def test_a_payment_code_is_known_and_its_digits_forgotten(text: str, kind: str) -> None:
    code = parse_code(text)
    assert code == PaymentCode(kind)
    assert not any(sign.isdigit() for sign in repr(code))


def test_our_own_codes_are_never_payment_codes() -> None:
    assert isinstance(parse_code("6222021234569"), ProductCode)
    assert isinstance(parse_code(CODE), MemberCode)


@pytest.mark.parametrize("text", ["8801234567", "VIP-0042 张", "https://example.com/?q=1", "****1234", "木"])
def test_any_other_text_is_kept_for_whoever_knows_it(text: str) -> None:
    assert parse_code(text) == UnknownCode(text)


@pytest.mark.parametrize("text", ["", "  \t\r\n", "\u200b\u202e\ufeff", "]Q1"])
def test_nothing_visible_is_an_empty_code(text: str) -> None:
    assert refusal(parse_code, text) == ("code_empty", {})


@pytest.mark.parametrize(("text", "length"), [("x" * 513, 513), ("\ufdfa" * 512, 512 * 18)])
def test_a_flood_of_text_is_refused(text: str, length: int) -> None:
    assert refusal(parse_code, text) == ("code_too_long", {"length": length, "longest": 512})


@given(st.one_of(st.text(), digits, digits.map("]E0".__add__)))
def test_any_text_gets_a_meaning_or_a_reason_and_keeps_it(text: str) -> None:
    try:
        code = parse_code(text)
    except BadInput:
        return
    if not isinstance(code, PaymentCode):
        assert parse_code(code.text) == code


@given(st.text(st.sampled_from("01SGMV]C10\x1d\x00\u202e\u200b\ufeff\u2028\u3164\ufe0f()/.:?%A9 "), max_size=60))
def test_nothing_that_cannot_be_seen_gets_past(text: str) -> None:
    code = outcome(text)
    said = [code] if isinstance(code, str) else [each for each in astuple(code) if isinstance(each, str)]
    assert all(each.isprintable() and "\u3164" not in each and "\ufe0f" not in each for each in said)
