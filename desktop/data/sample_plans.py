"""What the sample shop has before it: who will come, what is to be done, who may become a member, and the codes that
win new members; and what its members have ordered by other channels."""

import csv
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from pathlib import Path

from sqlalchemy import select

from desktop.data.members import Identity
from desktop.data.orders import OrderLine
from desktop.data.samples import PastClock, forget_deeds, sample
from desktop.desk import Desk
from desktop.rules.gtin import normalise_gtin
from desktop.rules.products import product_id
from desktop.services.appointments import book
from desktop.services.leads import NewLead, follow_up, note_lead
from desktop.services.recruiting import make_recruit_code
from desktop.services.tasks import open_task
from desktop.work import Work

# days from today, time, member, service, guide — members and guides by their place in the files, None is anybody
_APPOINTMENTS = (
    (0, "11:00", 2, "皮肤测试", None),
    (0, "15:00", 5, "护理体验", 0),
    (0, "16:30", 8, "试妆", 1),
    (1, "10:30", 1, "护理体验", 0),
    (1, "14:00", 10, "取货", None),
    (3, "13:00", 3, "皮肤测试", 1),
)
_TASKS = ((0, 0, "问问面霜用得怎么样"), (1, 7, "送礼的礼盒到货了,请她来取"), (4, 4, "生日前后约一次护理"))
# days from today, time, what, seats, place
_OCCASIONS = ((5, "14:00", "秋冬护肤课", 12, "二楼会员厅"), (12, "19:00", "彩妆之夜", 20, "二楼会员厅"))
# days from today until the next one (None: does not want to be contacted), step, guide, lead
_LEADS = (
    (-1, "contacted", 0, NewLead(name="沈小姐", phone="13900010001", channel="event", interest="孕期能用的护肤")),
    (0, None, 0, NewLead(name="高先生", phone="13900010002", channel="friend", interest="送太太的礼盒")),
    (2, "invited", 1, NewLead(name="罗女士", phone="13900010003", channel="partner", interest="秋冬护肤课")),
    (5, None, 1, NewLead(wechat="xiaoman_1990", channel="wechat", interest="防晒")),
    (None, None, None, NewLead(name="何小姐", phone="13900010005", channel="walk_in", interest="敏感肌面霜")),
)
# days ago, member, product, pieces, channel, guide who brought it
_ORDERS = (
    (300, 0, 1, 1, "天猫", None), (212, 0, 2, 2, "小程序", 0), (150, 0, 14, 1, "天猫", None),
    (147, 0, 14, -1, "天猫", None), (48, 0, 2, 1, "小程序", 0), (20, 6, 4, 2, "天猫", None),
    (9, 4, 10, 1, "小程序", 1), (2, 12, 3, 1, "天猫", None),
)  # fmt: skip
_CODES = (("poster", "一楼扶梯口海报"), ("event", "秋冬护肤课"))


def write_occasions(folder: Path, today: datetime) -> Path:
    """The file of what headquarters invites to in the next days of ``today``, which no file can know beforehand."""
    file = folder / "occasions.csv"
    with file.open("w", encoding="utf-8", newline="") as stream:
        table = csv.writer(stream)
        table.writerow(("id", "title", "starts_at", "seats", "place"))
        for number, (days, at, title, seats, place) in enumerate(_OCCASIONS):
            table.writerow((f"O-{number}", title, _at(today, days, at).isoformat(), seats, place))
    return file


def plan_days(desk: Desk, clock: PastClock) -> None:
    """Book, plan and print, as deeds of yesterday evening; what was prepared cannot be undone.

    ``desk`` must have been opened with ``clock``, and hold the sample members.
    """
    today = clock.now().astimezone().replace(hour=0, minute=0, second=0, microsecond=0)
    clock.moment = today - timedelta(hours=4)
    desk.do(_plan, today).result()
    clock.moment = None
    desk.do_behind(forget_deeds).result()


def _plan(work: Work, today: datetime) -> None:
    members, guides = [_member(work, row["code"]) for row in sample("members")], [row["id"] for row in sample("guides")]
    for days, at, member, service, guide in _APPOINTMENTS:
        book(
            work, members[member], service, _at(today, days, at), 30, for_guide=None if guide is None else guides[guide]
        )
    for days, member, title in _TASKS:
        open_task(work, members[member], title, (today + timedelta(days)).date())
    for ahead, step, whose, lead in _LEADS:
        _note(work, replace(lead, for_guide=None if whose is None else guides[whose]), step, _day(today, ahead))
    for channel, label in _CODES:
        make_recruit_code(work, channel, label)
    _order(work, today, members, guides)


def _order(work: Work, today: datetime, members: list[str], guides: list[str]) -> None:
    """As headquarters would tell it."""
    products = list(sample("products"))
    for number, (days, member, place, pieces, channel, guide) in enumerate(_ORDERS):
        product, at = products[place], today - timedelta(days) + timedelta(hours=21)
        work.session.add(
            OrderLine(
                id=work.clock.new_id(), member_id=members[member], number=f"T{1000 + number}", channel=channel,
                at=at, product_id=product_id(normalise_gtin(product["gtin"])), title=product["name"], quantity=pieces,
                amount=pieces * round(float(product["price"]) * 100), currency="CNY",
                guide_id=None if guide is None else guides[guide],
            )
        )  # fmt: skip


def _note(work: Work, lead: NewLead, step: str | None, due: date | None) -> None:
    lead_id = note_lead(work, replace(lead, consent=due is not None, due=due))
    if step:
        follow_up(work, lead_id, step)


def _day(today: datetime, days: int | None) -> date | None:
    return None if days is None else (today + timedelta(days)).date()


def _at(today: datetime, days: int, clock: str) -> datetime:
    return datetime.combine((today + timedelta(days)).date(), time.fromisoformat(clock)).astimezone()


def _member(work: Work, code: str) -> str:
    return work.session.scalars(select(Identity.member_id).where(Identity.value == code)).one()
