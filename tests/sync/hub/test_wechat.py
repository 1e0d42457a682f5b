"""A WeChat id leads to one member at the hub, like a phone."""

from pathlib import Path

import pytest

from sync.hub.hub import Hub
from sync.hub.imports import import_file
from tests.sync.hub.builders import Sender

ONE, TWO = "siyu_2026", "chen_siyu-88"


@pytest.fixture
def couple(till: Sender) -> Sender:
    till.send(
        till.enrolled("m1", phone="+8613800138000", wechat=ONE), till.enrolled("m2", phone="+8613800138001", wechat=TWO)
    )
    return till


def wechats(till: Sender, member: str) -> tuple[str | None, list[str]]:
    body = till.body("member", member)
    return body.get("wechat"), body.get("wechats", [])


def test_a_second_enrolment_of_one_wechat_id_is_the_same_person(couple: Sender) -> None:
    assert couple.verdicts(couple.enrolled("m3", phone="+8613800138002", wechat=ONE)) == ["accepted"]
    assert couple.rows("redirect")["m3"]["keep"] == "m1"
    body = couple.body("member", "m1")
    assert (body["phone"], body["phones"]) == ("+8613800138000", ["+8613800138002"])


def test_a_phone_counts_before_a_wechat_id_which_stays_where_it_is(couple: Sender) -> None:
    couple.send(couple.enrolled("m3", phone="+8613800138001", wechat=ONE))
    assert couple.rows("redirect")["m3"]["keep"] == "m2"
    assert [wechats(couple, member) for member in ("m1", "m2")] == [(ONE, []), (TWO, [])]


def test_a_correction_frees_the_old_one_and_takes_nobody_elses(couple: Sender) -> None:
    def amended(member: str, wechat: str | None) -> list[str]:
        return couple.verdicts(couple.did("MemberAmended", member_id=member, fields={"wechat": wechat}))

    assert amended("m1", TWO) == ["rejected:wechat_taken"]
    assert amended("m2", None) == ["accepted"]
    assert amended("m1", TWO) == ["accepted"]
    couple.send(couple.enrolled("m3", wechat=ONE))
    assert [wechats(couple, member) for member in ("m1", "m2", "m3")] == [(TWO, []), (None, []), (ONE, [])]
    assert amended("m1", "Not a WeChat id") == ["rejected:schema_invalid"]


def test_a_merge_keeps_both_and_what_both_have_by_then_stays_with_the_kept_one(couple: Sender) -> None:
    couple.send(couple.did("MembersMerged", old_id="m2", keep_id="m1"))
    one, others = wechats(couple, "m1")
    assert {one, *others} == {ONE, TWO}
    couple.send(couple.enrolled("m4", wechat=TWO))
    assert couple.rows("redirect")["m4"]["keep"] == "m1"
    couple.send(couple.did("MembersSeparated", member_id="m2"))
    assert [wechats(couple, member) for member in ("m1", "m2")] == [(TWO, [ONE]), (None, [])]


def test_a_separation_without_another_claim_gives_each_their_own(couple: Sender) -> None:
    couple.send(couple.did("MembersMerged", old_id="m2", keep_id="m1"))
    couple.send(couple.did("MembersSeparated", member_id="m2"))
    assert [wechats(couple, member) for member in ("m1", "m2")] == [(ONE, []), (TWO, [])]


def test_headquarters_brings_it_and_finds_members_by_it(couple: Sender, hub: Hub, tmp_path: Path) -> None:
    members, orders = tmp_path / "members.csv", tmp_path / "orders.csv"
    members.write_text("phone,name,wechat\n13800138000,陈思雨,\n13800138009,王敏,Wang_Min\n13800138008,坏,1\n", "utf-8")
    assert [number for number, _ in import_file(hub, "members", members).bad] == [4]
    orders.write_text(f"number,channel,at,member,title,paid\nT1,小程序,2026-11-10,{TWO.upper()},香水,50\n", "utf-8")
    assert import_file(hub, "orders", orders).new == 1
    assert [each["member_id"] for each in couple.rows("order").values()] == ["m2"]
