"""Two pushes at one moment come out as if one had come after the other."""

import threading
import time
from collections.abc import Callable

import msgspec
import pytest
from sqlalchemy import event as listening
from sqlalchemy import select, text

from desktop.rules.code_ids import code_id
from sync.hub.hub import Hub
from sync.hub.statements import is_postgres
from sync.hub.tables import document, event
from sync.hub.verdicts import push
from tests.sync.hub.builders import Sender

ATill = Callable[..., Sender]
PHONE, OTHER = "+8613800138000", "+8613800138001"


def held_up(hub: Hub) -> bool:
    """Whether somebody waits for a lock of PostgreSQL's."""
    with hub.database.read() as connection:
        return bool(connection.scalar(text("SELECT count(*) FROM pg_locks WHERE NOT granted")))


def meanwhile(hub: Hub, one: Sender, first: msgspec.Raw, other: Sender, second: msgspec.Raw) -> None:
    """The second event is pushed while the first is judged, but not yet committed."""
    thread = threading.Thread(target=other.send, args=[second])
    with hub.database.write() as connection:
        push(connection, one.till, one.request(first), hub.clock.now_ms())
        thread.start()
        until = time.monotonic() + 10
        while is_postgres(connection) and thread.is_alive() and not held_up(hub):
            assert time.monotonic() < until
    thread.join()


def test_who_enrols_while_their_member_is_merged_is_the_kept_one(hub: Hub, a_till: ATill) -> None:
    one, other = a_till(), a_till()
    one.send(one.enrolled("m1", code="A", phone=PHONE), one.enrolled("m2", code="B"))
    merging = one.did("MembersMerged", old_id="m1", keep_id="m2")
    meanwhile(hub, one, merging, other, other.enrolled("m3", code="C", phone=PHONE))
    assert other.body("redirect", "m3")["keep"] == "m2"


def test_who_enrols_while_they_are_erased_keeps_their_phone(hub: Hub, a_till: ATill) -> None:
    one, other = a_till(), a_till()
    one.send(one.enrolled("m1", code="A", phone=PHONE))
    erasing = one.did("ErasureRequested", member_id="m1")
    meanwhile(hub, one, erasing, other, other.enrolled("m3", code="C", phone=PHONE))
    assert other.body("member", "m3")["phone"] == PHONE


def test_a_phone_that_is_given_up_and_taken_at_once_leads_to_who_has_it(hub: Hub, a_till: ATill) -> None:
    one, other = a_till(), a_till()
    one.send(one.enrolled("m1", code="A", phone=PHONE))
    moving = one.did("MemberAmended", member_id="m1", fields={"phone": OTHER})
    meanwhile(hub, one, moving, other, other.enrolled("m3", code="C", phone=PHONE))
    one.send(one.enrolled("m4", code="D", phone=PHONE))
    assert one.body("redirect", "m4")["keep"] == "m3"


def is_known(hub: Hub, *words: str) -> bool:
    """Whether the hub still has one of these words."""
    with hub.database.read() as connection:
        bodies = [*connection.scalars(select(document.c.body)), *connection.scalars(select(event.c.body))]
    return any(word in body for word in words for body in bodies)


def test_who_is_merged_while_they_are_erased_is_erased_with_the_kept_one(hub: Hub, a_till: ATill) -> None:
    one, other = a_till(), a_till()
    one.send(one.enrolled("m1", code="A", phone=PHONE), one.enrolled("m2", code="B"))
    merging = one.did("MembersMerged", old_id="m1", keep_id="m2")
    meanwhile(hub, one, merging, other, other.did("ErasureRequested", member_id="m1"))
    assert not is_known(hub, "陈思雨", PHONE)
    assert other.read("dir").keys() == {("erasure", "m1"), ("erasure", "m2")}


def test_who_is_parted_while_they_are_erased_is_erased_alone(hub: Hub, a_till: ATill) -> None:
    one, other = a_till(), a_till()
    one.send(one.enrolled("m1", code="A", phone=PHONE), one.enrolled("m2", code="B", phone=PHONE, name="陈小雨"))
    parting = one.did("MembersSeparated", member_id="m2")
    meanwhile(hub, one, parting, other, other.did("ErasureRequested", member_id="m2"))
    assert not is_known(hub, "陈小雨")
    assert other.read("dir").keys() == {("erasure", "m2"), ("directory", "m1")}


@pytest.mark.parametrize("known", [(), ("m2",)], ids=["new", "known by their phone"])
@pytest.mark.parametrize("told", [("enrolled", "erased"), ("erased", "enrolled")], ids=" before ".join)
def test_who_enrols_while_an_id_unheard_of_is_erased_is_erased(
    hub: Hub, a_till: ATill, known: tuple[str, ...], told: tuple[str, ...]
) -> None:
    one, other = a_till(), a_till()
    one.send(*(one.enrolled(each, code="B", phone=PHONE) for each in known))
    deeds = {
        "enrolled": one.enrolled("m1", code="A", phone=PHONE, name="陈小雨"),
        "erased": other.did("ErasureRequested", member_id="m1"),
    }
    sides = {"enrolled": one, "erased": other}
    first, second = told
    meanwhile(hub, sides[first], deeds[first], sides[second], deeds[second])
    assert not is_known(hub, "陈小雨")
    assert ("erasure", "m1") in other.read("dir")


def test_who_enrols_while_they_are_noted_as_a_lead_has_joined(hub: Hub, a_till: ATill) -> None:
    one, other = a_till("west"), a_till("east")
    noting = other.did("LeadNoted", lead_id="l1", name="周小姐", phone=PHONE)
    meanwhile(hub, one, one.enrolled("m1", code="A", phone=PHONE), other, noting)
    assert other.body("lead", "l1")["state"] == "joined"


def test_a_code_taught_at_once_as_a_card_and_as_a_products_is_one_of_both(hub: Hub, a_till: ATill) -> None:
    one, other = a_till("west"), a_till("east")
    one.send(one.enrolled("m1", code="A"))
    card = one.did("CardTaught", member_id="m1", card="TM-1")
    meanwhile(hub, one, card, other, other.did("CodeTaught", code_id=code_id("TM-1"), code="TM-1", product_id="p1"))
    assert "TM-1" in one.body("member", "m1")["cards"]
    assert ("code", code_id("TM-1")) not in other.read("cat")


def test_tills_that_share_nobody_are_never_in_each_others_way(hub: Hub, a_till: ATill) -> None:
    """Their members get other phones, and what they had before is looked up one by one."""
    tills, in_the_way = [a_till(f"s{each}") for each in range(6)], []
    listening.listen(hub.database.engine, "handle_error", lambda context: in_the_way.append(context.original_exception))
    for each, till in enumerate(tills):
        till.send(*(till.enrolled(f"m{each}-{n}", code=f"C{each}-{n}", phone=phone(each, n)) for n in range(20)))

    def change_phones(each: int, till: Sender) -> None:
        for turn in range(1, 7):
            phones = [(f"m{each}-{n}", phone(each, n, turn)) for n in range(20)]
            till.send(*(till.did("MemberAmended", member_id=who, fields={"phone": new}) for who, new in phones))

    threads = [threading.Thread(target=change_phones, args=each) for each in enumerate(tills)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert in_the_way == []


def phone(till: int, member: int, turn: int = 0) -> str:
    return f"+86139{till:02}{turn:03}{member:03}"


def test_what_is_parked_while_its_member_is_erased_is_judged_and_forgotten(hub: Hub, a_till: ATill) -> None:
    one, other = a_till(), a_till()
    said = other.did("TaskOpened", task_id="t1", member_id="mx", title="敏感肌", due="2026-12-01")
    thread = threading.Thread(target=other.send, args=[said])

    def push_first(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if statement.startswith("UPDATE event SET body") and not thread.ident:
            thread.start()
            thread.join()

    def push_meanwhile(_connection: object) -> None:
        if not thread.ident:
            thread.start()

    postgres = hub.database.engine.dialect.name == "postgresql"  # SQLite has one writer: the other waits for it
    moment = ("before_cursor_execute", push_first) if postgres else ("commit", push_meanwhile)
    listening.listen(hub.database.engine, *moment)
    one.send(one.did("ErasureRequested", member_id="mx"))
    listening.remove(hub.database.engine, *moment)
    thread.join()
    hub.settle()
    with hub.database.read() as connection:
        row = connection.execute(select(event).where(event.c.kind == "TaskOpened")).one()
    assert (row.verdict, row.code, row.body) == ("rejected", "erased", "")
