"""A coupon of a member as a ticket."""

from datetime import date

from desktop.views.coupons import CouponOffer, Redeemed
from desktop.views.rewards import Purse
from resources import Words
from ui import figures
from ui.widgets.ticket import Ticket
from ui.worth_said import offer_said, reasons_said, worth_said


def offer_ticket(words: Words, offer: CouponOffer, purse: Purse, today: date, *, whole: bool = False) -> Ticket:
    """Redeemed here, asked for where another till or headquarters has the right to it, or with what is against it.

    whole: every reason, one below the other.
    """
    tiers = _tiers(words, purse)
    hint = offer_said(words, offer, today, tiers)
    if whole:
        hint = "\n".join(
            [hint, *reasons_said(words, offer, tiers)] if offer.fits else reasons_said(words, offer, tiers)
        )
    worth = worth_said(words, offer)
    title = f"{offer.title} · {worth}" if worth and whole else offer.title
    button = words("worth.redeem" if offer.here or offer.small or not offer.fits else "worth.ask")
    ticket = Ticket(title, hint, button, tone="gold" if offer.fits and not whole else "", ready=offer.fits)
    ticket.setToolTip("\n".join(reasons_said(words, offer, tiers)))
    return ticket


def redeemed_ticket(words: Words, told: Redeemed) -> Ticket:
    """One that was redeemed in this visit, with the way back."""
    return Ticket(told.title, words("worth.done", money=figures.money(told.value, told.currency)), words("worth.back"))


def _tiers(words: Words, purse: Purse) -> dict[str, str]:
    standing, above = purse.standing, purse.standing.next
    known = {standing.tier: standing.names} | ({above.key: above.names} if above else {})
    return {key: names.get(words.language, key) for key, names in known.items()}
