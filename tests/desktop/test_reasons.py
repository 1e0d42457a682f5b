"""Every reason has its sentence, in both languages, and brings what the sentence asks for."""

import ast
import string
from collections.abc import Iterator
from datetime import date
from itertools import combinations
from typing import get_args

import pytest

from desktop.reasons import explain
from desktop.rules.asset import Asset
from desktop.rules.care import CareRule, StageName
from desktop.rules.earning import Reason
from desktop.rules.lifecycle import Lifecycle
from desktop.rules.rfm import Segment
from desktop.rules.tags import Family
from desktop.rules.why import Amount, because
from resources import LANGUAGES, Words
from tests.test_architecture import parsed

_RHYTHM = {"last", "silent", "gap", "spread"}
# Reasons whose name is put together, with the figures they bring.
MADE = {
    "lifecycle_rhythm": _RHYTHM, "lifecycle_usual": _RHYTHM, "care_dormant": _RHYTHM,
    "supply_own": {"last", "lasts"}, "supply_product": {"last", "lasts"},
    **{f"coupon_{kind}": {"off", "cost", "gift"} for kind in ("amount", "percent", "gift")},
    **{f"points_{reason}": {"amount"} for reason in get_args(Reason)},
    **{f"care_stage_{stage}": {"last", "days"} for stage in get_args(StageName)},
    "points_purchase": {"amount", "spent", "percent"},
    **{
        f"credit_{'_'.join(roles)}": {"percent"}
        for size in (1, 2, 3)
        for roles in combinations(("owner", "recruited", "served"), size)
    },
}  # fmt: skip


def written() -> Iterator[tuple[str, set[str]]]:
    """Reasons as they are written in the rules: ``because("tier", …, days=3)``, or by way of ``_staged``."""
    for name, tree in parsed().items():
        for node in ast.walk(tree) if name.startswith("desktop/rules/") else ():
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Name)
                and node.func.id in ("because", "_staged")
            ):
                rules = [each.value for each in node.args if isinstance(each, ast.Constant)]
                yield from ((str(rule), {each.arg for each in node.keywords if each.arg}) for rule in rules)


KNOWN = dict(written()) | MADE


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_reason_has_a_sentence_and_every_sentence_a_reason(language: str) -> None:
    there = {name.removeprefix("why.") for name in Words(language).names() if name.startswith("why.")}
    assert there == set(KNOWN)


@pytest.mark.parametrize("rule", sorted(KNOWN))
def test_a_reason_brings_what_its_sentence_asks_for(rule: str) -> None:
    figures = dict.fromkeys(KNOWN[rule], "x")
    for language in LANGUAGES:
        said = explain(because(rule, **figures), Words(language), str)
        assert said
        assert not [name for _, name, _, _ in string.Formatter().parse(said) if name]


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_rules_find_has_its_name(language: str) -> None:
    words = Words(language)
    found = [
        *(f"lifecycle.{state.name.lower()}" for state in Lifecycle), *(f"segment.{name}" for name in get_args(Segment)),
        *(f"family.{name}" for name in get_args(Family)), *(f"care.{rule}" for rule in get_args(CareRule)),
        *(f"spending.{band}" for band in range(1, 6)), *(f"stage.{number}" for number in range(5)),
        *(f"asset.{each.name.lower()}" for each in Asset),
    ]  # fmt: skip
    assert [name for name in found if name not in words] == []


def test_money_days_and_ids_are_written_for_people() -> None:
    words = Words("zh")
    money = "¥{}".format
    short = because("coupon_threshold", threshold=Amount(30000), missing=Amount(500))
    assert explain(short, words, money) == "还差 ¥500 满 ¥30000"
    hand = because("tag_hand", guide="g1", day=date(2026, 11, 3))
    assert explain(hand, words, money, {"g1": "林晓"}) == "林晓 于 2026-11-03 手工添加"
