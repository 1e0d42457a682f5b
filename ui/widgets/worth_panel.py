"""All that a member has that is worth money: coupons with every reason, points and their history, rewards."""

from datetime import date

from PySide6.QtCore import Signal
from PySide6.QtGui import QIntValidator
from PySide6.QtWidgets import QHBoxLayout, QWidget

from desktop.views.coupons import Offers
from desktop.views.rewards import Purse
from resources import Words
from ui.widgets.card import Card, empty, label, rule
from ui.widgets.elided_label import ElidedLabel
from ui.widgets.growing_scroll import GrowingScroll
from ui.widgets.keyed_button import KeyedButton
from ui.widgets.offer_ticket import offer_ticket
from ui.widgets.ticket import Ticket
from ui.widgets.typing_field import TypingField
from ui.worth_said import (
    entry_said,
    keep_said,
    next_said,
    points_said,
    reward_name,
    reward_said,
    settlement_said,
    standing_said,
    welcome_said,
)

_LINES = 12


class WorthPanel(Card):
    """``paint(offers, purse, sure, today)``: sure: the member has shown a short-lived code.

    redeemed, asked: the id of a coupon. spent(points, tail), exchanged(reward, tail): tail is what was typed of the
    phone. closed: the panel is to go.
    """

    redeemed = Signal(str)
    asked = Signal(str)
    spent = Signal(int, str)
    exchanged = Signal(str, str)
    closed = Signal()

    def __init__(self, words: Words) -> None:
        super().__init__()
        self._words = words
        self._shown: object = None
        self.close_button = KeyedButton(words("worth.close"), role="small")
        self.close_button.clicked.connect(self.closed)
        self.head(words("worth.panel"), self.close_button)
        self.tail = TypingField(hint=words("worth.tail"))
        self.tail.setMaxLength(4)
        self.amount = TypingField(hint=words("worth.amount"))
        self.amount.setValidator(QIntValidator(1, 10_000_000, self.amount))
        self.use = KeyedButton(words("worth.use"), role="small")
        self.use.clicked.connect(self._spend)
        self.amount.returnPressed.connect(self._spend)
        self._fields = QHBoxLayout()
        for part, stretch in ((self.tail, 1), (self.amount, 1), (self.use, 0)):
            self._fields.addWidget(part, stretch)
        self._points = label("", "number")
        self._standing, self._here = label("", "small"), label("", "small", wrap=True)
        self._list = GrowingScroll(least=120)
        self._list.column.setSpacing(8)
        for field in (self.tail, self.amount):
            field.escaped.connect(self.closed)
        self._lay_out()

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.addWidget(self._points)
        head.addStretch(1)
        head.addWidget(self._standing)
        self.column.addLayout(head)
        self.column.addWidget(self._here)
        self.column.addLayout(self._fields)
        self.column.addWidget(rule())
        self.column.addWidget(self._list, 1)
        self.column.addStretch()

    def paint(self, offers: Offers, purse: Purse, today: date, *, sure: bool) -> None:
        """Show a member's; what is typed stays."""
        self.tail.setVisible(purse.check == "tail" and not sure)
        if (offers, purse, sure, today) == self._shown:
            return
        self._shown = (offers, purse, sure, today)
        words = self._words
        self._points.setText(words("worth.points", points=f"{purse.points:,}"))
        self._standing.setText(standing_said(words, purse.standing))
        wanted = words("worth.show_code") if purse.check == "token" and not sure else ""
        told = (points_said(words, purse, today), keep_said(words, purse.standing, today), wanted)
        self._here.setText(" · ".join(part for part in told if part))
        self.use.setEnabled(purse.points > 0)
        self._clear()
        self._put_coupons(offers, purse, today)
        self._put_rewards(purse)
        self._put_history(purse, today)

    def begin(self) -> None:
        """Nothing is typed for the next member yet."""
        for field in (self.tail, self.amount):
            field.clear()

    def _clear(self) -> None:
        empty(self._list.column)

    def _put_coupons(self, offers: Offers, purse: Purse, today: date) -> None:
        words = self._words
        self._put_heading("worth.title", bool(offers.offers))
        for offer in offers.offers:
            ticket = offer_ticket(words, offer, purse, today, whole=True)
            wanted = self.redeemed if offer.here or offer.small else self.asked
            ticket.pressed.connect(lambda wanted=wanted, coupon_id=offer.id: wanted.emit(coupon_id))
            self._list.column.addWidget(ticket)
        self._put_heading("worth.coming", bool(offers.coming or offers.welcome))
        if offers.welcome:
            self._list.column.addWidget(label(welcome_said(words, offers.welcome), "small", wrap=True))
        for title in offers.coming:
            self._list.column.addWidget(Ticket(title, words("worth.coming_hint"), ""))
        self._put_heading("worth.settlements", bool(offers.settlements))
        for each in offers.settlements:
            self._list.column.addWidget(label(settlement_said(words, each), "small", wrap=True))

    def _put_rewards(self, purse: Purse) -> None:
        words = self._words
        self._put_heading("worth.rewards", bool(purse.rewards))
        if said := next_said(words, purse):
            self._list.column.addWidget(label(said, "small"))
        for reward in purse.rewards:
            hint, ready = reward_said(words, reward, purse), reward.in_reach and reward.here
            ticket = Ticket(reward_name(words, reward), hint, words("worth.exchange"), ready=ready)
            ticket.pressed.connect(lambda reward_id=reward.id: self.exchanged.emit(reward_id, self.tail.text()))
            self._list.column.addWidget(ticket)

    def _put_history(self, purse: Purse, today: date) -> None:
        self._put_heading("worth.history", bool(purse.history))
        for entry in purse.history[:_LINES]:
            said, figure = entry_said(self._words, entry, today)
            line = QWidget()
            row = QHBoxLayout(line)
            row.setContentsMargins(0, 0, 0, 0)
            row.addWidget(ElidedLabel(said, "line"), 1)
            row.addWidget(label(figure, "strong"))
            self._list.column.addWidget(line)

    def _put_heading(self, name: str, there: bool) -> None:
        if there:
            self._list.column.addWidget(label(self._words(name), "h3"))

    def _spend(self) -> None:
        if self.amount.hasAcceptableInput():
            self.spent.emit(int(self.amount.text()), self.tail.text())
        else:
            self.amount.setFocus()
