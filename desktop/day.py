"""A day at the counter without a window: real pictures through the real decoder, told as a short story."""

from collections.abc import Iterator

from desktop.data.samples import sample
from desktop.day_members import (
    arrived,
    look_after_members,
    look_at_the_day,
    somebody_comes,
    tell_and_show,
    the_other_till_knows,
    win_by_poster,
)
from desktop.day_shop import Line, Read, Shop, product_at, read_picture, scan_member, scan_product
from desktop.day_worth import spend_with_the_cable_out, the_books
from desktop.scanning.barcodes import draw_barcode
from desktop.scanning.cards import save_card
from desktop.services.members import Application
from desktop.services.preferences import note_preference
from desktop.services.visits import finish_visit, serve, write_note
from desktop.status import Link
from desktop.views.profile import Profile
from desktop.views.till import find_till

_NEW_PHONE, _NEW_NAME = "13916882045", "许女士"


def tell_day(shop: Shop) -> Iterator[Line]:
    """Live through the day; yields the name of each sentence under ``story.`` with its facts."""
    till = shop.first.read(find_till)
    yield "opens", {"store": till.store, "guide": till.guide, "hub": till.hub_url}
    yield from look_at_the_day(shop)
    yield from _serve_a_member(shop)
    yield from _enrol_with_the_cable_out(shop)
    yield from _the_evening_after(shop)


def _serve_a_member(shop: Shop) -> Iterator[Line]:
    desk, row = shop.first, next(sample("members"))
    card = shop.pictures / "member-card.png"
    save_card(row["code"], row["name"], card)
    member, read = scan_member(desk, card)
    yield "card", {**read.facts, **_told(member)}
    yield from somebody_comes(shop, member)
    desk.do(serve, member.member_id).result()
    yield arrived(shop, member)
    for place, action in ((0, "tried"), (3, "bought")):
        yield _scan_product(shop, place, action)
    yield from tell_and_show(shop, member)
    desk.do(note_preference, "skin", "换季泛红").result()
    desk.do(write_note, "想给妈妈也带一支").result()
    desk.do(finish_visit).result()
    yield "finished", {"name": member.name}
    status = shop.sync_first()
    yield "synced", {"waiting": status.waiting, "refused": status.refused}


def _enrol_with_the_cable_out(shop: Shop) -> Iterator[Line]:
    shop.cut()
    yield "cut", {}
    form = Application(phone=_NEW_PHONE, name=_NEW_NAME, consents=("service", "personal"))
    new, told = win_by_poster(shop, form)
    card = shop.pictures / "new-member-card.png"
    save_card(new.code, _NEW_NAME, card)
    yield told
    yield "enrolled", {"name": _NEW_NAME, "picture": card.name}
    yield _scan_product(shop, 1, "tried")
    shop.first.do(finish_visit).result()
    yield from spend_with_the_cable_out(shop)
    yield from look_after_members(shop, new.member_id)
    status = shop.sync_first()
    if status.link is Link.ONLINE:
        raise RuntimeError("the network was cut, and the hub answered")
    yield "offline", {"waiting": status.waiting}


def _the_evening_after(shop: Shop) -> Iterator[Line]:
    shop.mend()
    status = shop.sync_first()
    yield "mended", {"waiting": status.waiting, "refused": status.refused}
    shop.sync_second()
    member, read = scan_member(shop.second, shop.pictures / "new-member-card.png")
    yield "second", {**read.facts, **_told(member)}
    yield "same", {"product": member.recent[0].product}
    yield from the_other_till_knows(shop, member)
    yield from the_books(shop)


def _scan_product(shop: Shop, place: int, action: str) -> Line:
    gtin = product_at(place)
    read: Read = read_picture(shop.pictures / f"product-{gtin}.png", draw_barcode(gtin))
    seen, _ = scan_product(shop, read, action)
    return action, {**read.facts, "name": seen.product.name}


def _told(member: Profile) -> dict[str, object]:
    return {"name": member.name, "phone": member.phone, "visits": member.visits}
