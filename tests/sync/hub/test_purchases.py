"""Orders of other channels: they come in once, find their member, follow them, and are forgotten with them."""

from collections.abc import Callable
from pathlib import Path

import pytest

from desktop.rules.member_codes import PUB_ID_BYTES, recruit_code
from desktop.rules.products import product_id
from sync.hub.hub import Hub
from sync.hub.imports import Outcome, import_file
from tests.sync.hub.builders import Sender

Import = Callable[..., Outcome]
HEAD = "number,channel,at,member,product,title,quantity,paid,by,line"
PHONE = "13800138000"


@pytest.fixture
def orders(hub: Hub, tmp_path: Path) -> Import:
    def orders(*lines: str, kind: str = "orders", head: str = HEAD) -> Outcome:
        path = tmp_path / f"{kind}.csv"
        path.write_text("\n".join((head, *lines)), encoding="utf-8")
        return import_file(hub, kind, path)

    return orders


@pytest.fixture
def known(till: Sender) -> Sender:
    till.send(till.enrolled("m1", phone=f"+86{PHONE}"), till.enrolled("m2"))
    return till


def test_an_order_reaches_the_tills_that_know_its_member_once(orders: Import, known: Sender) -> None:
    cream, scent = f"{PHONE},6901234567892,,2,398,,", "code-m1,,香水,1,50,,"
    lines = [f"T1,天猫,2026-11-10 20:00,{each}" for each in (cream, scent)]
    first, rows = orders(*lines), known.own()
    again = orders(*lines)
    assert (first.new, again.known, known.own()) == (2, 2, rows)
    assert next(body for body in known.rows("order").values() if body.get("product_id")) == {
        "member_id": "m1", "number": "T1", "channel": "天猫", "at": "2026-11-10T12:00:00Z", "title": "6901234567892",
        "quantity": 2, "amount": 39800, "currency": "CNY", "product_id": product_id("06901234567892"),
        "guide_id": None,
    }  # fmt: skip


def test_an_order_of_nobody_known_is_told_and_the_others_come_in(orders: Import, known: Sender) -> None:
    outcome = orders("T1,天猫,2026-11-10,13900000000,,香水,1,50,,", f"T2,天猫,2026-11-10,{PHONE},,香水,1,50,,")
    assert outcome.bad == [(2, "there is no member of this code, phone or WeChat id")]
    assert len(known.rows("order")) == 1


def test_what_is_sent_back_is_less_than_nothing(orders: Import, known: Sender) -> None:
    orders(f"T1,天猫,2026-11-10,{PHONE},,香水,1,50,,", f"T1,天猫,2026-11-10,{PHONE},,香水,-1,50,,")
    told = [(each["quantity"], each["amount"]) for each in known.rows("order").values()]
    assert sorted(told) == [(-1, -5000), (1, 5000)]


def test_a_product_that_stands_twice_in_an_order_needs_its_lines_named(orders: Import, known: Sender) -> None:
    twice = [f"T1,天猫,2026-11-10,{PHONE},,香水,1,{paid},,{{}}" for paid in (50, 30)]
    unnamed = [each.format("") for each in twice]
    for _ in range(2):  # the first counts, and a second import changes nothing
        outcome = orders(*unnamed)
        assert (outcome.changed, outcome.bad) == (0, [(3, "it stands twice in this file: name each line")])
        assert [each["amount"] for each in known.rows("order").values()] == [5000]
    assert orders(*(each.format(place) for place, each in enumerate(twice))).new == 2
    assert len(known.rows("order")) == 3


def test_a_platforms_code_is_its_product_and_a_poster_brings_its_guide(orders: Import, known: Sender) -> None:
    orders("TM-1,6901234567892,天猫", kind="codes", head="code,gtin,platform")
    orders("一店,west", kind="stores", head="name,id")
    orders("小王,west,g1", kind="guides", head="name,store,id")
    code = recruit_code(bytes(PUB_ID_BYTES))
    orders(f"poster,海报,{code},g1", kind="recruits", head="channel,label,code,guide")
    lines = (f"T1,天猫,2026-11-10,{PHONE},TM-1,,1,199,g1,", f"T2,天猫,2026-11-10,{PHONE},TM-2,,1,1,,")
    brought = [f"T{place},天猫,2026-11-10,{PHONE},,香水,1,1,{by}," for place, by in ((3, "nobody"), (4, code))]
    outcome = orders(*lines, *brought)
    assert [number for number, _ in outcome.bad] == [3, 4]
    assert {each["number"]: each["guide_id"] for each in known.rows("order").values()} == {"T1": "g1", "T4": "g1"}
    assert product_id("06901234567892") in [each.get("product_id") for each in known.rows("order").values()]


@pytest.mark.parametrize(
    ("at", "rest"),
    [
        ("yesterday", ",香水,1,1"),
        ("1999-01-01", ",香水,1,1"),
        ("2026-11-10", ",,1,1"),
        ("2026-11-10", ",香水,0,1"),
        ("2026-11-10", ",香水,1,-1"),
        ("2026-11-10", ",香水,x,1"),
        ("2026-11-10", "123,,1,1"),
    ],
)
def test_what_cannot_be_is_a_bad_line(orders: Import, known: Sender, at: str, rest: str) -> None:
    assert [number for number, _ in orders(f"T1,天猫,{at},{PHONE},{rest},,").bad] == [2]
    assert known.rows("order") == {}


def test_an_order_follows_its_member_into_a_merge_and_out_again(orders: Import, known: Sender) -> None:
    line = "T1,天猫,2026-11-10,code-m2,,香水,1,50,,"
    orders(line)
    known.send(known.did("MembersMerged", old_id="m2", keep_id="m1", reason=None))
    assert [each["member_id"] for each in known.rows("order").values()] == ["m1"]
    assert orders(line).known == 1
    known.send(known.did("MembersSeparated", member_id="m2"))
    assert [each["member_id"] for each in known.rows("order").values()] == ["m2"]


@pytest.mark.parametrize(("told", "whose"), [("code-m2", "m2"), ("code-m1", "m1")])
def test_an_order_of_one_of_two_who_were_merged_is_theirs(orders: Import, known: Sender, told: str, whose: str) -> None:
    known.send(known.did("MembersMerged", old_id="m2", keep_id="m1", reason=None))
    for member in ("code-m1", "code-m2", told):  # it was told wrongly first
        orders(f"T1,天猫,2026-11-10,{member},,香水,1,50,,")
    known.send(known.did("MembersSeparated", member_id="m2"))
    assert [each["member_id"] for each in known.rows("order").values()] == [whose]


def test_who_was_forgotten_does_not_come_back_with_an_order(orders: Import, known: Sender) -> None:
    line = f"T1,天猫,2026-11-10,{PHONE},,香水,1,50,,"
    orders(line)
    known.send(known.did("ErasureRequested", member_id="m1"))
    assert known.rows("order") == {}
    assert orders(line).bad == [(2, "there is no member of this code, phone or WeChat id")]
    known.send(known.enrolled("m3", phone=f"+86{PHONE}"))
    assert orders(line).bad == [(2, "it was of somebody who was forgotten")]
