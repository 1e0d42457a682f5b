"""Which coupons fit what is being bought, and the points: the counter's short view of what is worth money."""

from datetime import date

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.views.coupons import Offers
from desktop.views.rewards import Purse
from resources import Words
from ui.keys import KEYS
from ui.widgets.card import Card, label
from ui.widgets.elided_label import ElidedLabel
from ui.widgets.keyed_button import KeyedButton
from ui.widgets.offer_ticket import offer_ticket, redeemed_ticket
from ui.worth_said import next_said, welcome_said

_MOST = 3  # the others are in the panel


class CouponsCard(Card):
    """``paint(offers, purse, today)``. redeemed, asked, reversed: the id of a coupon; opened: the panel is wanted."""

    redeemed = Signal(str)
    asked = Signal(str)
    reversed = Signal(str)
    opened = Signal()

    def __init__(self, words: Words) -> None:
        super().__init__()
        self._words = words
        self._shown: tuple[Offers, Purse, date] | None = None
        self._count = label("", "small")
        self.head(words("worth.title"), self._count)
        self._none = label(words("worth.none"), "small")
        self.welcome = label("", "small", wrap=True)
        self.tickets = QWidget()
        self._points = label("", "strong")
        self.said = ElidedLabel("", "small")
        self.open = KeyedButton(words("worth.open"), KEYS.coupons, role="small")
        self.open.clicked.connect(self.opened)
        text = QVBoxLayout()
        text.setSpacing(0)
        text.addWidget(self._points)
        text.addWidget(self.said)
        row = QHBoxLayout()
        row.addLayout(text, 1)
        row.addWidget(self.open)
        self.column.addWidget(self._none)
        self.column.addWidget(self.welcome)
        self.column.addWidget(self.tickets)
        self.column.addLayout(row)

    def paint(self, offers: Offers, purse: Purse, today: date) -> None:
        """Show a member's, for this basket."""
        if (offers, purse, today) == self._shown:
            return
        self._shown = (offers, purse, today)
        words = self._words
        self._count.setText(words("worth.count", count=len(offers.offers)) if offers.offers else "")
        self._none.setVisible(not offers.offers and not offers.redeemed and not offers.welcome)
        self.welcome.setText(welcome_said(words, offers.welcome))
        self.welcome.setVisible(bool(offers.welcome))
        self._points.setText(words("worth.points", points=f"{purse.points:,}"))
        said = next_said(words, purse) if purse.ruled else words("worth.no_rules_yet")
        self.said.setText(said)
        self.said.setVisible(bool(said))
        fresh = QWidget()
        column = QVBoxLayout(fresh)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        for each in offers.redeemed:
            done = redeemed_ticket(words, each)
            done.pressed.connect(lambda coupon_id=each.id: self.reversed.emit(coupon_id))
            column.addWidget(done)
        for offer in offers.offers[: max(1, _MOST - len(offers.redeemed))]:
            ticket = offer_ticket(words, offer, purse, today)
            wanted = self.redeemed if offer.here or offer.small else self.asked
            ticket.pressed.connect(lambda wanted=wanted, coupon_id=offer.id: wanted.emit(coupon_id))
            column.addWidget(ticket)
        self.column.replaceWidget(self.tickets, fresh)
        fresh.setVisible(bool(offers.offers or offers.redeemed))  # not before: it would be a window of its own
        self.tickets.hide()
        self.tickets.deleteLater()
        self.tickets = fresh
