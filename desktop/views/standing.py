"""Where a member stands among the tiers: headquarters' word where there is one, else what this till has counted."""

from dataclasses import dataclass
from datetime import date, tzinfo

from sqlalchemy import Connection

from desktop.rules.portrait import gains
from desktop.rules.tiers import Tier, TierRules, TierStanding, tier_of
from desktop.views.facts import facts_of
from desktop.views.shop import find_definitions


@dataclass(frozen=True, slots=True)
class Standing:
    """tier: its key. names: by language. told: headquarters said so. next, missing: the tier above, and minor units or
    points (``measure``) up to it; to_keep: what must be gained before ``review``. currency: of amounts."""

    tier: str
    names: dict[str, str]
    told: bool
    measure: str
    has: int
    next: Tier | None
    missing: int
    review: date | None
    to_keep: int
    currency: str


def find_standing(connection: Connection, member_id: str, today: date, zone: tzinfo | None = None) -> Standing | None:
    """Of a member on ``today``; None for nobody."""
    known = facts_of(connection, member_id, zone)
    if known is None:
        return None
    definitions = find_definitions(connection, today)
    found = tier_of(today, gains(known.facts, definitions), definitions.tiers)
    return stand(found, known.person.tier, definitions.tiers, known.currency)


def stand(found: TierStanding, told: str, rules: TierRules, currency: str) -> Standing:
    """Above headquarters' tier stands the next one of the ladder; a tier that is not on it has none."""
    tier, above, missing = found.tier, found.next, found.missing
    if told and told != tier.key:
        keys = [each.key for each in rules.tiers]
        place = keys.index(told) if told in keys else len(keys)
        tier = rules.tiers[place] if told in keys else Tier(told, {}, 0, 0)
        above = rules.tiers[place + 1] if place + 1 < len(keys) else None
        missing = max(0, above.enter - found.has) if above else 0
    review, to_keep = (found.review, found.to_keep) if tier is found.tier else (None, 0)
    return Standing(
        tier.key, tier.names, bool(told), rules.measure, found.has, above, missing, review, to_keep, currency
    )
