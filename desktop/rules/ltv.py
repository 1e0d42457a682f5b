"""What a member will still be worth: an estimate anybody can follow, with its inputs shown.

Source: Gupta and Lehmann, "Customers as Assets", Journal of Interactive Marketing 17(1), 2003: with a constant yearly
margin m, retention r and discount i, the value is m * r / (1 + i - r). m is last year's net spend times the shop's
margin; r is the share of members in the same lifecycle state who bought again within a year, as headquarters counts.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from desktop.rules.facts import Fact, Purchase, ids_of, of
from desktop.rules.lifecycle import Lifecycle
from desktop.rules.why import Amount, Why, because


@dataclass(frozen=True, slots=True)
class LtvRules:
    """In percent. margin: of what is paid. discount: a year. The others: retention by lifecycle state."""

    margin: int = 50
    discount: int = 10
    new: int = 35
    active: int = 70
    cooling: int = 45
    lapsed: int = 20
    lost: int = 5

    def __post_init__(self) -> None:
        kept = (self.new, self.active, self.cooling, self.lapsed, self.lost)
        if not all(0 <= share <= 100 for share in (*kept, self.margin)) or self.discount < 1:
            raise ValueError("margin and retention are 0 to 100 percent, the discount is at least 1")

    def retention(self, state: Lifecycle) -> int:
        """The percentage for a state."""
        return {
            Lifecycle.NEW: self.new, Lifecycle.ACTIVE: self.active, Lifecycle.COOLING: self.cooling,
            Lifecycle.LAPSED: self.lapsed, Lifecycle.LOST: self.lost,
        }[state]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Worth:
    """value: minor units still to come. yearly: of margin, what it rests on. retention, discount: percent."""

    value: int
    yearly: int
    retention: int
    discount: int
    why: Why


def lifetime_value(today: date, facts: Collection[Fact], state: Lifecycle, rules: LtvRules = LtvRules()) -> Worth:
    """The estimate on ``today`` for a member in this lifecycle state; who spent nothing is worth 0."""
    paid = of(facts, Purchase, until=today, since=today - timedelta(365))
    spent = max(0, sum(each.amount for each in paid))
    kept = rules.retention(state)
    margin = Fraction(spent * rules.margin, 100)
    value = round(margin * kept / (100 + rules.discount - kept))
    why = because(
        "ltv", ids_of(paid), spent=Amount(spent), margin=rules.margin, retention=kept, discount=rules.discount
    )
    return Worth(value, round(margin), kept, rules.discount, why)
