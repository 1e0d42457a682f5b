"""The member's side of the told day: who comes, what is offered, how somebody is won, and what is to be done."""

from collections.abc import Iterator
from datetime import timedelta

from desktop.care_round import CareRound
from desktop.day_shop import (
    Line,
    Shop,
    clock_time,
    product_at,
    profile_of,
    read_picture,
    scan_product,
)
from desktop.rules.conditions import Subject
from desktop.scanning.barcodes import draw_qr
from desktop.scanning.posters import Poster, draw_poster
from desktop.services.appointments import book
from desktop.services.consents import withdraw_consent
from desktop.services.contents import use_content
from desktop.services.members import Application, Enrolled, enrol
from desktop.services.recruiting import make_recruit_code
from desktop.services.tasks import finish_task
from desktop.services.teaching import teach_product
from desktop.views.appointments import appointments_of, find_day
from desktop.views.contents import find_contents
from desktop.views.facts import facts_of
from desktop.views.items import find_item
from desktop.views.lookup import ProductSeen, RecruitSeen, UnknownText, look_up
from desktop.views.profile import Profile
from desktop.views.recruits import find_recruit
from desktop.views.tasks import open_tasks
from desktop.views.till import find_till

_UNIT = "https://id.example.com/01/06901230010026/10/L7/21/A1B2C3D4?17=291231"
_STRANGE = "WMS-88-0417"


def look_at_the_day(shop: Shop) -> Iterator[Line]:
    """Who has booked, before the first member comes."""
    booked = shop.first.read(find_day, shop.today, shop.first.read(find_till).store_id)
    yield "expects", {"count": len(booked), "name": booked[0].name, "time": clock_time(booked[0].starts_at)}


def somebody_comes(shop: Shop, member: Profile) -> Iterator[Line]:
    """A call: in an hour, please."""
    soon = shop.first.clock.now() + timedelta(hours=1)
    shop.first.do(book, member.member_id, "护理体验", soon, 30).result()
    yield "booked", {"name": member.name, "service": "护理体验", "time": clock_time(soon)}


def arrived(shop: Shop, member: Profile) -> Line:
    """Whoever is served has come for what they had booked."""
    came = [each for each in shop.first.read(appointments_of, member.member_id) if each.state == "arrived"]
    return "arrived", {"name": came[-1].name, "service": came[-1].service}


def tell_and_show(shop: Shop, member: Profile) -> Iterator[Line]:
    """During the visit: one very unit is scanned, and what fits the member is told."""
    yield _scan_unit(shop)
    known = shop.first.read(facts_of, member.member_id)
    subject = Subject(shop.today, known.person, known.facts) if known else None
    best = shop.first.read(find_contents, "", shop.today, subject)[0]
    shop.first.do(use_content, best.id, member.member_id).result()
    (told,) = [each for each in shop.first.read(find_contents, "", shop.today) if each.id == best.id]
    yield "told", {"title": told.title, "used": told.used}


def win_by_poster(shop: Shop, form: Application) -> tuple[Enrolled, Line]:
    """A code is printed, read off the poster, and somebody enrols by it; gives them and what is to be told."""
    code = shop.first.do(make_recruit_code, "poster", "橱窗海报").result()
    read = read_picture(shop.pictures / "poster.png", draw_poster(Poster(code), "a5"))
    seen = shop.first.read(look_up, read.text)
    if not isinstance(seen, RecruitSeen):
        raise RuntimeError("the poster does not lead to a recruit code")
    new = shop.first.do(enrol, Application(phone=form.phone, name=form.name, consents=form.consents, recruit=code))
    enrolled = new.result()
    won = shop.first.read(find_recruit, code)
    facts = {"label": seen.recruit.label, "guide": seen.recruit.guide, "won": won.won if won else 0}
    return enrolled, ("recruited", {**read.facts, **facts})


def look_after_members(shop: Shop, member_id: str) -> Iterator[Line]:
    """Still without the network: a code is taught, tasks come by themselves, one is done, a consent ends others."""
    yield _teach(shop)
    CareRound(shop.first)()
    tasks = shop.first.read(open_tasks, shop.today)
    yield "tasks", {"count": len(tasks), "name": tasks[0].name, "due": tasks[0].due}
    shop.first.do(finish_task, tasks[0].id, "reached", contact="phone").result()
    yield "task_done", {"name": tasks[0].name, "count": len(shop.first.read(open_tasks, shop.today))}
    before = _tasks_of(shop, member_id)
    shop.first.do(withdraw_consent, member_id, "personal").result()
    facts = {"name": profile_of(shop.first, member_id).name, "before": before, "after": _tasks_of(shop, member_id)}
    yield "withdrawn", facts


def the_other_till_knows(shop: Shop, member: Profile) -> Iterator[Line]:
    """What was taught, booked and taken back holds at the other till too."""
    seen = shop.second.read(look_up, _STRANGE)
    if not isinstance(seen, ProductSeen):
        raise RuntimeError("the other till was not taught")
    agreed = {each.purpose: each.agreed for each in member.consents}
    if agreed["personal"]:
        raise RuntimeError("the other till has not heard of the withdrawal")
    booked = shop.second.read(find_day, shop.today, shop.second.read(find_till).store_id)
    mine = [each for each in shop.second.read(open_tasks, shop.today) if each.member_id == member.member_id]
    yield "second_knows", {"code": _STRANGE, "product": seen.product.name, "booked": len(booked)}
    yield "second_tasks", {"name": member.name, "count": len(mine)}


def _scan_unit(shop: Shop) -> Line:
    read = read_picture(shop.pictures / "unit.png", draw_qr(_UNIT))
    seen, line_id = scan_product(shop, read, "tried")
    item = shop.first.read(find_item, seen.product.gtin, seen.label, shop.today, line_id=line_id)
    facts = {"name": seen.product.name, "serial": item.serial, "batch": item.batch, "times": item.times}
    return "unit", {**read.facts, **facts}


def _teach(shop: Shop) -> Line:
    if not isinstance(shop.first.read(look_up, _STRANGE), UnknownText):
        raise RuntimeError("the code is known already")
    shop.first.do(teach_product, _STRANGE, f"0{product_at(4)}").result()
    seen = shop.first.read(look_up, _STRANGE)
    if not isinstance(seen, ProductSeen):
        raise RuntimeError("the code was not learned")
    return "taught", {"code": _STRANGE, "product": seen.product.name}


def _tasks_of(shop: Shop, member_id: str) -> int:
    return len([each for each in shop.first.read(open_tasks, shop.today) if each.member_id == member_id])
