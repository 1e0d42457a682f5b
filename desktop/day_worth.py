"""What is worth money in the told day, with the cable out: a coupon, a reward for points, a sample."""

from collections.abc import Iterator

from desktop.data.samples import sample
from desktop.day_shop import Line, Shop, product_at, profile_of, read_picture
from desktop.scanning.barcodes import draw_barcode
from desktop.services.coupons import redeem_coupon
from desktop.services.rewards import exchange_reward
from desktop.services.samples import hand_out
from desktop.services.visits import add_line, finish_visit, serve
from desktop.views.coupons import find_offers
from desktop.views.lookup import MemberSeen, SampleSeen, look_up
from desktop.views.rewards import find_purse, pieces_here

_SERUM, _SAMPLE = 0, "6901230099014"
_WHO = 4  # of the sample members: has a coupon for a large basket


def spend_with_the_cable_out(shop: Shop) -> Iterator[Line]:
    """A member buys, pays with a coupon that was lent to this till, and takes a reward and a sample home."""
    row = list(sample("members"))[_WHO]
    seen = shop.first.read(look_up, row["code"])
    if not isinstance(seen, MemberSeen):
        raise RuntimeError("the sample member is not here")
    visit_id = shop.first.do(serve, seen.member_id).result()
    shop.first.do(add_line, f"0{product_at(_SERUM)}", "bought").result()
    yield _redeem(shop, seen.member_id, visit_id)
    yield _exchange(shop, seen.member_id, row["phone"][-4:])
    yield _hand_out(shop, row["name"])
    shop.first.do(finish_visit).result()


def the_books(shop: Shop) -> Iterator[Line]:
    """The other till says the same of it."""
    seen = shop.second.read(look_up, list(sample("members"))[_WHO]["code"])
    if not isinstance(seen, MemberSeen):
        raise RuntimeError("the other till does not know the sample member")
    purse = shop.second.read(find_purse, seen.member_id, shop.today)
    left = shop.second.read(find_offers, seen.member_id, None, shop.today).offers
    facts = {"name": profile_of(shop.second, seen.member_id).name, "points": purse.points, "coupons": len(left)}
    yield "second_books", facts


def _redeem(shop: Shop, member_id: str, visit_id: str) -> Line:
    best = shop.first.read(find_offers, member_id, visit_id, shop.today).offers[0]
    shop.first.do(redeem_coupon, best.id).result()
    (used,) = shop.first.read(find_offers, member_id, visit_id, shop.today).redeemed
    return "redeemed", {"name": profile_of(shop.first, member_id).name, "title": used.title, "off": used.value // 100}


def _exchange(shop: Shop, member_id: str, tail: str) -> Line:
    reward = shop.first.read(find_purse, member_id, shop.today).rewards[0]
    shop.first.do(exchange_reward, reward.id, tail).result()
    left = shop.first.read(find_purse, member_id, shop.today).points
    return "rewarded", {"reward": reward.names["zh"], "cost": reward.cost, "left": left}


def _hand_out(shop: Shop, name: str) -> Line:
    read = read_picture(shop.pictures / "sample.png", draw_barcode(_SAMPLE))
    seen = shop.first.read(look_up, read.text)
    if not isinstance(seen, SampleSeen):
        raise RuntimeError(f"{read.picture} does not lead to a sample")
    shop.first.do(hand_out, seen.quota_id).result()
    left = shop.first.read(pieces_here)[seen.quota_id]
    return "sample", {**read.facts, "name": name, "sample": seen.title, "left": left}
