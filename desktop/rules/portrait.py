"""A member's whole portrait in one call: every rule over the same facts, on one day, by one version."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from desktop.rules.advocacy import Advocacy, advocacy
from desktop.rules.asset import Valued, asset
from desktop.rules.birthdays import age
from desktop.rules.conditions import Subject
from desktop.rules.definitions import STANDARD, Definitions
from desktop.rules.earning import earned
from desktop.rules.facts import Fact, Person, Purchase, buying
from desktop.rules.lifecycle import Lifecycle, Living, lifecycle
from desktop.rules.ltv import Worth, lifetime_value
from desktop.rules.measure import customer
from desktop.rules.rfm import Rfm, rfm
from desktop.rules.spending_power import SpendingPower, spending_power
from desktop.rules.stage import Staged, stage
from desktop.rules.tags import HandTag, Tag, tags
from desktop.rules.tiers import Gain, TierStanding, tier_of


@dataclass(frozen=True, slots=True)
class Portrait:
    """What the rules say. subject: as coupons' and tags' questions are asked of it. None: nothing was bought."""

    version: str
    subject: Subject
    stage: Staged
    living: Living
    rfm: Rfm | None
    spending: SpendingPower | None
    worth: Worth
    advocacy: Advocacy
    asset: Valued
    tier: TierStanding
    tags: tuple[Tag, ...]


def portrait(
    today: date, person: Person, facts: tuple[Fact, ...], by_hand: Iterable[HandTag] = (),
    definitions: Definitions = STANDARD,
) -> Portrait:  # fmt: skip
    """Of ``person`` on ``today``. The tier is what the facts make it; where ``person`` has one, headquarters said so,
    and tags and coupons go by that."""
    living = lifecycle(today, facts, definitions.lifecycle)
    scored = rfm(today, facts, definitions.rfm)
    power = spending_power(today, facts, definitions.spending)
    staged = stage(today, facts, definitions.stage, power)
    spoken = advocacy(today, facts, definitions.advocacy)
    valued = asset(staged, power, scored, spoken, definitions.asset)
    tier = tier_of(today, gains(facts, definitions), definitions.tiers)
    known = {
        "stage": staged.stage.name.lower() if staged.stage is not None else None,
        "lifecycle": living.state.name.lower() if living.state else None,
        "customer": customer(today, next((fact.day for fact in buying(facts, until=today)), None), known=True),
        "gap_days": living.rhythm.gap if living.rhythm.own else None,
        "segment": scored.segment if scored else None,
        "vip": int(scored.vip) if scored else 0,
        "score": scored.recency + scored.frequency + scored.money if scored else None,
        "spending": power.band if power else None,
        "advocacy": spoken.score,
        "asset": valued.asset.name.lower() if valued.asset else None,
        "tier": person.tier or tier.tier.key,
        "age": age(person.birthday, today),
    }
    subject = Subject(today, person, facts, {name: value for name, value in known.items() if value is not None})
    worth = lifetime_value(today, facts, living.state or Lifecycle.NEW, definitions.ltv)
    return Portrait(
        definitions.version, subject, staged, living, scored, power, worth, spoken, valued, tier,
        tags(subject, definitions.tags, by_hand),
    )  # fmt: skip


def gains(facts: tuple[Fact, ...], definitions: Definitions) -> list[Gain]:
    """What counts towards the tiers."""
    if definitions.tiers.measure == "spend":
        return [Gain(fact.id, fact.day, fact.amount) for fact in facts if isinstance(fact, Purchase)]
    days = {fact.id: fact.day for fact in facts}
    return [Gain(line.fact, days[line.fact], line.amount) for line in earned(facts, definitions.earning)]
