"""Leads at the hub: the newest word counts, one store knows them, and who enrols is no lead any more."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import permutations
from pathlib import Path
from typing import Any

import msgspec
import pytest
from sqlalchemy import event as listening

from desktop.rules import hlc
from sync.hub.hub import Hub
from sync.hub.imports import Outcome, import_file
from sync.hub.old_leads import forget_old_leads
from tests.sync.hub.builders import Sender

ATill = Callable[..., Sender]
PHONE = "+8613900000001"


def noted(till: Sender, lead_id: str = "l1", **data: Any) -> msgspec.Raw:
    """LeadNoted of somebody who may be called."""
    told = {"name": "周小姐", "phone": PHONE, "channel": "event", "consent": True, "due": "2026-11-24"}
    return till.did("LeadNoted", lead_id=lead_id, **{**told, **data})


def moved(till: Sender, state: str = "contacted", lead_id: str = "l1", **data: Any) -> msgspec.Raw:
    """LeadMoved with another day."""
    return till.did("LeadMoved", lead_id=lead_id, state=state, **{"due": "2026-11-30", **data})


def lead(till: Sender, lead_id: str = "l1") -> dict[str, Any]:
    """The row as its store's tills read it."""
    return till.rows("lead")[lead_id]


@pytest.fixture
def pair(a_till: ATill) -> tuple[Sender, Sender]:
    """Two tills of one store."""
    return a_till(), a_till()


def test_a_lead_is_its_stores_alone(a_till: ATill) -> None:
    west, east = a_till("west"), a_till("east")
    west.send(noted(west))
    assert lead(west)["name"] == "周小姐"
    east.send(east.enrolled("m1", phone=PHONE))
    assert (lead(west)["state"], lead(west)["member_id"]) == ("joined", "m1")
    assert east.rows("lead") == {}
    assert east.verdicts(moved(east)) == ["rejected:wrong_store"]


@pytest.mark.parametrize("order", [1, -1])
def test_who_enrols_at_one_till_is_no_lead_at_the_other_whoever_is_heard_first(
    pair: tuple[Sender, Sender], order: int
) -> None:
    one, two = pair
    told = [(one, noted(one)), (two, two.enrolled("m1", phone=PHONE))]
    for till, event in told[::order]:
        assert till.verdicts(event) == ["accepted"]
    assert (lead(one)["state"], lead(one)["member_id"], lead(one).get("due")) == ("joined", "m1", None)
    assert two.body("member", "m1")["channel"] == "event"
    one.send(moved(one))
    assert lead(one)["state"] == "joined"


def test_the_channel_that_was_told_at_the_enrolment_stays(pair: tuple[Sender, Sender]) -> None:
    one, two = pair
    one.send(noted(one, recruit="SGR1-yoga"))
    two.send(two.enrolled("m1", phone=PHONE, channel="friend"))
    member = two.body("member", "m1")
    assert (member["channel"], member["recruit"]) == ("friend", "SGR1-yoga")


def test_a_new_phone_of_a_member_may_be_a_leads(pair: tuple[Sender, Sender]) -> None:
    one, two = pair
    one.send(noted(one), one.enrolled("m1"))
    two.send(two.did("MemberAmended", member_id="m1", fields={"phone": PHONE}))
    assert lead(one)["member_id"] == "m1"


def test_who_is_noted_twice_in_a_store_is_one_lead(pair: tuple[Sender, Sender]) -> None:
    one, two = pair
    one.send(noted(one))
    two.send(noted(two, "l2", name="小周"))
    assert (lead(one, "l2")["state"], lead(one, "l2")["reason"]) == ("lost", "twice")
    two.send(two.enrolled("m1", phone=PHONE))
    assert {each["member_id"] for each in one.rows("lead").values()} == {"m1"}


def test_the_newest_word_counts_whoever_is_heard_first(pair: tuple[Sender, Sender]) -> None:
    one, two = pair
    one.send(noted(one))
    early = moved(one, "contacted")
    one.hub.clock.forward(minutes=1)  # type: ignore[attr-defined]
    two.send(moved(two, "invited", due="2026-12-01"))
    one.send(early)
    assert (lead(one)["state"], lead(one)["due"]) == ("invited", "2026-12-01")


@pytest.mark.parametrize("order", list(permutations(range(4))))
def test_the_newest_day_counts_in_whatever_order_consent_and_steps_are_heard(
    till: Sender, order: tuple[int, ...]
) -> None:
    till.send(noted(till))
    words = []
    for kind, told in (
        ("LeadMoved", {"state": "contacted", "due": "2026-12-01"}),
        ("LeadAgreed", {"consent": False}),
        ("LeadAgreed", {"consent": True, "due": "2026-12-05"}),
        ("LeadMoved", {"state": "invited", "due": "2026-12-09"}),
    ):
        till.hub.clock.forward(minutes=1)  # type: ignore[attr-defined]
        words.append(till.did(kind, lead_id="l1", **told))
    for each in order:
        till.send(words[each])
    assert (lead(till)["state"], lead(till)["consent"], lead(till)["due"]) == ("invited", True, "2026-12-09")


def test_who_does_not_want_to_be_contacted_has_no_day(till: Sender) -> None:
    till.send(noted(till), till.did("LeadAgreed", lead_id="l1", consent=False), moved(till, "arrived"))
    assert (lead(till)["consent"], lead(till)["state"], lead(till).get("due")) == (False, "arrived", None)
    till.send(noted(till, "l2", phone=None, wechat="zhou_1", consent=False))
    assert lead(till, "l2").get("due") is None
    assert till.verdicts(noted(till, "l3", phone=None)) == ["rejected:schema_invalid"]


def test_a_lead_by_wechat_joins_by_the_till_that_enrols_them(till: Sender) -> None:
    till.send(noted(till, phone=None, wechat="zhou_1"), till.enrolled("m1", phone=PHONE))
    till.send(till.did("LeadJoined", lead_id="l1", member_id="m1"))
    assert lead(till)["member_id"] == "m1"
    till.send(till.did("LeadAssigned", lead_id="l1", for_guide="g2"))
    assert lead(till).get("for_guide") is None  # it is over


def test_a_wechat_id_that_becomes_a_members_joins_every_lead_of_that_person(pair: tuple[Sender, Sender]) -> None:
    one, two = pair
    one.send(noted(one, wechat="zhou_1"), one.enrolled("m1"))
    two.send(noted(two, "l2", phone=None, wechat="zhou_1"))
    two.send(two.did("MemberAmended", member_id="m1", fields={"wechat": "zhou_1"}))
    assert {each["member_id"] for each in one.rows("lead").values()} == {"m1"}


@pytest.fixture
def two_in_one(a_till: ATill) -> list[Sender]:
    """Three stores: l1 of the first goes by phone, l2 of the second by WeChat id, and l3 of the third by both."""
    tills = [a_till(store) for store in ("west", "east", "north")]
    told = ({"channel": None}, {"phone": None, "wechat": "zhou_1"}, {"wechat": "zhou_1"})
    for number, (till, data) in enumerate(zip(tills, told, strict=True), 1):
        till.send(noted(till, f"l{number}", **data))
        till.hub.clock.forward(minutes=1)  # type: ignore[attr-defined]
    return tills


@pytest.mark.parametrize("way", [{"phone": PHONE}, {"wechat": "zhou_1"}])
def test_two_leads_that_a_third_shows_to_be_one_join_by_either_way(
    two_in_one: list[Sender], way: dict[str, str]
) -> None:
    west = two_in_one[0]
    west.send(west.enrolled("m1", **way))
    joined = [lead(till, f"l{number}").get("member_id") for number, till in enumerate(two_in_one, 1)]
    assert joined == ["m1", "m1", "m1"]
    assert west.body("member", "m1")["channel"] == "event"


def test_two_leads_that_a_third_shows_to_be_one_are_forgotten_with_it(two_in_one: list[Sender]) -> None:
    north = two_in_one[2]
    assert north.verdicts(north.did("ErasureRequested", member_id="l3")) == ["accepted"]
    assert [till.rows("lead") for till in two_in_one] == [{}, {}, {}]


def test_whoever_is_a_member_already_brings_their_other_leads_along(a_till: ATill) -> None:
    west, east = a_till("west"), a_till("east")
    west.send(west.enrolled("m1", phone=PHONE))
    east.send(noted(east, "l2", phone=None, wechat="zhou_1"))
    west.send(noted(west, "l3", wechat="zhou_1"))
    assert (lead(west, "l3")["member_id"], lead(east, "l2")["member_id"]) == ("m1", "m1")


def test_a_merged_member_takes_the_lead_along(till: Sender) -> None:
    till.send(noted(till), till.enrolled("m1", phone=PHONE), till.enrolled("m2"))
    till.send(till.did("MembersMerged", old_id="m1", keep_id="m2"))
    assert lead(till)["member_id"] == "m2"
    till.send(till.did("MembersSeparated", member_id="m1"))
    assert lead(till)["member_id"] == "m1"


def test_a_lead_with_the_phone_of_a_merged_member_is_theirs(till: Sender) -> None:
    till.send(till.enrolled("m1"), till.enrolled("m2", phone=PHONE))
    till.send(till.did("MembersMerged", old_id="m2", keep_id="m1"), noted(till))
    assert lead(till)["member_id"] == "m1"
    till.send(till.did("MembersSeparated", member_id="m2"))
    assert lead(till)["member_id"] == "m2"
    assert [till.body("member", each).get("channel") for each in ("m1", "m2")] == [None, "event"]


def test_an_erased_member_was_no_lead_either(pair: tuple[Sender, Sender]) -> None:
    one, two = pair
    one.send(noted(one))
    two.send(two.enrolled("m1", phone=PHONE), two.did("ErasureRequested", member_id="m1"))
    assert one.rows("lead") == {}
    assert one.verdicts(moved(one)) == ["rejected:erased"]


def test_who_never_joined_is_forgotten_in_every_store(a_till: ATill) -> None:
    west, east = a_till("west"), a_till("east")
    west.send(noted(west))
    east.send(noted(east, "l2"))
    assert west.verdicts(west.did("ErasureRequested", member_id="l1")) == ["accepted"]
    assert (west.rows("lead"), east.rows("lead")) == ({}, {})
    assert {eid for kind, eid in east.read("dir") if kind == "erasure"} == {"l1", "l2"}
    west.send(west.enrolled("m1", phone=PHONE))  # who comes again is somebody new
    assert west.body("member", "m1").get("channel") is None


def test_the_file_of_a_partner_gives_leads_to_a_store(hub: Hub, till: Sender, tmp_path: Path) -> None:
    bring_in(hub, tmp_path, "stores", f"id,name\n{till.store},西湖店\n")
    bring_in(hub, tmp_path, "guides", "name,store,badge\n林晓,西湖店,7\n")
    till.send(till.enrolled("m1", phone="+8613800000009"))
    file = (
        "phone,name,partner,store,guide,consent\n139 0000 0001,周小姐,瑜伽馆,西湖店,7,yes\n"
        "13900000002,吴小姐,瑜伽馆,西湖店,,\n13800000009,是会员,瑜伽馆,西湖店,,\n"
        "12,短,瑜伽馆,西湖店,,\n13900000003,郑小姐,瑜伽馆,东湖店,,\n13900000004,王小姐,瑜伽馆,西湖店,小明,\n"
    )
    told = bring_in(hub, tmp_path, "leads", file)
    assert (told.new, told.known) == (2, 1)
    assert told.bad == [
        (5, "phone is not a phone number"),
        (6, "there is no store '东湖店'"),
        (7, "there is no guide '小明' in this store"),
    ]
    one, two = sorted(till.rows("lead").values(), key=lambda each: each["phone"])
    guides = [eid for kind, eid in till.read("cfg") if kind == "guide"]
    assert (one["channel"], one["for_guide"], one["consent"]) == ("partner", guides[0], True)
    assert one["due"] is not None
    assert (two["consent"], two.get("due")) == (False, None)
    again = bring_in(hub, tmp_path, "leads", file)
    assert (again.new, again.changed, again.known) == (0, 0, 3)
    till.send(till.enrolled("m2", phone=PHONE))
    assert till.read("cfg")["recruit", till.body("member", "m2")["recruit"]]
    assert bring_in(hub, tmp_path, "leads", file).new == 0  # who has joined does not come back


def test_another_file_gives_a_lead_to_another_guide(hub: Hub, till: Sender, tmp_path: Path) -> None:
    bring_in(hub, tmp_path, "stores", f"id,name\n{till.store},西湖店\n")
    bring_in(hub, tmp_path, "guides", "id,name,store\ng1,林晓,西湖店\ng2,周宁,西湖店\n")
    for guide in ("g1", "g2"):
        bring_in(hub, tmp_path, "leads", f"phone,store,guide\n13900000001,西湖店,{guide}\n")
        hub.clock.forward(minutes=1)  # type: ignore[attr-defined]
    assert [each["for_guide"] for each in till.rows("lead").values()] == ["g2"]


def bring_in(hub: Hub, folder: Path, kind: str, text: str) -> Outcome:
    path = folder / f"{kind}.csv"
    path.write_text(text, "utf-8")
    return import_file(hub, kind, path)


@pytest.mark.parametrize("known", [False, True])
def test_who_stands_in_headquarters_file_of_members_has_joined(
    hub: Hub, till: Sender, tmp_path: Path, known: bool
) -> None:
    """known: by the phone, as a member; the file adds the WeChat id of the lead."""
    till.send(noted(till, phone=None, wechat="siyu_88"))
    if known:
        till.send(till.enrolled("m1", phone=PHONE))
    file = tmp_path / "members.csv"
    file.write_text(f"phone,name,wechat\n{PHONE},周小姐,siyu_88\n", "utf-8")
    assert import_file(hub, "members", file).bad == []
    assert lead(till)["state"] == "joined"


def test_what_came_to_nothing_half_a_year_ago_is_forgotten(hub: Hub, till: Sender) -> None:
    till.send(noted(till), moved(till, "lost", due=None, reason="elsewhere"), noted(till, "l2", phone="+8613900000002"))
    closed = datetime.fromtimestamp(hub.clock.now_ms() / 1000, UTC).date()
    assert forget_old_leads(hub, closed + timedelta(days=170)) == 0
    assert forget_old_leads(hub, closed + timedelta(days=190)) == 1
    assert list(till.rows("lead")) == ["l2"]
    assert forget_old_leads(hub, closed + timedelta(days=190)) == 0
    assert till.verdicts(moved(till)) == ["rejected:erased"]


def forget_by(hub: Hub, days: int) -> int:
    """Let so many days go by, and forget who is old then."""
    hub.clock.forward(hours=24 * days)  # type: ignore[attr-defined]
    return forget_old_leads(hub, datetime.fromtimestamp(hub.clock.now_ms() / 1000, UTC).date())


def test_a_clock_that_is_slow_by_a_year_makes_no_lead_older(hub: Hub, till: Sender) -> None:
    for kind, told in (
        ("LeadNoted", {"name": "周小姐", "phone": PHONE}),
        ("LeadMoved", {"state": "lost", "reason": "elsewhere"}),
    ):
        hub.clock.forward(hours=24 * 200)  # type: ignore[attr-defined]
        slow = hub.clock.now_ms() - 400 * 86_400_000
        till.send(till.did(kind, {"wall": slow, "hlc": hlc.stamp(slow, 0)}, lead_id="l1", **told), wall_now=slow)
    assert lead(till)["state"] == "lost"
    assert forget_by(hub, 179) == 0
    assert forget_by(hub, 1) == 1


def test_whom_another_store_looks_after_is_not_forgotten(hub: Hub, a_till: ATill) -> None:
    west, east = a_till("west"), a_till("east")
    west.send(noted(west), moved(west, "lost", due=None, reason="elsewhere"))
    assert forget_by(hub, 179) == 0
    east.send(noted(east, "l2"))
    assert forget_by(hub, 10) == 0
    assert lead(east, "l2")["state"] == "new"
    east.send(moved(east, "lost", "l2", due=None, reason="elsewhere"))
    assert forget_by(hub, 190) == 2
    assert (west.rows("lead"), east.rows("lead")) == ({}, {})


def test_whom_a_guide_takes_up_again_meanwhile_is_not_forgotten(hub: Hub, till: Sender) -> None:
    till.send(noted(till), moved(till, "lost", due=None, reason="elsewhere"))
    hub.clock.forward(hours=24 * 190)  # type: ignore[attr-defined]
    news = iter([moved(till, "invited")])

    def push_first(_connection: object) -> None:  # when the old ones have been looked up
        for each in news:
            till.send(each)

    listening.listen(hub.database.engine, "commit", push_first)
    assert forget_by(hub, 0) == 0
    listening.remove(hub.database.engine, "commit", push_first)
    assert lead(till)["state"] == "invited"


def test_who_was_noted_twice_is_not_forgotten_with_the_double(hub: Hub, till: Sender) -> None:
    till.send(noted(till), noted(till, "l2"))
    assert forget_by(hub, 190) == 0
    assert till.verdicts(moved(till, "invited")) == ["accepted"]
    assert lead(till)["state"] == "invited"


def test_two_leads_that_a_third_shows_to_be_one_are_kept_by_it(hub: Hub, two_in_one: list[Sender]) -> None:
    _, east, north = two_in_one
    east.send(moved(east, "lost", "l2", due=None, reason="elsewhere"))
    assert forget_by(hub, 190) == 0
    assert lead(north, "l3")["state"] == "new"


def test_however_many_came_to_nothing_they_are_looked_through_at_once(hub: Hub, till: Sender) -> None:
    asked: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        asked.append(statement)

    listening.listen(hub.database.engine, "before_cursor_execute", note)
    counts = []
    for number in range(2, 5):
        lost = noted(till, f"l{number}", phone=f"+861390000000{number}")
        till.send(lost, moved(till, "lost", f"l{number}", due=None, reason="elsewhere"))
        hub.clock.forward(hours=24 * 50)  # type: ignore[attr-defined]
        asked.clear()
        assert forget_by(hub, 0) == 0
        counts.append(len(asked))
    listening.remove(hub.database.engine, "before_cursor_execute", note)
    assert counts == [counts[0]] * 3
