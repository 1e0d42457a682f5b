"""Headquarters' files: good lines come in, bad ones are named, and twice is as good as once."""

from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from desktop.rules.code_ids import code_id
from desktop.rules.products import product_id
from sync.hub.hub import Hub
from sync.hub.imports import Outcome, import_file, stores
from sync.hub.problems import HubError
from tests.sync.hub.builders import Sender, SteadyClock

Import = Callable[[str, str], Outcome]
SHOP = {
    "stores": "id,name\nwest,西湖店\n,湖滨店\n",
    "guides": "name,store,badge\n小王,西湖店,7\n小李,west,\n",
    "products": "gtin,name,brand,price\n6901234567892,面霜,Acme,199.00\n96385074,口红,,\n",
    "members": "phone,name,code,card,store\n138 0013 8000,陈思雨,A1,8888,西湖店\n13800138001,王五,,,\n",
}


COUPONS = "member,campaign,title,amount,valid_until\n{},双十一,减 20,20,2027-06-30\n"
ONE, TWO, THREE = "+8613800138000", "+8613800138001", "+8613800138002"


@pytest.fixture
def couple(till: Sender) -> Sender:
    """A till that enrolled m1 and m2 and made one of them; the code B and the phone TWO are those of m2."""
    till.send(
        till.enrolled("m1", code="A", phone=ONE),
        till.enrolled("m2", code="B", phone=TWO),
        till.did("MembersMerged", old_id="m2", keep_id="m1"),
    )
    return till


@pytest.fixture
def bring_in(hub: Hub, tmp_path: Path) -> Import:
    def bring_in(kind: str, text: str) -> Outcome:
        path = tmp_path / f"{kind}.csv"
        path.write_text(text, encoding="utf-8-sig")
        return import_file(hub, kind, path)

    return bring_in


def test_a_second_import_changes_nothing(bring_in: Import, till: Sender) -> None:
    first = {kind: bring_in(kind, text) for kind, text in SHOP.items()}
    rows = till.read("cfg"), till.read("cat"), till.read("dir"), till.own()
    again = {kind: bring_in(kind, text) for kind, text in SHOP.items()}
    assert {(outcome.new, len(outcome.bad)) for outcome in first.values()} == {(2, 0)}
    assert {(outcome.new, outcome.changed, outcome.known) for outcome in again.values()} == {(0, 0, 2)}
    assert (till.read("cfg"), till.read("cat"), till.read("dir"), till.own()) == rows


def test_bad_lines_are_named_and_good_ones_come_in(bring_in: Import, till: Sender) -> None:
    lines = ("6901234567893,坏,1", "96385074,好,1.50", ",无,", "96385074,贵,x", "96385074,贵,9e999999")
    outcome = bring_in("products", "\n".join(("gtin,name,price", *lines)))
    assert (outcome.new, [number for number, _ in outcome.bad]) == (1, [2, 4, 5, 6])
    assert outcome.bad[0] == (2, "the check digit does not match")
    assert len(till.read("cat")) == 1


def test_a_product_is_the_same_everywhere(bring_in: Import, till: Sender) -> None:
    bring_in("products", SHOP["products"])
    body = msgspec.json.decode(till.read("cat")["product", product_id("06901234567892")].body or b"")
    assert body["gtins"] == ["06901234567892"]
    assert (body["brand"], body["price"], body["currency"]) == ("Acme", 19900, "CNY")


def test_a_new_price_reaches_the_tills(bring_in: Import, till: Sender) -> None:
    bring_in("products", SHOP["products"])
    outcome = bring_in("products", SHOP["products"].replace("199.00", "99"))
    assert (outcome.changed, outcome.known) == (1, 1)
    row = till.read("cat")["product", product_id("06901234567892")]
    assert msgspec.json.decode(row.body or b"")["price"] == 9900


@pytest.mark.parametrize("before", [[], ["CodeTaught"], ["CodeTaught", "CodeForgotten"]])
@pytest.mark.parametrize("after", [[], ["CodeTaught"]])
def test_no_clerk_takes_headquarters_code_away(
    bring_in: Import, till: Sender, hub_clock: SteadyClock, before: list[str], after: list[str]
) -> None:
    told = {"code_id": code_id("TM-1"), "code": "TM-1", "product_id": product_id("06901234567892")}
    till.send(*(till.did(each, **told) for each in before))
    bring_in("codes", "code,gtin,platform\nTM-1,6901234567892,天猫\n")
    known = till.read("cat")
    assert bring_in("codes", "code,gtin,platform\nTM-1,6901234567892,天猫\n").known == 1
    hub_clock.forward(minutes=1)
    till.send(*(till.did(each, **told) for each in after))
    answer = till.send(till.did("CodeForgotten", **told)).verdicts[0]
    assert answer.row is not None  # by which the till shows it again
    assert till.read("cat") == known


def test_a_member_from_the_file_is_the_one_a_till_enrols(bring_in: Import, till: Sender) -> None:
    bring_in("stores", SHOP["stores"])
    bring_in("members", SHOP["members"])
    till.send(till.enrolled("m1", phone="+8613800138000"))
    member = msgspec.json.decode(till.own()["redirect", "m1"].body or b"")["keep"]
    body = till.body("member", member)
    assert (body["phone"], body["cards"], body["codes"]) == ("+8613800138000", ["8888"], ["A1", "code-m1"])


def test_an_import_does_not_overwrite_what_a_till_was_told(bring_in: Import, till: Sender) -> None:
    till.send(till.enrolled("m1", phone="+8613800138000", name="思雨"))
    outcome = bring_in("members", "phone,name,birthday\n13800138000,陈思雨,05-20\n")
    assert outcome.changed == 1
    body = till.body("member", "m1")
    assert (body["name"], body["birthday"]) == ("思雨", "05-20")


def test_what_a_file_says_of_one_of_two_who_were_merged_stays_theirs(bring_in: Import, couple: Sender) -> None:
    lines = f"{THREE},陈思雨,A,,\n{TWO},陈小雨,,05-20,gold\n"
    assert bring_in("members", f"phone,name,code,birthday,tier\n{lines}").changed == 2
    assert bring_in("members", f"phone,name,code,birthday,tier\n{lines}").known == 2
    couple.send(couple.did("MembersSeparated", member_id="m2"))
    one, two = couple.body("member", "m1"), couple.body("member", "m2")
    assert (one["phone"], one["phones"], one.get("birthday"), one.get("tier")) == (ONE, [THREE], None, None)
    assert (two["phone"], two.get("phones", []), two["birthday"], two["tier"]) == (TWO, [], "05-20", "gold")
    couple.send(couple.did("ErasureRequested", member_id="m1"), couple.enrolled("m9", phone=THREE))
    assert couple.body("member", "m9")["phone"] == THREE  # it leads to nobody who was forgotten


@pytest.mark.parametrize(("told", "whose"), [(TWO, "m2"), ("A", "m1")])
def test_a_coupon_of_one_of_two_who_were_merged_is_theirs(
    bring_in: Import, couple: Sender, told: str, whose: str
) -> None:
    bring_in("coupons", COUPONS.format(told))
    couple.send(couple.did("MembersSeparated", member_id="m2"))
    assert [each["member_id"] for each in couple.rows("coupon").values()] == [whose]


def test_a_file_of_coupons_that_is_read_again_after_a_merge_issues_none(bring_in: Import, couple: Sender) -> None:
    """They were two when it was read first, and are two again when it is read last."""
    parted, merged = ("MembersSeparated", {"member_id": "m2"}), ("MembersMerged", {"old_id": "m2", "keep_id": "m1"})
    issued = []
    for kind, told in (parted, merged, parted):
        couple.send(couple.did(kind, **told))
        issued.append(bring_in("coupons", COUPONS.format(TWO)).new)
    assert issued == [1, 0, 0]


def test_a_coupon_of_who_was_forgotten_is_nobody_elses(bring_in: Import, till: Sender) -> None:
    """Not even theirs who came back with the same phone: that is somebody new."""
    file = f"id,{COUPONS.format(ONE)}".replace("\n", "\nc1,", 1)
    till.send(till.enrolled("m1", phone=ONE))
    assert bring_in("coupons", file).new == 1
    till.send(till.did("ErasureRequested", member_id="m1"), till.enrolled("m2", phone=ONE))
    assert bring_in("coupons", file).bad == [(2, "it was of somebody who was forgotten")]
    assert till.rows("coupon") == {}


def test_a_member_without_a_code_gets_one(bring_in: Import, till: Sender) -> None:
    bring_in("members", "phone,name\n13800138001,王五\n")
    row = next(iter(till.read("dir").values()))
    code = msgspec.json.decode(row.body or b"")["code"]
    assert code.startswith("SGM1")
    assert len(code) == 22


def test_stores_are_found_by_id_and_by_name(bring_in: Import, hub: Hub) -> None:
    bring_in("stores", SHOP["stores"])
    with hub.database.read() as connection:
        known = stores(connection)
    assert known["西湖店"] == known["west"] == "west"


@pytest.mark.parametrize("text", ["", "nothing\nx\n", "\xff\n"])
def test_a_file_that_is_no_such_file_is_refused_whole(bring_in: Import, text: str) -> None:
    with pytest.raises(HubError):
        bring_in("stores", text)


def test_a_file_in_another_encoding_is_refused_whole(hub: Hub, tmp_path: Path) -> None:
    path = tmp_path / "gbk.csv"
    path.write_text("name\n西湖店\n", encoding="gb18030")
    with pytest.raises(HubError, match="UTF-8"):
        import_file(hub, "stores", path)


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("coupons", "member,campaign,title,amount,valid_until\nA,双十一,减 20,20,9999-12-31\n"),
        ("coupons", "member,campaign,title,amount,valid_until\nA,双十一,减 20,20,0001-01-01\n"),
        ("coupons", "member,campaign,title,amount,valid_until\nA,双十一,减 20,1e9999999,2027-06-30\n"),
        ("floor", f"largest,a_day,in_a_row\n20,{10**30},3\n"),
    ],
)
def test_a_number_or_a_day_beyond_all_reason_is_a_bad_line(
    bring_in: Import, till: Sender, kind: str, text: str
) -> None:
    till.send(till.enrolled("m1", code="A"))
    assert [number for number, _ in bring_in(kind, text).bad] == [2]
