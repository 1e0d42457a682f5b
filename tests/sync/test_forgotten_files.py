"""Promises of erasure at the till, of all it may ever hold of a person: no word of it is in any page of any file."""

import hashlib
from typing import Any

import msgspec
import pytest
import zstandard
from sqlalchemy import Connection, Table, func, select, update

from desktop.code_events import VoucherTaken
from desktop.data.exchange import Load, LoadPart, Outbox, ParkedIn, Wanted
from desktop.data.portraits import HighValue
from desktop.data.theirs import tables_with
from desktop.escrow_events import GiftGiven
from desktop.services.drafts import keep_draft
from desktop.services.leads import NewLead, note_lead
from desktop.services.members import Enrolled, amend
from desktop.services.preferences import note_preference
from desktop.services.visits import write_note
from desktop.store import Store
from desktop.views.visit import find_running_visit
from desktop.work import Work
from sync import escrow_rows as e
from sync import protocol as p
from sync import service_rows as s
from sync.loading import begin_load, keep_part
from sync.loads import Manifest
from sync.pages import apply_page
from tests.clock import SetClock
from tests.sync.hub.builders import Sender
from tests.sync.hub.rights import Office
from tests.sync.near_hub import count
from tests.sync.quiet import Pair
from tests.sync.test_forgetting import WORDS, erased, everything_in, forget, live, page

Words = dict[str, str]  # what only one thing says of a person, by the kind of it

SAID = {
    "member": "贵宾九级", "identity": "wx-wenjun-77", "preference": "问过玫瑰精油", "consent": "当面念过的条款",
    "note": "试用装起疹子", "line": "嫌味道重",
    "task": "回访她婆婆", "appointment": "孕期护理", "tag": "敏感肌妈妈", "entity": "小名豆豆", "lead": "瑜伽馆介绍",
    "order": "TM20261111", "points": "搬家补偿分", "coupon": "生日八折", "settlement": "误用的八折", "review": "许雯君",
    "lease": "signed-for-hers", "horoscope": "摩羯座", "voucher": "SGV1HERS", "own gift": "signed-own-gift",
    "draft": "半个名字", "deed": "wx-wenjun-old", "load": "快递放门卫",
}  # fmt: skip


@pytest.fixture
def store(shop: Store) -> Store:
    return shop


def everything_of(store: Store, clock: SetClock) -> tuple[Enrolled, Words]:
    """Everything this till may ever hold of a person, done here, told by the hub, or on its way; each has a word of
    its own. What stays as nobody's, or has no word, is known by what stands beside their id in its row.
    """
    new = live(store)
    of = new.member_id
    store.write(apply_page, msgspec.structs.replace(page(*told_by_the_hub(new, clock)), scope="st:west"))
    store.write(lambda work: done_here(work, new))
    store.write(take_back, of)
    store.write(half_a_load, of)
    store.back_up()
    beside = {
        "visit": f"visit-1{of}",
        "gift": f"{of}gift-visit",
        "content_use": f"content-1{of}",
        "high_value": f"{of}545",
    }
    return new, SAID | beside | {"wanted": new.code}


def told_by_the_hub(new: Enrolled, clock: SetClock) -> list[p.Row]:
    """A row of every kind that may name a member, and one of a kind that no till knows yet."""
    rows = {**of_their_profile(new, clock), **of_their_worth(new, clock)}
    ids = {"member": new.member_id}
    return [
        p.Row(op="put", kind=kind, eid=ids.get(kind, f"{kind}-1"), ver=1, body=msgspec.Raw(p.canonical(row)))
        for kind, row in rows.items()
    ]


def of_their_profile(new: Enrolled, clock: SetClock) -> dict[str, Any]:
    """Who they are, what they like and do, and what a store does for them."""
    now, of = clock.now(), {"member_id": new.member_id}
    product = {"product_id": "product-1", "gtin": "06901230010019", "action": "declined", "at": now}
    notes = (p.NoteRow(id="note-1", text=SAID["note"], at=now),)
    lines = (p.LineRow(id="line-1", reason=SAID["line"], **product),)
    return {
        "member": p.MemberRow(
            code=new.code, name="许文君", phone="+8613916882045", wechat=SAID["identity"], tier=SAID["member"]
        ),
        "preference": p.PreferenceRow(facet="other", value=SAID["preference"], sentiment="likes", noted_at=now, **of),
        "consent": p.ConsentRow(purpose="service", granted=True, at=now, text_version=SAID["consent"], **of),
        "visit": p.VisitRow(state="finished", started_at=now, notes=notes, lines=lines, **of),
        "task": e.TaskRow(title=SAID["task"], due="2026-12-01", **of),
        "appointment": s.AppointmentRow(service=SAID["appointment"], starts_at=now, minutes=30, **of),
        "tag": s.TagRow(name=SAID["tag"], family="skin", set_at=now, **of),
        "entity": s.EntityRow(kind="child", noted_at=now, fields={"name": SAID["entity"]}, **of),
        "lead": s.LeadRow(name="许", noted_at=now, note=SAID["lead"], **of),
        "order": s.OrderRow(
            number=SAID["order"], channel="tmall", at=now, title="精华", quantity=1, amount=9900, currency="CNY", **of
        ),
        "review": e.ReviewRow(field="name", kept="许文君", lost=SAID["review"], at=now, **of),
        "content_use": s.ContentUseRow(content_id="content-1", how="store", at=now, **of),
        "horoscope": {"sign": SAID["horoscope"], **of},
    }


def of_their_worth(new: Enrolled, clock: SetClock) -> dict[str, Any]:
    """What they may spend, and have been given."""
    now, of = clock.now(), {"member_id": new.member_id}
    coupon = {"title": SAID["coupon"], "currency": "CNY"}
    return {
        "points": e.PointsRow(amount=50, reason=SAID["points"], at=now, **of),
        "coupon": e.CouponRow(campaign="c", amount=100, valid_until=now, **coupon, **of),
        "settlement": e.SettlementRow(
            coupon_id="another", visit_id="visit-1", reason="terms", state="open", title=SAID["settlement"], value=1,
            currency="CNY", at=now, **of,
        ),
        "lease": e.LeaseRow(
            of="points", object_id=new.member_id, holder="one", amount=50, not_after=now, signed=SAID["lease"]
        ),
        "gift": e.GiftRow(quota_id="quota-1", amount=1, at=now, visit_id="gift-visit", **of),
    }  # fmt: skip


def done_here(work: Work, new: Enrolled) -> None:
    """What this till itself gave, took, counted and asked for, besides what ``live`` does."""
    work.note(
        GiftGiven(
            gift_id="gift-2", quota_id="quota-1", lease_id="lease-2", signed=SAID["own gift"], member_id=new.member_id
        )
    )
    work.note(
        VoucherTaken(
            voucher_id="voucher-1", redemption_id="taking-1", visit_id=new.visit_id or "", code=SAID["voucher"]
        )
    )
    keep_draft(work, "lead", {"name": SAID["draft"]})
    amend(work, new.member_id, wechat=SAID["deed"])
    work.session.add(HighValue(id=new.member_id, score="545", total=9900))
    work.session.add(Wanted(key=new.code, at=work.clock.now()))


def take_back(work: Work, member_id: str) -> None:
    """A deed that could be undone says what stood there before."""
    amend(work, member_id, wechat=None)
    work.remember("amend")


def half_a_load(work: Work, member_id: str) -> None:
    """A snapshot of which the second half has not come yet."""
    part = zstandard.compress(f'{{"member_id":"{member_id}","text":"{SAID["load"]}"}}'.encode())
    size, digest = 2 * len(part), hashlib.sha256(part).hexdigest()
    load = Manifest(scope="st:east", as_of=9, rows=9, sum64="0" * 16, sha256=digest, bytes=size)
    begin_load(work, load)
    keep_part(work, load, 0, part)


def named_in(connection: Connection, table: Table, member_id: str) -> int:
    return connection.scalar(select(func.count()).where(table.c.member_id == member_id)) or 0


def test_each_thing_it_holds_is_found_by_a_word_of_its_own(store: Store, clock: SetClock) -> None:
    new, words = everything_of(store, clock)
    found = everything_in(store, clock)
    assert {kind for kind, word in words.items() if word not in found} == set()
    tables = tables_with("member_id")
    assert [table.name for table in tables if not store.read(named_in, table, new.member_id)] == []
    assert min(count(store, table) for table in (ParkedIn, Load, LoadPart, HighValue, Wanted)) == 1


def test_no_word_of_an_erased_member_is_in_any_page_of_any_file(store: Store, clock: SetClock) -> None:
    new, words = everything_of(store, clock)
    forget(store, erased(new.member_id, clock))
    found = everything_in(store, clock)
    assert {kind for kind, word in words.items() if word in found} == set()
    assert [word for word in WORDS if word in found] == []


def test_no_word_is_left_of_who_was_a_lead_joined_and_was_erased_while_a_till_was_away(
    pair: Pair, office: Office
) -> None:
    till, _ = pair
    till.do(note_lead, NewLead(phone="13800000009", name="周小姐"))
    till.sync()
    east = Sender(office.hub, "east")
    east.send(east.enrolled("m1", phone="+8613800000009"))
    office.hub.erase("m1")
    till.sync()
    assert not any("周小姐".encode() in body for body in till.store.second.read())


def test_what_was_noted_since_its_store_told_a_visit_as_nobodys_goes_too(store: Store, clock: SetClock) -> None:
    """Their erasure stands pages later in another scope."""
    new = live(store)
    store.write(lambda work: work.session.execute(update(Outbox).values(state="accepted")))
    running = store.read(find_running_visit)
    assert running is not None
    told = p.canonical(p.VisitRow(state="open", started_at=clock.now()))
    row = p.Row(op="put", kind="visit", eid=running.id, ver=1, body=msgspec.Raw(told))
    store.write(apply_page, msgspec.structs.replace(page(row), scope="st:1"))
    store.write(note_preference, "other", "怕热")
    store.write(write_note, "下次再来")
    forget(store, erased(new.member_id, clock))
    found = everything_in(store, clock)
    assert [word for word in (*WORDS, "怕热", "下次再来") if word in found] == []
