"""The feed: dense under any crowd, seen only by those who may, and true to its checksum."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import Connection

from sync.hub.archive import Archive
from sync.hub.documents import Document, Documents
from sync.hub.feed import publish
from sync.hub.hub import Hub
from sync.hub.problems import HubProblem
from sync.hub.pull import Cursor
from sync.protocol import ProductRow, StoreRow
from tests.sync.hub.builders import Sender

ATill = Callable[..., Sender]
PUSHERS, ROUNDS = 8, 6


class PulledOut(Exception):
    """Somebody pulled the plug."""


def test_the_feed_is_dense_under_eight_pushers_and_rollbacks(hub: Hub, a_till: ATill) -> None:
    tills = [a_till("west" if number % 2 else "east") for number in range(PUSHERS)]
    start = threading.Barrier(PUSHERS)

    def work(number: int) -> None:
        till = tills[number]
        start.wait()
        for step in range(ROUNDS):
            name = f"{number}-{step}"
            till.send(
                till.enrolled(f"m{name}", phone=f"+861390000{step:04}"),
                till.did("VisitOpened", visit_id=f"v{name}", member_id=f"m{name}"),
                till.line(f"v{name}", f"l{name}"),
            )
            with pytest.raises(PulledOut):
                hub.database.retry(lambda connection, name=name: _publish_and_fail(connection, name))

    with ThreadPoolExecutor(PUSHERS) as crowd:
        list(crowd.map(work, range(PUSHERS)))
    rows = tills[0].own() | tills[1].own()  # reading checks that nothing is missing and the sum is right
    assert sum(kind == "member" for kind, _ in rows) == ROUNDS  # one for each phone, whoever was first
    assert sum(kind == "visit" for kind, _ in rows) == PUSHERS * ROUNDS
    assert len(tills[0].read("dir")) == PUSHERS * ROUNDS
    assert tills[0].read("cat") == {}


def test_pushes_about_one_member_lose_no_word(a_till: ATill) -> None:
    tills = [a_till(store) for store in ("west", "east", "north", "south")]
    tills[0].send(tills[0].enrolled("m1"))
    start = threading.Barrier(len(tills))

    def work(till: Sender) -> None:
        start.wait()
        for step in range(5):
            name = f"{till.store}-{step}"
            till.send(till.did("VisitOpened", visit_id=name, member_id="m1"), till.line(name, f"l-{name}"))

    with ThreadPoolExecutor(len(tills)) as crowd:
        list(crowd.map(work, tills))
    seen = [{key for key in till.own() if key[0] == "visit"} for till in tills]
    assert seen == [{("visit", f"{till.store}-{step}") for till in tills for step in range(5)}] * len(tills)


def test_a_page_continues_where_the_last_one_ended(till: Sender) -> None:
    till.send(*[till.enrolled(f"m{each}") for each in range(7)])
    assert till.read("dir", limit=3).keys() == {("directory", f"m{each}") for each in range(7)}


def test_a_row_is_told_as_it_is_now(till: Sender) -> None:
    till.send(till.enrolled("m1", name="一"))
    till.send(till.did("MemberAmended", member_id="m1", fields={"name": "二"}))
    rows = till.hub.pull(till.till, [Cursor("st:west", 0)], 1000).pages[0].rows
    assert [row.ver for row in rows] == [2, 2]
    assert rows[0].body == rows[1].body


def test_an_answer_names_only_feeds_its_till_can_read(a_till: ATill) -> None:
    west, east = a_till("west"), a_till("east")
    west.send(west.enrolled("m1"))
    answer = east.send(east.did("VisitOpened", visit_id="v1", member_id="m1")).verdicts[0]
    assert answer.at.keys() == {"dir", "st:east"}
    assert answer.at["st:east"] == max(row.seq for key, row in east.own().items() if key[0] != "directory")


@pytest.mark.parametrize("scope", ["st:east", "dv:somebody", "st:", "everything", "st:west' OR 1=1"])
def test_another_stores_scope_is_refused(till: Sender, scope: str) -> None:
    with pytest.raises(HubProblem, match="wrong_store"):
        till.hub.pull(till.till, [Cursor("dir", 0), Cursor(scope, 0)], 10)


def test_a_cursor_ahead_of_the_hub_is_told_so(till: Sender) -> None:
    with pytest.raises(HubProblem, match="cursor_ahead"):
        till.hub.pull(till.till, [Cursor("dir", 1)], 10)


def test_a_large_page_is_cut_but_never_empty(till: Sender) -> None:
    for visit in range(4):
        till.send(
            till.did("VisitOpened", visit_id=f"v{visit}", member_id=None),
            *[
                till.did("NoteWritten", visit_id=f"v{visit}", note_id=f"n{each}", text="字" * 2000)
                for each in range(100)
            ],
        )
    page = till.hub.pull(till.till, [Cursor("st:west", 0)], 1000).pages[0]
    assert (page.more, len(page.rows)) == (True, 2)  # the second passes 1 MiB
    assert len(till.own()) == 4


def test_what_headquarters_says_reaches_every_till(hub: Hub, till: Sender) -> None:
    with hub.database.write() as connection:
        documents = Documents(Archive(connection))
        documents.put(Document("west", StoreRow(name="西湖店")))
        documents.put(Document("p1", ProductRow(name="面霜", gtins=("06901234567892",))))
        documents.keep()
        publish(connection, documents)
    assert till.read("cfg").keys() == {("store", "west")}
    assert till.read("cat").keys() == {("product", "p1")}


def _publish_and_fail(connection: Connection, name: str) -> None:
    documents = Documents(Archive(connection))
    documents.put(Document(f"p{name}", ProductRow(name=name, gtins=())))
    documents.keep()
    publish(connection, documents)
    raise PulledOut
