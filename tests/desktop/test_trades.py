"""What trades are about: the files that are shipped, and what is refused."""

import pytest

import resources
from desktop.rules.definitions import Definitions
from desktop.rules.facts import Person, PreferenceFact, VisitDay
from desktop.rules.portrait import portrait
from desktop.rules.shape import ShapeError
from desktop.rules.trade import FieldKind
from desktop.trades import TRADES, load_trade, read_trade
from tests.desktop.rules.made import TODAY, ago, bought


@pytest.mark.parametrize("key", TRADES)
def test_every_trade_has_all_six_families_and_something_for_the_keys(key: str) -> None:
    trade = load_trade(key)
    assert trade.key == key
    assert {tag.family for tag in trade.tags} == {"base", "purchase", "scene", "behaviour", "preference", "emotion"}
    assert 5 <= len(trade.quick) <= 9
    assert trade.impressions
    assert trade.decline_reasons
    assert trade.entities


def test_the_files_are_the_trades_there_are() -> None:
    assert {file.stem for file in resources.path("trades").glob("*.toml")} == {*TRADES, "common"}


def test_a_trade_that_is_not_there_is_refused() -> None:
    with pytest.raises(ShapeError, match="no trade is called shoes"):
        load_trade("shoes")


LEAST = """
key = "shoes"
version = "1"
names = {zh = "鞋", en = "Shoes"}
quick = [{facet = "size", value = "42"}]
facets = [{key = "size", names = {zh = "码", en = "Size"}, values = [{value = "42", names = {zh = "42", en = "42"}}]}]
"""
TAG = 'tags = [{key = "t", family = "base", names = {zh = "一", en = "one"}, when = %s}]'


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("key =", "Invalid value"),
        (LEAST.replace("quick =", "quicker ="), "nothing is called quicker"),
        (LEAST.replace('version = "1"\n', ""), "version missing"),
        (LEAST.replace('value = "42"}]\nf', 'value = "43"}]\nf'), "no facet size has a value 43"),
        (LEAST.replace(', en = "Size"', ""), "size has no name in en"),
        (LEAST + "entities = 3", "entities: a list expected"),
        (LEAST + TAG % '{field = {name = "foot.width"}}', "tag t asks for foot.width, which no entity has"),
        (LEAST + TAG % '{birthday = "soon"}', "tags[0].when.birthday.within_days: int expected"),
        (LEAST + TAG % '{code = "1"}', "tags[0].when: one of all, any"),
        (LEAST + 'care = {off = ["trail"]}', "care.off[0]: one of trial, birthday"),
        (LEAST + "cadence = {quiet_weekdays = [8]}", "cadence: weekdays are 1"),
    ],
)
def test_a_file_that_does_not_hold_together_is_refused_in_words(text: str, told: str) -> None:
    with pytest.raises(ShapeError) as refused:
        read_trade(text)
    assert told in str(refused.value)


@pytest.mark.parametrize(
    ("kind", "text", "kept"),
    [("text", "  two  words ", "two words"), ("number", "4.50", "4.5"), ("date", "2026-01-31", "2026-01-31"),
     ("yes_no", "yes", "yes")],
)  # fmt: skip
def test_a_field_keeps_its_value_in_one_form(kind: str, text: str, kept: str) -> None:
    assert FieldKind("k", {}, kind).clean(text) == kept  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("entity", "field", "text"),
    [("pet", "species", "fish"), ("pet", "born", "May"), ("pet", "weight", "heavy"), ("pet", "neutered", "maybe")],
)
def test_a_field_takes_no_other_value(entity: str, field: str, text: str) -> None:
    [kind] = [each for each in load_trade("pet").entities if each.key == entity]
    [found] = [each for each in kind.fields if each.key == field]
    with pytest.raises(ValueError, match=r"choices|isoformat|convert|yes or no"):
        found.clean(text)


def test_a_portrait_names_its_version_and_gives_every_family_of_tags() -> None:
    trade = load_trade("beauty")
    chen = Person("chen", birthday="1990-12-01", channel="wechat", fields={"skin.type": ("sensitive",)})
    facts = (
        *bought(10, 36, 62, product="p1", category="gift", amount=90000),
        PreferenceFact("pr", ago(5), "need", "换季敏感"),
        VisitDay("v", ago(3), mood=5),
    )
    found = portrait(TODAY, chen, facts, definitions=Definitions("autumn-2", ago(30), tags=trade.tags))
    assert found.version == "autumn-2"
    assert [tag.names["zh"] for tag in found.tags] == [
        "近期生日", "微信来源", "复购周期 26 天", "高客单", "送礼人群", "很满意", "敏感肌", "换季护理",
    ]  # fmt: skip
    assert found.subject.values["lifecycle"] == "active"
