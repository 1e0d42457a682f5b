"""All definitions in one versioned piece of configuration, which headquarters sends to every till.

Every figure on a screen can name the version it was made by. What the data leaves out keeps its default.
"""

from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from desktop.rules.advocacy import AdvocacyRules
from desktop.rules.asset import AssetRules
from desktop.rules.cadence import Cadence
from desktop.rules.care import CareRules
from desktop.rules.credit import CreditRules
from desktop.rules.earning import EarnRules
from desktop.rules.lifecycle import LifecycleRules
from desktop.rules.ltv import LtvRules
from desktop.rules.measure import MeasureRules
from desktop.rules.points import ExpiryRules, SpendRules
from desktop.rules.rfm import RfmRules
from desktop.rules.samples import SampleRules
from desktop.rules.shape import build
from desktop.rules.spending_power import SpendingRules
from desktop.rules.stage import StageRules
from desktop.rules.suggestions import SuggestionRules
from desktop.rules.tags import TagRule
from desktop.rules.tiers import TierRules

TradeKey = Literal["beauty", "mother_baby", "pet", "coffee"]


@dataclass(frozen=True, slots=True)
class Definitions:
    """version: what a screen names. effective: the first day it holds. trade: whose tags and care it builds on."""

    version: str
    effective: date
    trade: TradeKey = "beauty"
    stage: StageRules = field(default_factory=StageRules)
    lifecycle: LifecycleRules = field(default_factory=LifecycleRules)
    rfm: RfmRules = field(default_factory=RfmRules)
    spending: SpendingRules = field(default_factory=SpendingRules)
    ltv: LtvRules = field(default_factory=LtvRules)
    advocacy: AdvocacyRules = field(default_factory=AdvocacyRules)
    asset: AssetRules = field(default_factory=AssetRules)
    tiers: TierRules = field(default_factory=TierRules)
    earning: EarnRules = field(default_factory=EarnRules)
    expiry: ExpiryRules = field(default_factory=ExpiryRules)
    spend: SpendRules = field(default_factory=SpendRules)
    care: CareRules = field(default_factory=CareRules)
    cadence: Cadence = field(default_factory=Cadence)
    credit: CreditRules = field(default_factory=CreditRules)
    measure: MeasureRules = field(default_factory=MeasureRules)
    samples: SampleRules = field(default_factory=SampleRules)
    suggestions: SuggestionRules = field(default_factory=SuggestionRules)
    tags: tuple[TagRule, ...] = ()


STANDARD = Definitions("standard-1", date(2026, 11, 1))


def read_definitions(data: object) -> Definitions:
    """From JSON or TOML. Raises ShapeError, whose text says where it is wrong."""
    return build(Definitions, data)
