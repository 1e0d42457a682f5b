"""Sentences that the window and drive both say: about single units of a product."""

from desktop.views.items import ItemView, SightingView
from resources import Words


def item_said(words: Words, item: ItemView) -> str:
    """What is to be said of a unit, the worst first: sold, expired, counterfeit perhaps, seen before, or new."""
    match item.warning:
        case "sold" if item.sold:
            return words("item.sold", times=item.times, **_where(item.sold))
        case "expired":
            return words("item.expired", on=item.expires_on)
        case "other":
            return words("item.other", product=item.other)
        case "before":
            last = item.before[-1]
            return words("item.before", times=item.times, action=words(f"action.{last.action}"), **_where(last))
    return words("item.first") if item.serial else words("item.batch", batch=item.batch or "–")


def _where(seen: SightingView) -> dict[str, str]:
    place = " ".join(part for part in (seen.store, seen.guide) if part)
    return {"at": f"{seen.at.astimezone():%m-%d}", "where": place}
