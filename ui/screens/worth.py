"""Coupons, points and rewards at the counter: what is painted of them, and what is done with them."""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject

from desktop.errors import TillError
from desktop.services.coupons import redeem_coupon, reverse_redemption
from desktop.services.leases import ask_for
from desktop.services.rewards import exchange_reward, use_points
from desktop.views.coupons import offers_for
from desktop.views.portrait import MemberPortrait
from desktop.views.rewards import purse_of
from desktop.views.visit import VisitView
from resources import Words
from ui.bridge import Bridge
from ui.screens.visit_deeds import VisitDeeds
from ui.widgets.counter_page import CounterPage


class Worth(QObject):
    """``paint(portrait, visit)`` whenever either may have changed; the panel comes and goes by F10."""

    def __init__(self, bridge: Bridge, words: Words, page: CounterPage, deeds: VisitDeeds) -> None:
        super().__init__(deeds)
        self._bridge, self._words, self._page, self._deeds = bridge, words, page, deeds
        card, panel = page.coupons, page.worth
        card.opened.connect(self.toggle)
        panel.closed.connect(self.close)
        card.reversed.connect(self._reverse)
        for each in (card, panel):
            each.redeemed.connect(self._redeem)
            each.asked.connect(self._ask)
        panel.spent.connect(self._spend)
        panel.exchanged.connect(self._exchange)

    def paint(self, portrait: MemberPortrait, visit: VisitView | None) -> None:
        """Read and show a member's, for what is being bought."""
        now, today = self._bridge.desk.clock.now(), portrait.rules.subject.today
        offers = self._bridge.read(offers_for, portrait, visit.id if visit else None)
        purse = self._bridge.read(purse_of, portrait)
        sure = bool(visit and visit.verified_until and visit.verified_until > now)
        self._page.coupons.paint(offers, purse, today)
        self._page.worth.paint(offers, purse, today, sure=sure)

    def toggle(self) -> None:
        """Open the panel in the place of the visit, or close it."""
        if self._page.worth.isVisible():
            self.close()
        else:
            self._page.open_worth(opened=True)

    def close(self) -> None:
        """Back to the visit."""
        panel = self._page.worth
        panel.tail.clear()
        panel.amount.clear()
        self._page.open_worth(opened=False)
        if screen := self._page.parentWidget():
            screen.setFocus()

    def _redeem(self, coupon_id: str) -> None:
        self._do(redeem_coupon, coupon_id, told="redeemed")

    def _reverse(self, coupon_id: str) -> None:
        self._do(reverse_redemption, coupon_id, told="reversed")

    def _ask(self, coupon_id: str) -> None:
        self._do(ask_for, "coupon", coupon_id, told="asked")

    def _spend(self, points: int, tail: str) -> None:
        self._do(use_points, points, self._words("worth.reason"), tail, told="spent", points=points)

    def _exchange(self, reward_id: str, tail: str) -> None:
        self._do(exchange_reward, reward_id, tail, told="exchanged")

    def _do(self, operation: Callable[..., Any], *args: Any, told: str, **facts: object) -> None:
        """Have it done; once it is saved, paint what is saved, then tell, with the way back."""
        deeds, amount = self._deeds, self._page.worth.amount
        typed = amount.text()

        def saved(_result: object) -> None:
            if amount.text() == typed:
                amount.clear()
            deeds.settled.emit()
            if told == "asked":
                deeds.say("coupon_asked")
            else:
                deeds.say_undoable(f"coupon_{told}", **facts)

        def refused(error: TillError) -> None:
            deeds.settled.emit()
            deeds.warn(error)

        self._bridge.run(operation, *args, once=True, then=saved, failed=refused)
