"""The commands of drive about coupons, points, gifts, rewards and the rights to spend them offline."""

from dataclasses import asdict

from desktop.drive_counter import Command, Counter, Facts
from desktop.money import in_figures
from desktop.reasons import explain
from desktop.services.coupons import give_gift, redeem_coupon, reverse_redemption
from desktop.services.leases import ask_for
from desktop.services.points import earn_points
from desktop.services.rewards import exchange_reward, spend_surely
from desktop.views.coupons import CouponOffer, find_offers
from desktop.views.rewards import find_purse
from desktop.views.worth import find_worth


class Coupons(Command, frozen=True):
    """What a member has: coupons and points; and which coupons fit the running visit, or why they do not."""

    text: str

    def run(self, counter: Counter) -> Facts:
        member_id = counter.find_member(self.text)
        worth, visit = counter.desk.read(find_worth, member_id), counter.running()
        served = visit.id if visit and visit.member_id == member_id else None
        found = counter.desk.read(find_offers, member_id, served, counter.today)
        return {
            "coupons": worth.coupons,
            "offers": [_offer(counter, each) for each in found.offers],
            "redeemed": found.redeemed,
            "coming": found.coming,
            "welcome": found.welcome,
            "settlements": found.settlements,
            "points": worth.points,
            "points_here": worth.points_here,
        }


class Redeem(Command, frozen=True):
    """A coupon of the member who is served is accepted."""

    coupon: str

    def run(self, counter: Counter) -> Facts:
        return {"redemption": counter.desk.do(redeem_coupon, self.coupon).result(), "visit": counter.running()}


class Unredeem(Command, frozen=True):
    """A coupon that was redeemed by mistake is given back."""

    coupon: str

    def run(self, counter: Counter) -> Facts:
        counter.desk.do(reverse_redemption, self.coupon).result()
        return {"coupon": self.coupon, "visit": counter.running()}


class AddPoints(Command, frozen=True):
    """Points are earned, or below zero spent by somebody of whom the shop is sure: see ``rewards``."""

    text: str
    amount: int
    reason: str = ""
    tail: str = ""

    def run(self, counter: Counter) -> Facts:
        member_id = counter.find_member(self.text)
        if self.amount > 0:
            entry_id = counter.desk.do(earn_points, member_id, self.amount, self.reason).result()
        else:
            entry_id = counter.desk.do(spend_surely, member_id, -self.amount, self.reason, self.tail).result()
        return {"entry": entry_id, "points": counter.desk.read(find_worth, member_id).points}


class Rewards(Command, frozen=True):
    """A member's points: what they are good for, what is next and what is lost soon, their history; and the tier."""

    text: str

    def run(self, counter: Counter) -> Facts:
        return {"purse": counter.desk.read(find_purse, counter.find_member(self.text), counter.today)}


class Exchange(Command, frozen=True):
    """A reward is given to the member who is served, for points."""

    reward: str
    tail: str = ""

    def run(self, counter: Counter) -> Facts:
        entry_id = counter.desk.do(exchange_reward, self.reward, self.tail).result()
        return {"entry": entry_id, "visit": counter.running()}


class Gift(Command, frozen=True):
    """Pieces of a campaign's quota are given."""

    gift: str
    amount: int = 1

    def run(self, counter: Counter) -> Facts:
        return {"given": counter.desk.do(give_gift, self.gift, self.amount).result(), "visit": counter.running()}


class Ask(Command, frozen=True):
    """Headquarters is asked for the right to a coupon, to a member's points or to gifts."""

    coupon: str | None = None
    text: str | None = None
    gift: str | None = None
    amount: int = 1

    def run(self, counter: Counter) -> Facts:
        if self.coupon is not None:
            return {"lease": counter.desk.do(ask_for, "coupon", self.coupon).result()}
        if self.gift is not None:
            return {"lease": counter.desk.do(ask_for, "quota", self.gift, self.amount).result()}
        member_id = counter.find_member(self.text or "")
        return {"lease": counter.desk.do(ask_for, "points", member_id, self.amount).result()}


def _offer(counter: Counter, offer: CouponOffer) -> Facts:
    """With every reason in words."""
    reasons = [explain(why, counter.words, lambda minor: in_figures(minor, offer.currency)) for why in offer.why]
    return {**asdict(offer), "why": [why.rule for why in offer.why], "reasons": reasons}
