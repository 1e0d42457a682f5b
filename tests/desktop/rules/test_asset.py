"""Interested, buying, valuable, recommending: what a member is to the brand, out of what the other rules found."""

from datetime import date

import pytest
from hypothesis import given

from desktop.rules.asset import Asset
from desktop.rules.definitions import STANDARD, read_definitions
from desktop.rules.facts import Exposure, Fact, Person, Purchase, Referral, Review, Trial
from desktop.rules.portrait import portrait
from desktop.rules.stage import Stage
from tests.desktop.rules.made import TODAY, ago, facts

CHEN = Person("chen")


def paid(days: int, amount: int) -> Purchase:
    return Purchase(f"p{days}", ago(days), amount)


@pytest.mark.parametrize(
    ("known", "kind", "rule"),
    [
        ((Trial("t", ago(2)),), Asset.INTERESTED, "asset_interested"),
        ((paid(9, 19_900),), Asset.BUYING, "asset_buying"),
        ((paid(9, 90_000),), Asset.VALUABLE, "asset_spending"),
        (tuple(paid(day, 35_000) for day in range(1, 90, 10)), Asset.VALUABLE, "asset_vip"),
        ((Review("r", ago(3)),), Asset.RECOMMENDING, "asset_recommending"),
        ((Referral("r", ago(3)), paid(9, 90_000)), Asset.RECOMMENDING, "asset_recommending"),
        ((Exposure("e", ago(3)),), None, "asset_none"),
        ((Trial("t", ago(200)),), None, "asset_none"),
        ((), None, "asset_none"),
    ],
)
def test_the_highest_that_fits_counts(known: tuple[Fact, ...], kind: Asset | None, rule: str) -> None:
    found = portrait(TODAY, CHEN, known).asset
    assert (found.asset, found.why.rule) == (kind, rule)
    assert bool(found.why.facts) == (kind is not None)


@given(facts)
def test_it_agrees_with_the_stage(known: list[Fact]) -> None:
    found = portrait(TODAY, CHEN, tuple(known))
    if found.asset.asset in (Asset.BUYING, Asset.VALUABLE):
        assert found.stage.stage in (Stage.BOUGHT, Stage.LOYAL)
    if found.asset.asset is Asset.INTERESTED:
        assert found.stage.stage is Stage.INTERESTED
    assert found.subject.values.get("asset") == (found.asset.asset.name.lower() if found.asset.asset else None)


@pytest.mark.parametrize(("least", "stage", "rule"), [
    (0, Stage.LOYAL, "stage_loyal"),
    (2, Stage.LOYAL, "stage_loyal_spending"),
    (3, Stage.BOUGHT, "stage_bought_spending"),
])  # fmt: skip
def test_spending_power_may_be_asked_for_before_somebody_is_loyal(least: int, stage: Stage, rule: str) -> None:
    rules = read_definitions({"version": "1", "effective": date(2026, 1, 1).isoformat(),
                              "stage": {"loyal_spending": least}})  # fmt: skip
    found = portrait(TODAY, CHEN, (paid(30, 15_000), paid(9, 15_000)), definitions=rules)
    assert found.spending is not None
    assert (found.spending.band, found.stage.stage, found.stage.why.rule) == (2, stage, rule)
    assert STANDARD.stage.loyal_spending == 0
