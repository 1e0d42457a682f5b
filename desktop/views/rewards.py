"""A member's points: what there are, what is lost soon, what they are good for, and where they came from."""

import json
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Connection, func, select

from desktop.data.escrow import Gift, Lease, Points, Reward
from desktop.rules import rewards as rules
from desktop.rules.points import PointsLine, expiring
from desktop.views.portrait import MemberPortrait, portrait_of
from desktop.views.standing import Standing
from desktop.views.worth import points_here

SOON = timedelta(days=60)
_HISTORY = 50


@dataclass(frozen=True, slots=True)
class RewardView:
    """names: by language. left: pieces that this till may give, None is no limit. in_reach: enough points for it, of
    which so many as are needed may be spent here offline where ``here``."""

    id: str
    names: dict[str, str]
    cost: int
    left: int | None
    in_reach: bool
    here: bool


@dataclass(frozen=True, slots=True)
class EntryView:
    """One line of the ledger. reason: purchase, visit …, or what somebody wrote."""

    amount: int
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Purse:
    """points, points_here: as in ``Worth``. expiring: how many are lost on the first day on which any are, within two
    months. rewards: the cheapest first, so that low thresholds are seen. next, missing: what is next, and points to it.
    check: off, tail, token: how sure the shop wants to be of who spends. ruled: headquarters has said how points are
    earned; without that nothing is."""

    points: int
    points_here: int
    expiring: tuple[tuple[date, int], ...]
    rewards: tuple[RewardView, ...]
    next: RewardView | None
    missing: int
    history: tuple[EntryView, ...]
    standing: Standing
    check: str
    ruled: bool


def find_purse(connection: Connection, member_id: str, today: date) -> Purse:
    """Of one member on a day. Raises NotFound ``member_unknown``."""
    return purse_of(connection, portrait_of(connection, member_id, today))


def purse_of(connection: Connection, portrait: MemberPortrait) -> Purse:
    """Of the member who is portrayed, on the day of the portrait."""
    today, definitions, standing = portrait.rules.subject.today, portrait.shop.definitions, portrait.standing
    ledger = connection.execute(
        select(Points.id, Points.amount, Points.reason, Points.at)
        .where(Points.member_id == portrait.member_id)
        .order_by(Points.at.desc(), Points.id.desc())
    ).all()
    lines = [PointsLine(row.id, row.at.astimezone().date(), row.amount) for row in ledger]
    points, here, known = portrait.points, points_here(connection, portrait.member_id), find_rewards(connection)
    reach = rules.reach(points, known.values(), standing.tier)
    views = [
        _view(each, points, here)
        for each in sorted([*reach.now, *_beyond(known, reach, standing)], key=lambda each: (each.cost, each.key))
    ]
    following = next((each for each in views if reach.next and each.id == reach.next.key), None)
    ends = expiring(lines, today + SOON, definitions.expiry) if portrait.shop.told else ()
    return Purse(
        points, here, tuple((max(day, today), amount) for day, amount in ends), tuple(views), following, reach.missing,
        tuple(EntryView(row.amount, row.reason, row.at) for row in ledger[:_HISTORY]), standing,
        definitions.spend.check, portrait.shop.told,
    )  # fmt: skip


def find_rewards(connection: Connection) -> dict[str, rules.Reward]:
    """All there are, by id; ``left`` is what this till may give without asking."""
    found, pieces = {}, pieces_here(connection)
    for row in connection.execute(select(Reward.id, Reward.names, Reward.cost, Reward.tiers, Reward.quota_id)):
        left = pieces.get(row.quota_id, 0) if row.quota_id else None
        found[row.id] = rules.Reward(row.id, json.loads(row.names), row.cost, frozenset(row.tiers.split()), left)
    return found


def pieces_here(connection: Connection) -> dict[str, int]:
    """What is left of this till's part of each quota."""
    quotas = Lease.of == "quota"
    given = select(Lease.object_id, func.sum(Gift.amount)).join(Gift, Gift.lease_id == Lease.id).where(quotas)
    gone = {row[0]: row[1] for row in connection.execute(given.group_by(Lease.object_id))}
    granted = select(Lease.object_id, func.sum(Lease.amount)).where(quotas).group_by(Lease.object_id)
    return {quota_id: max(0, amount - gone.get(quota_id, 0)) for quota_id, amount in connection.execute(granted)}


def _beyond(known: dict[str, rules.Reward], reach: rules.Reach, standing: Standing) -> list[rules.Reward]:
    """Those that cost more than there is, of the member's tier."""
    now = {each.key for each in reach.now}
    open_to = (each for each in known.values() if not each.tiers or standing.tier in each.tiers)
    return [each for each in open_to if each.key not in now]


def _view(reward: rules.Reward, points: int, here: int) -> RewardView:
    enough = reward.cost <= points and reward.left != 0
    return RewardView(reward.key, reward.names, reward.cost, reward.left, enough, enough and reward.cost <= here)
