"""Coupons, points and rewards as a clerk says them."""

from datetime import date

from desktop.reasons import explain
from desktop.views.coupons import CouponOffer, SettlementView
from desktop.views.rewards import EntryView, Purse, RewardView
from desktop.views.standing import Standing
from desktop.views.welcome import Welcome
from resources import Words
from ui import figures


def offer_said(words: Words, offer: CouponOffer, today: date, tiers: dict[str, str]) -> str:
    """The line under a coupon: until when and how it is redeemed, or the first reason against it."""
    if not offer.fits:
        return reasons_said(words, offer, tiers)[0]
    ends = words("worth.ends", day=figures.short_day(offer.ends, today))
    if offer.here or offer.small:
        return f"{ends} · {words('worth.offline')}"
    where = words("worth.elsewhere", till=offer.till) if offer.till else words("worth.online")
    return f"{ends} · {where}"


def reasons_said(words: Words, offer: CouponOffer, tiers: dict[str, str]) -> list[str]:
    """Every reason: what it does, or what stands against it."""
    return [explain(why, words, lambda amount: figures.money(amount, offer.currency), tiers) for why in offer.why]


def worth_said(words: Words, offer: CouponOffer) -> str:
    """What it is worth for this basket; "" for nothing."""
    return words("worth.off", money=figures.money(offer.off, offer.currency)) if offer.fits and offer.off else ""


def standing_said(words: Words, standing: Standing) -> str:
    """``银卡 · 还差 ¥520 到金卡``"""
    name = standing.names.get(words.language, standing.tier)
    if standing.next is None:
        return name
    missing = figures.money(standing.missing, standing.currency) if standing.measure == "spend" else standing.missing
    above = standing.next.names.get(words.language, standing.next.key)
    return f"{name} · {words(f'worth.to_tier_{standing.measure}', missing=missing, tier=above)}"


def keep_said(words: Words, standing: Standing, today: date) -> str:
    """``保级:到 03-01 再消费 ¥300``; "" for who keeps the tier anyhow."""
    if standing.review is None or not standing.to_keep:
        return ""
    missing = figures.money(standing.to_keep, standing.currency) if standing.measure == "spend" else standing.to_keep
    return words(f"worth.keep_{standing.measure}", day=figures.short_day(standing.review, today), missing=missing)


def next_said(words: Words, purse: Purse) -> str:
    """``还差 520 分可换 体验装``; "" when nothing is beyond reach."""
    if purse.next is None:
        return ""
    return words("worth.next", missing=purse.missing, reward=reward_name(words, purse.next))


def welcome_said(words: Words, welcome: Welcome) -> str:
    """``入会礼:旅行装、50 分,联网后送到``; "" for none."""
    if not welcome:
        return ""
    points = [words("worth.points", points=f"{welcome.points:,}")] if welcome.points else []
    return words("worth.welcome", gifts=words("worth.and").join([*welcome.titles, *points]))


def points_said(words: Words, purse: Purse, today: date) -> str:
    """What may be spent here, and what is lost soon; or that nothing can be earned yet."""
    parts = [words("worth.here", points=f"{purse.points_here:,}")]
    if not purse.ruled:
        parts.append(words("worth.no_rules"))
    if purse.expiring:
        day, lost = purse.expiring[0]
        parts.append(words("worth.lost", day=figures.short_day(day, today), points=f"{lost:,}"))
    return " · ".join(parts)


def reward_name(words: Words, reward: RewardView) -> str:
    """In the language of the screen."""
    return reward.names.get(words.language) or next(iter(reward.names.values()), "")


def reward_said(words: Words, reward: RewardView, purse: Purse) -> str:
    """Its cost, and what stands against it."""
    cost = words("worth.cost", points=f"{reward.cost:,}")
    if reward.left == 0:
        return f"{cost} · {words('worth.none_left')}"
    if not reward.in_reach:
        return f"{cost} · {words('worth.short', points=f'{reward.cost - purse.points:,}')}"
    if not reward.here:
        return f"{cost} · {words('worth.online')}"
    return f"{cost} · {words('worth.left', count=reward.left)}" if reward.left is not None else cost


def entry_said(words: Words, entry: EntryView, today: date) -> tuple[str, str]:
    """A line of the ledger: day and reason, and the figure."""
    day = figures.short_day(entry.at.astimezone().date(), today)
    return f"{day} · {reason_said(words, entry.reason)}", f"{entry.amount:+,}"


def reason_said(words: Words, reason: str) -> str:
    """What points were for: in words if a rule gave them, else as the clerk wrote it."""
    name = f"earning.{reason}"
    return words(name) if name in words else reason


def settlement_said(words: Words, view: SettlementView) -> str:
    """What headquarters says of a redemption that met another."""
    reason, state = words(f"worth.settled_{view.reason}"), words(f"worth.state_{view.state}")
    return f"{view.title} · {figures.money(view.value, view.currency)} · {reason} · {state}"
