"""The shop's own rules know its old cards; a bad rule is refused when it is written, not when somebody scans."""

import time
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.errors import BadInput
from desktop.rules.member_codes import member_code
from desktop.scanning.code_rules import CodeRules, LegacyRule
from desktop.scanning.codes import parse_code, try_rules
from desktop.scanning.kinds import LegacyCard, MemberCode, PaymentCode, ProductCode, UnknownCode
from desktop.scanning.legacy_cards import Attempt
from tests.desktop.scanning.refusals import refusal

GOLD = LegacyRule("金卡", prefix="VIP-")
BLUE = LegacyRule("蓝卡", pattern=r"88(\d{8})")
RULES = CodeRules(legacy=(GOLD, BLUE))
SOUND_EAN = "6901234567892"


@pytest.mark.parametrize(
    ("rule", "text", "number"),
    [
        (GOLD, "VIP-0042", "0042"),
        (GOLD, "vip-0042", "0042"),
        (GOLD, "]C0VIP-0042\r\n", "0042"),
        (GOLD, "ＶＩＰ－００４２", "0042"),
        (LegacyRule("金卡", prefix="VIP-", whole=True), "VIP-0042", "VIP-0042"),
        (BLUE, "8800000042", "00000042"),
        (LegacyRule("蓝卡", pattern=r"88(\d{8})", whole=True), "8800000042", "8800000042"),
        (LegacyRule("蓝卡", pattern=r"88\d{8}"), "8800000042", "8800000042"),
        (LegacyRule("蓝卡", pattern=r"^88(?P<number>\d{8})$"), "8800000042", "00000042"),
        (LegacyRule("蓝卡", pattern=r"(?:G|S)(\d+)[A-Z]?"), "g123x", "123"),
    ],
)
def test_an_old_card_is_known_by_its_rule(rule: LegacyRule, text: str, number: str) -> None:
    assert parse_code(text, CodeRules(legacy=(rule,))) == LegacyCard(rule.name, number)
    assert parse_code(text, CodeRules(legacy=(rule,))).text == number


@pytest.mark.parametrize("text", ["VIP-", "VI-0042", "880000004", "88000000421", "8" * 65, "VIP-" + "0" * 61])
def test_what_does_not_fit_is_no_card(text: str) -> None:
    assert parse_code(text, RULES) == UnknownCode(text)


def test_the_first_rule_that_fits_decides() -> None:
    narrow, wide = LegacyRule("甲", pattern=r"88\d{8}"), LegacyRule("乙", pattern=r"\d{10}")
    assert parse_code("8800000042", CodeRules(legacy=(narrow, wide))) == LegacyCard("甲", "8800000042")
    assert parse_code("8800000042", CodeRules(legacy=(wide, narrow))) == LegacyCard("乙", "8800000042")


def test_no_rule_takes_over_our_own_codes_or_payment_codes() -> None:
    greedy = CodeRules(legacy=(LegacyRule("全部", pattern=".+"),))
    code = member_code(bytes(10))
    assert parse_code(code, greedy) == MemberCode(code)
    assert parse_code("134567890123456789", greedy) == PaymentCode("wechat")


def test_a_beginning_is_too_little_to_take_a_product_for_a_card() -> None:
    prefix, pattern = LegacyRule("甲", prefix="69"), LegacyRule("乙", pattern=r"69(\d{11})")
    assert parse_code(SOUND_EAN, CodeRules(legacy=(prefix,))) == ProductCode("0" + SOUND_EAN, SOUND_EAN)
    assert parse_code("6901234567893", CodeRules(legacy=(prefix,))) == LegacyCard("甲", "01234567893")
    assert parse_code(SOUND_EAN, CodeRules(legacy=(prefix, pattern))) == LegacyCard("乙", "01234567892")


def test_the_test_box_tells_what_every_rule_makes_of_a_text() -> None:
    trial = try_rules("8800000042", RULES)
    assert trial.tried == (Attempt("金卡", None), Attempt("蓝卡", "00000042"))
    assert trial.code == LegacyCard("蓝卡", "00000042")
    assert trial.refusal is None


def test_the_test_box_tells_why_a_text_is_refused() -> None:
    trial = try_rules("6901234567893", RULES)
    assert trial.tried == (Attempt("金卡", None), Attempt("蓝卡", None))
    assert trial.code is None
    assert trial.refusal is not None
    assert trial.refusal.code == "gtin_check_digit"
    assert try_rules("", RULES).tried == ()


def test_the_test_box_shows_no_rule_a_payment_code() -> None:
    trial = try_rules("134567890123456789", CodeRules(legacy=(LegacyRule("全部", pattern=".+"),)))
    assert (trial.tried, trial.code) == ((), PaymentCode("wechat"))


@pytest.mark.parametrize(
    ("rule", "code"),
    [
        ({"name": " ", "prefix": "8"}, "rule_name_missing"),
        ({"name": "卡"}, "rule_empty"),
        ({"name": "卡", "prefix": "8", "pattern": "8"}, "rule_empty"),
        ({"name": "卡", "pattern": "8" * 81}, "rule_pattern_long"),
        ({"name": "卡", "pattern": r"\d*\d*\d*\d*"}, "rule_pattern_slow"),
        ({"name": "卡", "pattern": "(a)(a)(a)(a)"}, "rule_pattern_slow"),
        ({"name": "卡", "pattern": "a|" * 9 + "a"}, "rule_pattern_slow"),
        ({"name": "卡", "pattern": r"(\d+)+"}, "rule_pattern_broken"),
        ({"name": "卡", "pattern": r"(?=8)\d+"}, "rule_pattern_broken"),
        ({"name": "卡", "pattern": r"(\d)\1"}, "rule_pattern_broken"),
        ({"name": "卡", "pattern": r"\d++"}, "rule_pattern_broken"),
        ({"name": "卡", "pattern": r"*8"}, "rule_pattern_broken"),
        ({"name": "卡", "pattern": r"(8"}, "rule_pattern_broken"),
        ({"name": "卡", "pattern": r"8)"}, "rule_pattern_broken"),
        ({"name": "卡", "pattern": r"[9-0]"}, "rule_pattern_broken"),
        ({"name": "卡", "pattern": r"8{9,2}"}, "rule_pattern_broken"),
        ({"name": "卡", "pattern": "(?i)8"}, "rule_pattern_broken"),
        ({"name": "卡", "pattern": r"\N{DIGIT ONE}"}, "rule_pattern_broken"),
    ],
)
def test_a_rule_that_cannot_work_is_refused_with_its_reason(rule: dict[str, str], code: str) -> None:
    assert refusal(LegacyRule, **rule)[0] == code


def test_two_rules_of_one_name_are_refused() -> None:
    assert refusal(CodeRules, legacy=(GOLD, LegacyRule("金卡", prefix="G"))) == ("rule_twice", {"name": "金卡"})


@pytest.mark.parametrize(
    "pattern", [r".*.*.*x", r"(.|.)(.|.)(.|.).*.*.*x", r"(\d|\d\d)(\d*|\d*)(.|.|.|.)\w*x", "a?a?a?" + "a" * 60]
)
def test_no_pattern_that_is_allowed_runs_away(pattern: str) -> None:
    rule = LegacyRule("卡", pattern=pattern)
    began = time.perf_counter()
    assert rule.number_of("1" * 64) is None
    assert time.perf_counter() - began < 1


@given(st.text(st.characters(codec="utf-8"), max_size=80))
def test_any_text_is_a_pattern_or_refused(pattern: str) -> None:
    with suppress(BadInput):
        LegacyRule("卡", pattern=pattern).number_of("VIP-0042")
