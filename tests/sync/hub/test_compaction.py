"""A feed may forget what is told again further on, and nobody misses anything by it."""

from collections.abc import Callable

import msgspec
from sqlalchemy import func, select

from sync.hub.hub import Hub
from sync.hub.pull import Cursor
from sync.hub.tables import feed
from sync.protocol import Page, row_hash, sum_text
from tests.sync.hub.builders import Sender, SteadyClock

Rows = dict[tuple[str, str], int]


def rename(till: Sender, clock: SteadyClock, times: int) -> None:
    """One member gets another name, again and again."""
    for number in range(times):
        clock.forward(minutes=1)
        till.send(till.did("MemberAmended", member_id="m1", fields={"name": f"林{number}"}))


def page_of(till: Sender, seq: int, limit: int = 1000) -> Page:
    return till.hub.pull(till.till, [Cursor("dir", seq)], limit).pages[0]


def take(held: Rows, page: Page) -> Rows:
    """What a reader holds after a page whose numbers are all accounted for."""
    assert len(page.rows) + page.compacted == page.to - page.from_
    gone = {(row.kind, row.eid) for row in page.rows if row.op == "del"}
    now = held | {(row.kind, row.eid): row.ver for row in page.rows if row.op == "put"}
    return {key: ver for key, ver in now.items() if key not in gone}


def total(held: Rows) -> str:
    return sum_text(sum(row_hash(*key, ver) for key, ver in held.items()))


def test_the_feed_keeps_the_newest_pointer_of_each_row(
    hub: Hub, a_till: Callable[..., Sender], hub_clock: SteadyClock
) -> None:
    till = a_till()
    till.send(till.enrolled("m1"), till.enrolled("m2"))
    rename(till, hub_clock, 5)
    assert hub.compact() > 0
    page = page_of(till, 0)
    assert [row.eid for row in page.rows] == ["m2", "m1"]
    assert page.compacted == 5
    assert total(take({}, page)) == page.sum64
    assert hub.compact() == 0


def test_a_reader_in_the_middle_misses_nothing(hub: Hub, a_till: Callable[..., Sender], hub_clock: SteadyClock) -> None:
    till = a_till()
    till.send(till.enrolled("m1"), till.enrolled("m2"), till.enrolled("m3"))
    rename(till, hub_clock, 3)
    held, seq = {}, 0
    while True:
        page = page_of(till, seq, limit=1)
        held, seq = take(held, page), page.to
        if not page.more:
            break
        hub.compact()
        if seq < 5:
            rename(till, hub_clock, 1)
    assert total(held) == page.sum64


def test_redirects_and_erasures_are_kept_for_ever(
    hub: Hub, a_till: Callable[..., Sender], hub_clock: SteadyClock
) -> None:
    till = a_till()
    till.send(till.enrolled("m1", phone="+8613800138000"), till.enrolled("m2", phone="+8613800138000"))
    hub_clock.forward(minutes=1)
    till.send(till.did("ErasureRequested", member_id="m1"))
    kept = select(func.count()).where(feed.c.kind.in_(("redirect", "erasure")))
    with hub.database.read() as connection:
        before = connection.scalar(kept)
    hub.compact()
    with hub.database.read() as connection:
        assert connection.scalar(kept) == before
    assert before


def test_who_was_looked_up_is_told_whole_and_written_down(hub: Hub, a_till: Callable[..., Sender]) -> None:
    west, east = a_till("west"), a_till("east")
    west.send(
        west.enrolled("m1", code="SGM1CARD"),
        west.did("VisitOpened", visit_id="v1", member_id="m1"),
        west.did("PreferenceNoted", preference_id="p1", member_id="m1", visit_id="v1", facet="skin", value="干性"),
    )
    for key in ("m1", "SGM1CARD"):
        told = hub.look_up(east.till, key).rows
        assert {row.kind for row in told} >= {"member", "visit", "preference"}
        assert msgspec.json.decode(told[0].body)["code"] == "SGM1CARD"
    assert hub.look_up(east.till, "nobody").rows == []
    hub.erase("m1")
    assert hub.look_up(east.till, "m1").rows == []
