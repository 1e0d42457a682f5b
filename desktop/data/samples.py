"""A small invented shop, for the demo and the tests: its catalogue, its guides, its members and their last weeks."""

import csv
from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlalchemy import delete

import resources
from desktop.clock import Clock
from desktop.data.catalogue import Gtin, Guide, Product, Store
from desktop.data.contents import Content
from desktop.data.desk_state import Deed
from desktop.data.search_keys import pinyin_of
from desktop.desk import Desk
from desktop.rules.gtin import normalise_gtin
from desktop.rules.products import product_id
from desktop.services.guides import sign_on
from desktop.services.members import Application, enrol
from desktop.services.preferences import note_preference
from desktop.services.visits import add_line, change_line, finish_visit, serve, write_note
from desktop.work import Work

# days ago, hour, member, [(product, action)], [(facet, value)], note — members and products by their place in the files
_PAST: tuple[tuple[int, int, int, tuple[tuple[int, str], ...], tuple[tuple[str, str], ...], str], ...] = (
    (84, 15, 0, ((1, "bought"), (5, "seen")), (("skin", "敏感肌"), ("scent", "无香")), ""),
    (71, 11, 2, ((0, "tried"),), (("skin", "干皮"),), "第一次来,朋友介绍"),
    (67, 16, 0, ((2, "bought"),), (("time", "晚间护理"),), ""),
    (60, 18, 4, ((9, "tried"), (10, "bought")), (("skin", "油皮"),), ""),
    (41, 14, 0, ((2, "bought"), (3, "seen")), (("budget", "预算 300–500"),), "洁面快用完了"),
    (39, 12, 7, ((6, "bought"),), (("gift", "送礼"),), ""),
    (33, 17, 1, ((0, "tried"), (1, "tried")), (("skin", "敏感肌"),), ""),
    (26, 15, 0, ((0, "tried"),), (("skin", "换季泛红"),), "试用精华,反馈不刺痛"),
    (24, 13, 5, ((3, "bought"), (8, "bought")), (("need", "想要防晒"),), ""),
    (18, 19, 8, ((16, "bought"), (17, "seen")), (("hair", "细软"),), ""),
    (12, 16, 2, ((1, "bought"),), (), "要小样带回去给妈妈"),
    (9, 11, 10, ((20, "seen"),), (("life", "孕期"),), ""),
    (6, 14, 3, ((19, "tried"),), (("price", "价格犹豫"),), ""),
    (3, 15, 6, ((4, "bought"), (12, "bought")), (("gift", "送礼"),), ""),
    (1, 18, 9, ((11, "tried"), (13, "declined")), (("skin", "油皮"),), ""),
)


_WELCOME, _EACH = timedelta(minutes=2, seconds=20), timedelta(minutes=1, seconds=50)  # of what a visit takes


class PastClock(Clock):
    """A clock that shows ``moment`` while it is set, and the machine's time otherwise.

    A set moment is of another run of the monotonic clock, or the hub would rightly correct it to now.
    """

    moment: datetime | None = None

    @property
    def boot(self) -> str:
        return "past" if self.moment else super().boot

    def now(self) -> datetime:
        return self.moment or super().now()


def fill_shop(work: Work) -> None:
    """What headquarters owns, for a till that has no hub: stores, guides, products. The first guide signs on."""
    stores = {row["name"]: row["id"] for row in sample("stores")}
    for name, store_id in stores.items():
        work.session.merge(Store(id=store_id, name=name))
    for row in sample("guides"):
        work.session.merge(Guide(id=row["id"], name=row["name"], store_id=stores[row["store"]], badge=row["badge"]))
    for row in sample("products"):
        _add_product(work, row)
    for row in sample("contents"):
        _add_content(work, row)
    work.session.flush()
    work.till.store_id = work.till.store_id or next(iter(stores.values()))
    sign_on(work, next(sample("guides"))["id"])


def play_past(desk: Desk, clock: PastClock) -> None:
    """Enrol the sample members and serve them through the last weeks, as deeds like any other; what was prepared
    cannot be undone.

    ``desk`` must have been opened with ``clock``, and hold the sample catalogue.
    """
    today = clock.now().astimezone().replace(minute=0, second=0, microsecond=0)
    members, products = list(sample("members")), [row["gtin"] for row in sample("products")]
    ids = {}
    for place, row in enumerate(members):
        clock.moment = today.replace(hour=10) - timedelta(days=90 - place)
        ids[place] = desk.do(_enrol_and_leave, row).result()
    for days, hour, member, lines, learned, note in _PAST:
        clock.moment = today.replace(hour=hour) - timedelta(days=days)
        desk.do(_serve, ids[member], [(products[place], action) for place, action in lines], learned, note).result()
        clock.moment += _WELCOME + _EACH * (len(lines) + len(learned) + bool(note))
        desk.do(finish_visit).result()
    clock.moment = None
    desk.do_behind(forget_deeds).result()


def sample(name: str) -> Iterator[dict[str, str]]:
    """The rows of one file of the sample shop: stores, guides, products, contents or members."""
    with resources.path(f"sample/{name}.csv").open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def _add_product(work: Work, row: dict[str, str]) -> None:
    gtin = normalise_gtin(row["gtin"])
    price = round(float(row["price"]) * 100)
    work.session.merge(
        Product(
            id=product_id(gtin),
            name=row["name"],
            brand=row["brand"],
            price=price,
            currency="CNY",
            category=row["category"],
            lasts=int(row["lasts"]) if row["lasts"] else None,
        )
    )
    work.session.flush()
    work.session.merge(Gtin(gtin=gtin, product_id=product_id(gtin)))


def _add_content(work: Work, row: dict[str, str]) -> None:
    work.session.merge(
        Content(
            id=row["id"], kind=row["kind"], title=row["title"], text=row["text"], tags=row["tags"],
            pinyin=" ".join(pinyin_of(row["title"])), audience=row["audience"] or None, until=None,
        )
    )  # fmt: skip


def _enrol_and_leave(work: Work, row: dict[str, str]) -> str:
    form = Application(
        phone=row["phone"], name=row["name"], consents=("service", "personal"), channel=row["channel"],
        birthday=row["birthday"], code=row["code"],
    )  # fmt: skip
    enrolled = enrol(work, form)
    finish_visit(work)
    return enrolled.member_id


def forget_deeds(work: Work) -> None:
    """Nothing that was done so far can be undone."""
    work.session.execute(delete(Deed))


def _serve(
    work: Work, member_id: str, lines: list[tuple[str, str]], learned: tuple[tuple[str, str], ...], note: str
) -> None:
    serve(work, member_id)
    for gtin, action in lines:
        change_line(work, add_line(work, normalise_gtin(gtin)), action)
    for facet, value in learned:
        note_preference(work, facet, value)
    if note:
        write_note(work, note)
