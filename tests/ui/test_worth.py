"""Promises of coupons, points and rewards at the counter: what fits, what it is worth, and why the rest does not."""

import json
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import msgspec
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from desktop.rules.campaigns import campaign_id
from desktop.rules.gtin import normalise_gtin
from desktop.rules.leases import lease_id
from desktop.services.members import Application, enrol
from desktop.services.visits import add_line
from desktop.views.rewards import find_purse
from desktop.views.search import find_members
from desktop.views.standing import Standing
from desktop.work import Work
from sync.protocol import Row
from sync.rows import lay
from tests.ui.conftest import Till
from tests.ui.hands import slow_disk, stroke
from ui.widgets.counter_page import CounterPage
from ui.widgets.ticket import Ticket
from ui.widgets.worth_panel import WorthPanel
from ui.worth_said import keep_said

TERMS = {"kind": "amount", "currency": "CNY", "off": 5000, "threshold": 30000}


def fill(work: Work, member: str) -> None:
    """What headquarters sent: a coupon with its lease, points, and a reward."""
    device, later = work.till.device_id, (work.clock.now() + timedelta(days=9)).isoformat()
    held = {"holder": device, "not_after": later, "signed": "x"}
    coupon = {"member_id": member, "campaign": "满减", "title": "满 300 减 50", "currency": "CNY", "valid_until": later}
    rows: list[tuple[str, str, dict[str, Any]]] = [
        ("campaign", campaign_id("满减"), {"name": "满减", "title": "满 300 减 50", "terms": TERMS}),
        ("coupon", "c1", {**coupon, "amount": 5000}),
        (
            "coupon",
            "c2",
            {
                **coupon,
                "campaign": "他",
                "title": "护理体验",
                "amount": 9000,
                "holder": "other",
                "holder_name": "2 号台",
            },
        ),
        ("quota", "w1", {"title": "旅行装", "total": 50}),
        ("reward", "w1", {"names": {"zh": "旅行装", "en": "Travel size"}, "cost": 200, "quota_id": "w1"}),
        ("reward", "w2", {"names": {"zh": "体验装", "en": "Trial set"}, "cost": 3000}),
        (
            "points",
            "e1",
            {"member_id": member, "amount": 2480, "reason": "purchase", "at": work.clock.now().isoformat()},
        ),
        ("lease", lease_id("coupon", "c1", device), {"of": "coupon", "object_id": "c1", "amount": 1, **held}),
        ("lease", lease_id("points", member, device), {"of": "points", "object_id": member, "amount": 500, **held}),
        ("lease", lease_id("quota", "w1", device), {"of": "quota", "object_id": "w1", "amount": 20, **held}),
    ]
    for kind, row_id, body in rows:
        lay(
            work.session,
            kind,
            [Row(op="put", kind=kind, eid=row_id, ver=1, body=msgspec.Raw(json.dumps(body).encode()))],
        )


@pytest.fixture
def chen(till: Till) -> str:
    """陈思雨 is served, and has things that are worth money."""
    member: str = till.desk.read(find_members, "csy")[0].member_id
    till.desk.do(fill, member).result()
    till.front.flow.serve(member)
    till.settle()
    return member


def page(till: Till) -> CounterPage:
    return till.front.flow.screens.counter.page


def buy(till: Till, *gtins: str) -> None:
    for gtin in gtins:
        till.desk.do(add_line, normalise_gtin(gtin), "bought").result()
    till.settle()


def tickets(till: Till) -> list[Ticket]:
    return page(till).coupons.tickets.findChildren(Ticket)


def state(till: Till, coupon_id: str) -> str:
    found: str = till.desk.read(
        lambda connection: connection.exec_driver_sql(
            "SELECT state FROM coupon WHERE id = ?", (coupon_id,)
        ).scalar_one()
    )
    return found


@pytest.mark.usefixtures("chen")
def test_a_coupon_that_does_not_fit_says_why_and_cannot_be_pressed(till: Till) -> None:
    buy(till, "6901230010026")
    ticket = next(each for each in tickets(till) if "300" in each.button.accessibleName())
    assert (ticket.button.isEnabled(), ticket.hint.text()) == (False, "还差 ¥2 满 ¥300")


@pytest.mark.usefixtures("chen")
def test_one_press_redeems_what_fits_and_another_takes_it_back(till: Till) -> None:
    buy(till, "6901230010026", "6901230010019")
    ticket = next(each for each in tickets(till) if "300" in each.button.accessibleName())
    QTest.mouseClick(ticket.button, Qt.MouseButton.LeftButton)
    till.wait(lambda: state(till, "c1") == "redeemed")
    till.settle()
    done = next(each for each in tickets(till) if "300" in each.button.accessibleName())
    assert done.hint.text() == "本次已减 ¥50"
    QTest.mouseClick(done.button, Qt.MouseButton.LeftButton)
    till.wait(lambda: state(till, "c1") == "issued")


@pytest.mark.usefixtures("chen")
def test_what_another_till_holds_is_asked_for(till: Till) -> None:
    buy(till, "6901230010026")
    asked = next(each for each in tickets(till) if each.button.words == "申请")
    assert "2 号台" in asked.hint.text()
    QTest.mouseClick(asked.button, Qt.MouseButton.LeftButton)
    till.wait(lambda: "申请" in till.sentence)


def test_f10_opens_the_panel_and_a_reward_is_exchanged_for_who_is_known(till: Till, chen: str) -> None:
    stroke(till, Qt.Key.Key_F10)
    panel = page(till).worth
    assert panel.isVisible()
    assert not page(till).visit.isVisible()
    reward = next(each for each in panel.findChildren(Ticket) if "兑换 旅行装" in each.button.accessibleName())
    QTest.mouseClick(reward.button, Qt.MouseButton.LeftButton)
    till.wait(lambda: "尾号" in till.sentence)
    QTest.keyClicks(panel.tail, "6021")
    QTest.mouseClick(reward.button, Qt.MouseButton.LeftButton)
    today = till.desk.clock.now().astimezone().date()
    till.wait(lambda: till.desk.read(find_purse, chen, today).points == 2280)
    till.press("undo")
    till.wait(lambda: till.desk.read(find_purse, chen, today).points == 2480)
    stroke(till, Qt.Key.Key_F10)
    assert page(till).visit.isVisible()


def test_the_clerk_chooses_how_many_points_are_spent(till: Till, chen: str) -> None:
    stroke(till, Qt.Key.Key_F10)
    panel = page(till).worth
    QTest.keyClicks(panel.tail, "6021")
    QTest.keyClicks(panel.amount, "120")
    QTest.keyClick(panel.amount, Qt.Key.Key_Return)
    today = till.desk.clock.now().astimezone().date()
    till.wait(lambda: till.desk.read(find_purse, chen, today).points == 2360)
    QTest.keyClick(panel.tail, Qt.Key.Key_Escape)
    assert page(till).visit.isVisible()


def type_points(till: Till, amount: str) -> WorthPanel:
    stroke(till, Qt.Key.Key_F10)
    panel = page(till).worth
    QTest.keyClicks(panel.tail, "6021")
    QTest.keyClicks(panel.amount, amount)
    return panel


def test_points_are_spent_once_however_often_one_presses(till: Till, chen: str) -> None:
    panel = type_points(till, "120")
    with slow_disk(till):
        QTest.keyClick(panel.amount, Qt.Key.Key_Return)
        QTest.keyClick(panel.amount, Qt.Key.Key_Return)
    assert till.desk.read(find_purse, chen, till.desk.clock.now().astimezone().date()).points == 2360


def test_a_newcomer_s_gift_is_told_and_without_rules_that_nothing_earns(till: Till) -> None:
    words = till.window.words
    till.desk.do(fill_welcome).result()
    new = till.desk.do(enrol, Application(phone="13900139777", name="许文", consents=("service",))).result()
    till.front.flow.serve(new.member_id)
    card = page(till).coupons
    till.wait(lambda: "新人体验装" in card.welcome.text())
    assert words("worth.no_rules_yet") in card.said.text()


def fill_welcome(work: Work) -> None:
    """A campaign that welcomes."""
    body = {"name": "新人礼", "title": "新人体验装", "terms": {"kind": "gift", "currency": "CNY", "gift": "体验装"},
            "issue": {"joining": True}}  # fmt: skip
    row = Row(op="put", kind="campaign", eid=campaign_id("新人礼"), ver=1, body=msgspec.Raw(json.dumps(body).encode()))
    lay(work.session, "campaign", [row])


def test_who_may_lose_a_tier_is_told_what_keeps_it(till: Till) -> None:
    words, today = till.window.words, date(2026, 11, 22)
    standing = Standing("gold", {"zh": "金卡"}, False, "spend", 0, None, 0, date(2027, 3, 1), 120_000, "CNY")
    assert "1,200" in keep_said(words, standing, today)
    assert not keep_said(words, replace(standing, to_keep=0), today)
    assert not keep_said(words, replace(standing, review=None), today)


def test_another_amount_typed_while_points_are_being_spent_stays(till: Till, chen: str) -> None:
    panel = type_points(till, "120")
    with slow_disk(till):
        QTest.keyClick(panel.amount, Qt.Key.Key_Return)
        panel.amount.selectAll()
        QTest.keyClicks(panel.amount, "30")
    assert panel.amount.text() == "30"
