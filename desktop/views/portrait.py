"""All that is said of one member, each value with its reason, and the facts a reason rests on."""

from dataclasses import dataclass
from datetime import date, tzinfo

from sqlalchemy import BindParameter, Connection, bindparam, func, select

from desktop.data.escrow import Points
from desktop.errors import NotFound
from desktop.rules import facts as f
from desktop.rules.portrait import Portrait, portrait
from desktop.rules.why import Why
from desktop.views.facts import EntityView, Known, facts_of
from desktop.views.shop import Shop, find_shop
from desktop.views.standing import Standing, stand

_ID: BindParameter[str] = bindparam("member_id")
_POINTS = select(func.coalesce(func.sum(Points.amount), 0)).where(Points.member_id == _ID)


@dataclass(frozen=True, slots=True)
class Evidence:
    """A fact that a reason rests on. kind: ``fact.<kind>`` in the words; what: a product, a value, in words; or ""."""

    id: str
    day: date
    kind: str
    what: str


@dataclass(frozen=True, slots=True)
class MemberPortrait:
    """One member on one day.

    rules: stage, lifecycle, RFM, spending power, lifetime value, word of mouth, tier and tags, each with its ``why``.
    known: person, facts, consents. shop: by whose trade and definitions. points: the sum of the ledger.
    """

    member_id: str
    rules: Portrait
    known: Known
    shop: Shop
    points: int

    @property
    def names(self) -> dict[str, str]:
        """Of the products and guides in reasons, by id, for ``desktop.reasons.explain``."""
        return self.known.names

    def names_in(self, language: str) -> dict[str, str]:
        """The same, and the tiers'."""
        tiers = {tier.key: tier.names[language] for tier in self.shop.definitions.tiers.tiers}
        return tiers | self.known.names

    @property
    def standing(self) -> Standing:
        """Where the member stands among the tiers."""
        told, tiers = self.known.person.tier, self.shop.definitions.tiers
        return stand(self.rules.tier, told, tiers, self.known.currency)

    @property
    def entities(self) -> tuple[EntityView, ...]:
        """What the member has."""
        return self.known.entities


def find_portrait(
    connection: Connection, member_id: str, today: date, zone: tzinfo | None = None
) -> MemberPortrait | None:
    """Of a member on ``today``; days are counted in ``zone``, the store's (None: the machine's)."""
    known = facts_of(connection, member_id, zone)
    if known is None:
        return None
    shop = find_shop(connection, today)
    points = connection.scalar(_POINTS, {"member_id": known.person.id}) or 0
    rules = portrait(today, known.person, known.facts, known.by_hand, shop.definitions)
    return MemberPortrait(known.person.id, rules, known, shop, points)


def portrait_of(connection: Connection, member_id: str, today: date) -> MemberPortrait:
    """The same of a member who must be there. Raises NotFound ``member_unknown``."""
    found = find_portrait(connection, member_id, today)
    if found is None:
        raise NotFound("member_unknown")
    return found


def evidence(portrait: MemberPortrait, why: Why, limit: int = 6) -> tuple[Evidence, ...]:
    """The facts of a reason, the latest first."""
    wanted = set(why.facts)
    facts = [*portrait.known.facts, *portrait.known.by_hand]
    found = sorted((fact for fact in facts if fact.id in wanted), key=lambda fact: (fact.day, fact.id), reverse=True)
    return tuple(Evidence(fact.id, fact.day, kind_of(fact), _told(fact, portrait)) for fact in found[:limit])


def kind_of(fact: f.Fact) -> str:
    """What a fact is called in the words."""
    if isinstance(fact, f.Purchase) and fact.quantity < 0:
        return "returned"
    return _KINDS.get(type(fact), "tag")


_KINDS: dict[type[f.Fact], str] = {
    f.Purchase: "purchase", f.Trial: "trial", f.Declined: "declined", f.VisitDay: "visit", f.Joining: "joining",
    f.Exposure: "exposure", f.Interest: "interest", f.Referral: "referral", f.Review: "review",
    f.PreferenceFact: "preference", f.Contact: "contact", f.AppointmentFact: "appointment", f.CouponFact: "coupon",
}  # fmt: skip


def _told(fact: f.Fact, portrait: MemberPortrait) -> str:
    match fact:
        case f.Purchase(product=product) | f.Trial(product=product) | f.Declined(product=product):
            return portrait.known.names.get(product, "")
        case f.PreferenceFact(value=value):
            return value
        case f.AppointmentFact(service=service):
            return service
        case f.CouponFact(title=title):
            return title
    return ""
