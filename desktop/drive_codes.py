"""The commands of drive about codes: vouchers, what clerks teach, recruit codes, single units."""

from desktop.drive_counter import Command, Counter, Facts
from desktop.errors import BadInput
from desktop.sayings import item_said
from desktop.services.leases import ask_for
from desktop.services.recruiting import close_recruit_code, make_recruit_code
from desktop.services.teaching import forget_taught, teach_member, teach_product
from desktop.services.vouchers import return_voucher, take_voucher
from desktop.views.items import ItemView, find_item
from desktop.views.lookup import ProductSeen, VoucherSeen
from desktop.views.recruits import find_recruit, find_recruits


class TakeVoucher(Command, frozen=True):
    """A voucher is accepted, given back, or asked for. deed: take, return or ask."""

    text: str
    deed: str = "take"

    def run(self, counter: Counter) -> Facts:
        if self.deed == "take":
            return {"voucher": counter.desk.do(take_voucher, self.text).result(), "visit": counter.running()}
        if self.deed == "return":
            return {"voucher": counter.desk.do(return_voucher, self.text).result(), "visit": counter.running()}
        if self.deed != "ask":
            raise BadInput("command_incomplete", do="voucher", field="deed")
        sight = counter.look_up(self.text)
        if not isinstance(sight, VoucherSeen):
            raise BadInput("not_a_voucher")
        return {"lease": counter.desk.do(ask_for, "voucher", sight.voucher.id).result()}


class Teach(Command, frozen=True):
    """A code that nobody knew is the card of a member, or stands on a product."""

    text: str
    member: str | None = None
    product: str | None = None

    def run(self, counter: Counter) -> Facts:
        if (self.member is None) == (self.product is None):
            raise BadInput("command_incomplete", do="teach", field="member")
        if self.member is not None:
            member_id = counter.find_member(self.member)
            return {"taught": counter.desk.do(teach_member, self.text, member_id).result()}
        return {"taught": counter.desk.do(teach_product, self.text, counter.find_gtin(self.product or "")).result()}


class Forget(Command, frozen=True):
    """What somebody taught of a code holds no longer."""

    text: str

    def run(self, counter: Counter) -> Facts:
        return {"forgotten": counter.desk.do(forget_taught, self.text).result()}


class Recruit(Command, frozen=True):
    """A new code to win members with, of the guide who serves; or with ``close`` one that wins nobody any more."""

    channel: str = ""
    label: str = ""
    partner: str | None = None
    close: str | None = None

    def run(self, counter: Counter) -> Facts:
        if self.close is not None:
            counter.desk.do(close_recruit_code, self.close).result()
            return {"recruit": counter.desk.read(find_recruit, self.close)}
        code = counter.desk.do(make_recruit_code, self.channel, self.label, self.partner).result()
        return {"recruit": counter.desk.read(find_recruit, code)}


class Recruits(Command, frozen=True):
    """Every recruit code, and how many members of this till's store it has won."""

    def run(self, counter: Counter) -> Facts:
        return {"recruits": counter.desk.read(find_recruits)}


class Item(Command, frozen=True):
    """What is known of one unit of a product, without putting it into the visit."""

    text: str

    def run(self, counter: Counter) -> Facts:
        sight = counter.look_up(self.text)
        if not isinstance(sight, ProductSeen) or sight.kind != "item":
            raise BadInput("not_an_item")
        item = counter.desk.read(find_item, sight.product.gtin, sight.label, counter.today)
        return item_facts(counter, item)


def item_facts(counter: Counter, item: ItemView) -> Facts:
    """A unit as an answer tells it."""
    return {"item": item, "warning": item.warning, "words": item_said(counter.words, item)}
