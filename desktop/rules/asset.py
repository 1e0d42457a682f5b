"""The brand's own scheme of what a member is to it: interested, buying, valuable or recommending.

Beside AIPL: *interested* is its stage of interest; *buying* is bought or loyal; *valuable* is the same with spending
power or a VIP's bands; *recommending* is whoever speaks well of us, whatever they buy. The highest that fits counts.
"""

from dataclasses import dataclass
from enum import IntEnum

from desktop.rules.advocacy import Advocacy
from desktop.rules.rfm import Rfm
from desktop.rules.spending_power import SpendingPower
from desktop.rules.stage import Stage, Staged
from desktop.rules.why import Why, because


class Asset(IntEnum):
    """In the order in which somebody may come along."""

    INTERESTED = 1
    BUYING = 2
    VALUABLE = 3
    RECOMMENDING = 4


@dataclass(frozen=True, slots=True)
class AssetRules:
    """spending: from which band of spending power on, 1 to 5, who buys is valuable. advocacy: from how many points of
    word of mouth on somebody recommends."""

    spending: int = 4
    advocacy: int = 3


@dataclass(frozen=True, slots=True)
class Valued:
    """asset: None for who is none of them now."""

    asset: Asset | None
    why: Why


def asset(
    staged: Staged, power: SpendingPower | None, scored: Rfm | None, spoken: Advocacy, rules: AssetRules = AssetRules()
) -> Valued:
    """Out of what the other rules have found."""
    if spoken.score >= rules.advocacy:
        return Valued(Asset.RECOMMENDING, because("asset_recommending", spoken.why.facts, score=spoken.score))
    if staged.stage in (Stage.BOUGHT, Stage.LOYAL):
        if power and power.band >= rules.spending:
            return Valued(Asset.VALUABLE, because("asset_spending", power.why.facts, band=power.band))
        if scored and scored.vip:
            return Valued(Asset.VALUABLE, because("asset_vip", scored.why.facts, score=scored.score))
        return Valued(Asset.BUYING, because("asset_buying", staged.why.facts))
    if staged.stage is Stage.INTERESTED:
        return Valued(Asset.INTERESTED, because("asset_interested", staged.why.facts))
    return Valued(None, because("asset_none"))
