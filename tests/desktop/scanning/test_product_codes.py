"""Labels of scales say an item and a figure; the shortest of barcodes say a product all the same."""

import pytest
from biip.rcn import Rcn
from hypothesis import given
from hypothesis import strategies as st

from desktop.rules.gtin import check_digit
from desktop.scanning.code_rules import CodeRules, VariablePrefix
from desktop.scanning.codes import parse_code
from desktop.scanning.kinds import MeasuredCode, ProductCode, UnknownCode
from tests.desktop.scanning.refusals import refusal


def ean(body: str) -> str:
    return body + check_digit(body)


def test_a_label_of_the_scales_says_item_and_price() -> None:
    label = ean("211234501990")
    assert parse_code(label) == MeasuredCode("0" + ean("211234500000"), label, "12345", "price", 1990)


@given(st.integers(20, 29), st.integers(0, 99_999), st.integers(0, 99_999))
def test_every_price_of_an_item_leads_to_the_same_gtin(prefix: int, item: int, price: int) -> None:
    code = parse_code(ean(f"{prefix}{item:05}{price:05}"))
    assert code == MeasuredCode(
        "0" + ean(f"{prefix}{item:05}00000"), ean(f"{prefix}{item:05}{price:05}"), f"{item:05}", "price", price
    )


@pytest.mark.parametrize(
    ("rule", "body", "item", "amount"),
    [
        (VariablePrefix("28", figure="weight", decimals=3), "281234500250", "12345", 250),
        (VariablePrefix("28", figure="weight", decimals=2), "281234500025", "12345", 250),
        (VariablePrefix("28", figure="weight", decimals=0), "281234500002", "12345", 2000),
        (VariablePrefix("28", decimals=1), "281234500199", "12345", 1990),
        (VariablePrefix("28", item_digits=6, decimals=0), "281234560019", "123456", 1900),
    ],
)
def test_the_shop_says_what_the_figure_means(rule: VariablePrefix, body: str, item: str, amount: int) -> None:
    code = parse_code(ean(body), CodeRules(variable=(rule,)))
    assert isinstance(code, MeasuredCode)
    assert (code.item, code.kind, code.amount) == (item, rule.figure, amount)


def test_the_price_has_a_check_digit_of_its_own_where_the_shop_says_so() -> None:
    assert parse_code(ean("021234592875")) == MeasuredCode(
        "0" + ean("021234500000"), ean("021234592875"), "12345", "price", 2875
    )
    assert parse_code(ean("21234592875")) == MeasuredCode(
        "0" + ean("021234500000"), ean("021234592875"), "12345", "price", 2875
    )
    assert refusal(parse_code, ean("021234582875"))[0] == "measured_check_digit"
    five = CodeRules(variable=(VariablePrefix("22", item_digits=4, inner_check=True),))
    assert parse_code(ean("221234614685"), five) == MeasuredCode(
        "0" + ean("221234000000"), ean("221234614685"), "1234", "price", 14685
    )


def test_biip_knows_these_labels_too() -> None:
    known = Rcn.parse(ean("201234501990"))
    assert known.usage is not None


def test_without_a_rule_a_label_is_a_product() -> None:
    label = ean("211234501990")
    assert parse_code(label, CodeRules()) == ProductCode("0" + label, label)


def test_a_misread_label_is_refused_before_its_price_is_believed() -> None:
    assert refusal(parse_code, "2112345019908")[0] == "gtin_check_digit"


@pytest.mark.parametrize(
    ("prefix", "code"), [("30", "rule_wrong_prefix"), ("2", "rule_wrong_prefix"), ("٢٠", "rule_wrong_prefix")]
)
def test_only_prefixes_that_no_product_has_may_be_labels(prefix: str, code: str) -> None:
    assert refusal(VariablePrefix, prefix)[0] == code


@pytest.mark.parametrize(
    "layout",
    [
        {"item_digits": 8},
        {"item_digits": 0},
        {"item_digits": 6, "inner_check": True},
        {"item_digits": 3, "inner_check": True},
        {"decimals": 3},
        {"decimals": -1},
        {"figure": "weight", "decimals": 4},
    ],
)
def test_a_layout_must_add_up(layout: dict[str, object]) -> None:
    assert refusal(VariablePrefix, "21", **layout) == ("rule_wrong_layout", {"prefix": "21"})


@pytest.mark.parametrize(
    ("text", "upc"),
    [
        ("04252614", "042100005264"),
        ("01234505", "012000003455"),
        ("01234133", "012300000413"),
        ("01234543", "012340000053"),
        ("01234565", "012345000065"),
        ("11234502", "112000003452"),
    ],
)
def test_a_short_upc_is_the_long_one(text: str, upc: str) -> None:
    assert parse_code(text) == ProductCode("00" + upc, text)


def test_what_the_scanner_calls_an_ean_8_is_no_short_upc() -> None:
    assert parse_code("]E401234565") == ProductCode("00000001234565", "00000001234565")
    assert parse_code("96385074") == ProductCode("00000096385074", "96385074")
    assert refusal(parse_code, "01234564")[0] == "gtin_check_digit"


@pytest.mark.parametrize(
    ("text", "ean13"),
    [("^(!@#$%^&*()@", "6912345678902"), ("690!@34567*9@", "6901234567892"), ("}E)690!@34567*9@", "6901234567892")],
)
def test_digits_typed_with_a_hanging_shift_are_known_by_their_check_digit(text: str, ean13: str) -> None:
    assert parse_code(text) == ProductCode("0" + ean13, ean13)
    assert parse_code(text[:-1] + "#") == UnknownCode(text[:-1] + "#")
