"""The commands of drive about coupons, points, gifts and the rights to spend them offline."""

from desktop.drive_counter import Command, Counter, Facts
from desktop.services.coupons import give_gift, redeem_coupon
from desktop.services.leases import ask_for
from desktop.services.points import earn_points, spend_points
from desktop.views.worth import find_worth


class Coupons(Command, frozen=True):
    """What a member has: coupons and points."""

    text: str

    def run(self, counter: Counter) -> Facts:
        worth = counter.desk.read(find_worth, counter.find_member(self.text))
        return {"coupons": worth.coupons, "points": worth.points, "points_here": worth.points_here}


class Redeem(Command, frozen=True):
    """A coupon of the member who is served is accepted."""

    coupon: str

    def run(self, counter: Counter) -> Facts:
        return {"redemption": counter.desk.do(redeem_coupon, self.coupon).result(), "visit": counter.running()}


class AddPoints(Command, frozen=True):
    """Points are earned, or below zero spent."""

    text: str
    amount: int
    reason: str = ""

    def run(self, counter: Counter) -> Facts:
        member_id = counter.find_member(self.text)
        change = earn_points if self.amount > 0 else spend_points
        entry_id = counter.desk.do(change, member_id, abs(self.amount), self.reason).result()
        return {"entry": entry_id, "points": counter.desk.read(find_worth, member_id).points}


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
