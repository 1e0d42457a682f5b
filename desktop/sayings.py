"""Sentences that the window and drive both say: about kinds of code, and about single units of a product."""

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


def item_marked(words: Words, item: ItemView) -> str:
    """The same in a few words, for the row of a line."""
    sold = f"{item.sold.at.astimezone():%m-%d}" if item.sold else ""
    return words(f"item.{item.warning or 'first'}_mark", times=item.times, at=sold, on=item.expires_on)


def kind_said(words: Words, kind: str) -> str:
    """What kind of code it was, at the beginning of a sentence."""
    told = words(f"code_kind.{kind}")
    return told[:1].upper() + told[1:]


def _where(seen: SightingView) -> dict[str, str]:
    place = " ".join(part for part in (seen.store, seen.guide) if part)
    return {"at": f"{seen.at.astimezone():%m-%d}", "where": place}
