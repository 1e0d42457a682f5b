"""A day at the counter without a window: real pictures through the real decoder, told as a short story."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from desktop.data.samples import sample
from desktop.desk import Desk
from desktop.scanning.barcodes import draw_barcode
from desktop.scanning.cards import save_card
from desktop.scanning.decode import decode_file
from desktop.services.members import Application, enrol
from desktop.services.preferences import note_preference
from desktop.services.visits import add_line, change_line, finish_visit, serve, write_note
from desktop.status import HubStatus, Link
from desktop.views.lookup import MemberSeen, ProductSeen, look_up
from desktop.views.profile import Profile, find_profile
from desktop.views.till import find_till

Line = tuple[str, dict[str, object]]
_NEW_PHONE, _NEW_NAME = "13916882045", "许女士"


@dataclass(frozen=True, slots=True)
class Shop:
    """What the story needs: two tills of one store, ways to sync each, a network to cut, a folder for pictures."""

    first: Desk
    second: Desk
    sync_first: Callable[[], HubStatus]
    sync_second: Callable[[], HubStatus]
    cut: Callable[[], object]
    mend: Callable[[], object]
    pictures: Path


def tell_day(shop: Shop) -> Iterator[Line]:
    """Live through the day; yields the name of each sentence under ``story.`` with its facts."""
    till = shop.first.read(find_till)
    yield "opens", {"store": till.store, "guide": till.guide, "hub": till.hub_url}
    yield from _serve_a_member(shop)
    yield from _enrol_with_the_cable_out(shop)
    yield from _the_evening_after(shop)


def _serve_a_member(shop: Shop) -> Iterator[Line]:
    desk, row = shop.first, next(sample("members"))
    card = shop.pictures / "member-card.png"
    save_card(row["code"], row["name"], card)
    member, milliseconds = _scan_member(desk, card)
    yield "card", {"picture": card.name, "milliseconds": milliseconds, **_told(member)}
    desk.do(serve, member.member_id).result()
    for place, action in ((0, "tried"), (3, "bought")):
        yield _scan_product(shop, place, action)
    desk.do(note_preference, "skin", "换季泛红").result()
    desk.do(write_note, "想给妈妈也带一支").result()
    desk.do(finish_visit).result()
    yield "finished", {"name": member.name}
    status = shop.sync_first()
    yield "synced", {"waiting": status.waiting, "refused": status.refused}


def _enrol_with_the_cable_out(shop: Shop) -> Iterator[Line]:
    shop.cut()
    yield "cut", {}
    form = Application(phone=_NEW_PHONE, name=_NEW_NAME, consents=("service", "personal"), channel="poster")
    new = shop.first.do(enrol, form).result()
    card = shop.pictures / "new-member-card.png"
    save_card(new.code, _NEW_NAME, card)
    yield "enrolled", {"name": _NEW_NAME, "picture": card.name}
    yield _scan_product(shop, 1, "tried")
    shop.first.do(finish_visit).result()
    status = shop.sync_first()
    if status.link is Link.ONLINE:
        raise RuntimeError("the network was cut, and the hub answered")
    yield "offline", {"waiting": status.waiting}


def _the_evening_after(shop: Shop) -> Iterator[Line]:
    shop.mend()
    status = shop.sync_first()
    yield "mended", {"waiting": status.waiting, "refused": status.refused}
    shop.sync_second()
    card = shop.pictures / "new-member-card.png"
    member, milliseconds = _scan_member(shop.second, card)
    yield "second", {"picture": card.name, "milliseconds": milliseconds, **_told(member)}
    yield "same", {"product": member.recent[0].product}


def _scan_member(desk: Desk, picture: Path) -> tuple[Profile, int]:
    decoded = decode_file(picture)
    seen = desk.read(look_up, decoded.found[0].text)
    if not isinstance(seen, MemberSeen):
        raise RuntimeError(f"{picture.name} does not lead to a member")
    profile = desk.read(find_profile, seen.member_id, date.today())
    if profile is None:
        raise RuntimeError(f"the member of {picture.name} has no profile")
    return profile, round(decoded.milliseconds)


def _scan_product(shop: Shop, place: int, action: str) -> Line:
    row = list(sample("products"))[place]
    picture = shop.pictures / f"product-{row['gtin']}.png"
    draw_barcode(row["gtin"]).save(picture)
    decoded = decode_file(picture)
    seen = shop.first.read(look_up, decoded.found[0].text)
    if not isinstance(seen, ProductSeen):
        raise RuntimeError(f"{picture.name} does not lead to a product")
    shop.first.do(change_line, shop.first.do(add_line, seen.product.gtin).result(), action).result()
    facts = {"picture": picture.name, "milliseconds": round(decoded.milliseconds), "name": seen.product.name}
    return action, facts


def _told(member: Profile) -> dict[str, object]:
    return {"name": member.name, "phone": member.phone, "visits": member.visits}
