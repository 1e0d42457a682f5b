"""Who gets how much of a sale, and why: the guides who served, the member's own guide, and who brought the member in.

The parts never come to more than the whole. Minor units are divided by largest remainder (Hamilton's method), so that
they add up exactly; a tie goes to the smaller id, which is the same at every till.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from desktop.rules.why import Why, because

WHOLE = 10_000
_PERCENT = 100


@dataclass(frozen=True, slots=True)
class CreditRules:
    """Percent of a sale. served: who served; owner: the member's guide; recruited: who enrolled them, within so many
    days. A part that nobody has goes to who served."""

    served: int = 70
    owner: int = 20
    recruited: int = 10
    recruited_days: int = 90

    def __post_init__(self) -> None:
        parts = (self.served, self.owner, self.recruited)
        if min(parts) < 0 or sum(parts) > _PERCENT:
            raise ValueError("the parts of a sale come to 100 percent at most")


@dataclass(frozen=True, slots=True)
class Deed:
    """A sale, an enrolment, anything worth credit. amount: minor units, less than 0 for what was brought back; an
    enrolment is worth WHOLE. served: percent by guide, as they agreed, 100 for one alone."""

    id: str
    day: date
    amount: int
    served: Mapping[str, int] = field(default_factory=dict)
    owner: str | None = None
    recruiter: str | None = None
    joined: date | None = None

    def __post_init__(self) -> None:
        if any(share <= 0 for share in self.served.values()) or sum(self.served.values()) > _PERCENT:
            raise ValueError("shares of a visit are more than 0, and 100 percent at most")


@dataclass(frozen=True, slots=True)
class Credit:
    """One guide's part. share: of WHOLE. roles: served, owner, recruited."""

    guide: str
    amount: int
    share: int
    roles: tuple[str, ...]
    why: Why


def credit(deed: Deed, rules: CreditRules = CreditRules()) -> tuple[Credit, ...]:
    """The parts of ``deed``, the largest first. When nobody served, what belongs to nobody stays with the house."""
    shares: dict[str, int] = {}
    roles: dict[str, list[str]] = {}
    for role, guide, share in _parts(deed, rules):
        shares[guide] = shares.get(guide, 0) + share
        roles.setdefault(guide, []).append(role)
    amounts = split(deed.amount, shares, WHOLE)
    found = [
        Credit(guide, amounts[guide], share, tuple(roles[guide]), _why(deed, share, roles[guide]))
        for guide, share in shares.items()
    ]
    return tuple(sorted(found, key=lambda part: (-part.share, part.guide)))


def split(amount: int, shares: Mapping[str, int], whole: int) -> dict[str, int]:
    """``amount`` by shares of ``whole``; what they leave over is nobody's. Of what is brought back, as much is taken
    as was given."""
    if any(share < 0 for share in shares.values()) or sum(shares.values()) > whole:
        raise ValueError("shares come to the whole at most")
    sign, size = (-1 if amount < 0 else 1), abs(amount)
    claims = [*shares.items(), *([(None, rest)] if (rest := whole - sum(shares.values())) else [])]
    parts = {holder: size * share // whole for holder, share in claims}
    by_remainder = sorted(claims, key=lambda claim: (-(size * claim[1] % whole), claim[0] is None, claim[0] or ""))
    for holder, _ in by_remainder[: size - sum(parts.values())]:
        parts[holder] += 1
    return {guide: sign * parts[guide] for guide in shares}


def _parts(deed: Deed, rules: CreditRules) -> list[tuple[str, str, int]]:
    """Role, guide and share of WHOLE."""
    found = []
    if deed.owner:
        found.append(("owner", deed.owner, rules.owner * WHOLE // _PERCENT))
    if deed.recruiter and deed.joined and 0 <= (deed.day - deed.joined).days < rules.recruited_days:
        found.append(("recruited", deed.recruiter, rules.recruited * WHOLE // _PERCENT))
    rest = WHOLE - sum(share for _, _, share in found)
    found += [("served", guide, share) for guide, share in split(rest, deed.served, _PERCENT).items()]
    return [part for part in found if part[2]]


def _why(deed: Deed, share: int, roles: list[str]) -> Why:
    return because(f"credit_{'_'.join(sorted(roles))}", (deed.id,), percent=share // _PERCENT)
