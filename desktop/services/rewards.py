"""Exchanging points at the counter: spent and given in one deed, and one undo gives both back."""

import json

from desktop.data.escrow import Reward
from desktop.errors import NotFound, NotNow
from desktop.services.coupons import give_gift
from desktop.services.holders import check_holder
from desktop.services.points import spend_points
from desktop.services.visits import current_visit
from desktop.views.standing import find_standing
from desktop.work import Work


def use_points(work: Work, amount: int, reason: str, tail: str = "") -> str:
    """Take points off the member who is served, whom the shop is sure of; gives the line's id.

    Raises as ``check_holder`` and ``spend_points``; NotNow ``no_member`` when nobody known is served.
    """
    return spend_surely(work, _served(work), amount, reason, tail)


def spend_surely(work: Work, member_id: str, amount: int, reason: str, tail: str = "") -> str:
    """Take points off a member whom the shop is sure of, served or not; as ``use_points`` in everything else."""
    check_holder(work, member_id, tail)
    return spend_points(work, member_id, amount, reason)


def exchange_reward(work: Work, reward_id: str, tail: str = "") -> str:
    """Give a reward for points; gives the line's id.

    Raises as ``use_points`` and ``give_gift``; NotFound ``reward_unknown``, NotNow ``reward_tier``.
    """
    member_id = _served(work)
    reward = work.session.get(Reward, reward_id)
    if reward is None:
        raise NotFound("reward_unknown")
    standing = find_standing(work.session.connection(), member_id, work.clock.today())
    if reward.tiers and (standing is None or standing.tier not in reward.tiers.split()):
        raise NotNow("reward_tier", tiers=" ".join(reward.tiers.split()))
    entry_id = use_points(work, reward.cost, json.loads(reward.names).get("zh", ""), tail)
    if reward.quota_id:
        give_gift(work, reward.quota_id)
    return entry_id


def _served(work: Work) -> str:
    member_id = current_visit(work).member_id
    if member_id is None:
        raise NotNow("no_member")
    return member_id
