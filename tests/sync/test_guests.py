"""What was fetched of a member of another store goes with them, and says nothing that the directory does not."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec import Raw
from sqlalchemy import Connection, select

from desktop.data.exchange import ParkedIn, Wanted
from desktop.data.members import Identity, Member, Preference, Redirect
from desktop.data.visits import Visit
from desktop.services.guests import STAY, forget_guests, want_profile
from desktop.services.visits import finish_visit, serve
from sync.guests import lay_guest
from sync.hub.hub import Hub
from sync.hub.restore import back_up
from sync.loads import MemberRequest
from sync.protocol import Row
from sync.till import open_store
from tests.clock import SetClock
from tests.sync.hub.builders import Sender
from tests.sync.hub.rights import Office
from tests.sync.near_hub import Carrier, count
from tests.sync.quiet import PHONE, NewTill, QuietTill, SharedClock
from tests.sync.test_moving import move
from tests.sync.test_two_programs import Program


@pytest.fixture
def till(quiet_till: NewTill) -> QuietTill:
    """Of the store west."""
    return quiet_till("one")


@pytest.fixture
def east(office: Office) -> Sender:
    return Sender(office.hub, "east")


@pytest.fixture
def beside(till: QuietTill, office: Office) -> Iterator[Program]:
    """A round of another program of the till."""
    twin = open_store(till.store.home, till.clock)
    yield Program(twin, office.hub)
    twin.close()


def enrol_one(east: Sender, member_id: str = "m1") -> None:
    """Who has a card, a phone, and likes something."""
    east.send(
        east.enrolled(member_id, phone="+8613700000001", card="88"),
        east.did("PreferenceNoted", preference_id="p1", member_id=member_id, visit_id=None, facet="skin", value="干性"),
    )


def enrol_two(east: Sender) -> None:
    enrol_one(east)
    east.send(east.enrolled("m2"))


def merge(east: Sender) -> None:
    east.send(east.did("MembersMerged", old_id="m1", keep_id="m2"))


def separate(east: Sender) -> None:
    east.send(east.did("MembersSeparated", member_id="m1"))


def fetch(till: QuietTill, member_id: str) -> None:
    till.sync()
    till.do(want_profile, member_id)
    till.sync()
    assert count(till.store, Preference) == 1


def asking(till: QuietTill, hub: Hub, key: str) -> Program:
    """A round that is about to ask for a profile."""
    till.do(want_profile, key)
    program = Program(till.store, hub)
    program.until(MemberRequest)
    return program


def come_back(till: QuietTill, office: Office, backup: Path, clock: SetClock) -> None:
    """The hub does, from a backup."""
    till.carrier = Carrier(office.restore(backup, SharedClock(clock)), till.store)
    till.sync()
    till.sync()


def names(connection: Connection) -> dict[str, str]:
    return {row.id: row.name for row in connection.execute(select(Member.id, Member.name))}


def test_of_who_leaves_the_store_it_keeps_neither_tier_nor_when_they_came(office: Office, till: QuietTill) -> None:
    west = Sender(office.hub, "west")
    west.send(west.enrolled("m1", phone=f"+86{PHONE}"), west.did("VisitOpened", visit_id="v1", member_id="m1"))
    office.tier(PHONE, "gold")
    till.sync()
    assert count(till.store, Member, Member.tier == "gold", Member.seen_at.is_not(None)) == 1
    move(till, office.hub, "east")
    assert count(till.store, Member, Member.tier.is_(None), Member.seen_at.is_(None)) == 1


def test_what_was_done_for_a_guest_stays_though_no_page_has_brought_it_yet(
    office: Office, till: QuietTill, east: Sender
) -> None:
    enrol_one(east)
    fetch(till, "m1")
    till.do(serve, "m1")
    till.do(finish_visit)
    till.tell()
    till.clock.forward(days=STAY.days + 1)
    till.store.write(forget_guests)
    assert (count(till.store, Visit), count(till.store, Preference)) == (1, 0)


def test_a_fetched_profile_stays_with_nobody_whom_its_member_was_merged_into(till: QuietTill, east: Sender) -> None:
    enrol_two(east)
    fetch(till, "m1")
    merge(east)
    till.sync()
    assert count(till.store, Preference) == count(till.store, Identity, Identity.kind != "code") == 0
    assert till.read(names).keys() == {"m2"}


def test_a_profile_that_was_fetched_of_two_as_of_one_is_not_that_of_either(till: QuietTill, east: Sender) -> None:
    enrol_two(east)
    merge(east)
    fetch(till, "m2")
    separate(east)
    till.sync()
    assert count(till.store, Preference) == count(till.store, Identity, Identity.kind != "code") == 0
    assert till.read(names).keys() == {"m1", "m2"}


def test_who_becomes_the_stores_own_has_nothing_that_only_a_fetched_profile_told(
    office: Office, till: QuietTill, east: Sender
) -> None:
    """The merge was heard of, and undone, between two readings."""
    west = Sender(office.hub, "west")
    enrol_two(east)
    till.sync()
    one = asking(till, office.hub, "m2")
    merge(east)
    profile = one.carry(one.asks)
    separate(east)
    west.send(west.did("VisitOpened", visit_id="v1", member_id="m2"))
    one.hear(profile)
    one.end()
    assert count(till.store, Member, Member.full) == 1
    assert count(till.store, Preference) == 0


def test_a_fetched_profile_goes_with_whom_a_restored_hub_has_lost(
    office: Office, till: QuietTill, east: Sender, tmp_path: Path, clock: SetClock
) -> None:
    back_up(office.url, tmp_path / "backup.db")
    enrol_one(east)
    fetch(till, "m1")
    come_back(till, office, tmp_path / "backup.db", clock)
    assert count(till.store, Preference) == count(till.store, Member) == 0


def test_a_profile_of_whom_the_hub_has_lost_goes_though_no_page_told_of_them(
    office: Office, till: QuietTill, east: Sender, tmp_path: Path, clock: SetClock
) -> None:
    back_up(office.url, tmp_path / "backup.db")
    one = asking(till, office.hub, "code-m1")
    enrol_one(east)
    one.hear(one.carry(one.asks))
    assert count(till.store, Preference) == 1
    come_back(till, office, tmp_path / "backup.db", clock)
    assert count(till.store, Preference) == count(till.store, Member) == count(till.store, Identity) == 0


def test_a_merge_that_only_a_profile_told_of_is_not_for_ever(
    office: Office, till: QuietTill, east: Sender, tmp_path: Path, clock: SetClock
) -> None:
    enrol_two(east)
    till.sync()
    back_up(office.url, tmp_path / "backup.db")
    one = asking(till, office.hub, "m1")
    merge(east)
    one.hear(one.carry(one.asks))
    come_back(till, office, tmp_path / "backup.db", clock)
    assert count(till.store, Redirect) == 0
    clock.forward(days=STAY.days + 1)
    till.sync()
    assert count(till.store, Identity) == count(till.store, Member, Member.full.is_(False)) == 2


def test_a_late_profile_calls_nobody_as_they_were_called_before(
    office: Office, till: QuietTill, east: Sender, beside: Program
) -> None:
    enrol_one(east)
    till.sync()
    one = asking(till, office.hub, "m1")
    profile = one.carry(one.asks)
    east.send(east.did("MemberAmended", member_id="m1", fields={"name": "许文"}))
    beside.end()
    one.hear(profile)
    assert till.read(names) == {"m1": "许文"}
    one.end()
    till.sync()
    assert till.read(names) == {"m1": "许文"}
    assert (count(till.store, Preference), count(till.store, Wanted)) == (1, 0), "it was asked for again"


def test_a_late_profile_brings_nobody_back_who_was_merged(
    office: Office, till: QuietTill, east: Sender, beside: Program
) -> None:
    enrol_two(east)
    till.sync()
    one = asking(till, office.hub, "m1")
    profile = one.carry(one.asks)
    merge(east)
    beside.end()
    one.hear(profile)
    one.end()
    till.sync()
    assert till.read(names).keys() == {"m2"}


def test_a_late_profile_says_nothing_of_who_is_the_stores_own_by_then(
    office: Office, till: QuietTill, east: Sender, beside: Program
) -> None:
    west = Sender(office.hub, "west")
    enrol_one(east)
    till.sync()
    one = asking(till, office.hub, "m1")
    profile = one.carry(one.asks)
    west.send(
        west.did("VisitOpened", visit_id="v1", member_id="m1"),
        west.did("PreferenceWithdrawn", preference_id="p1"),
    )
    beside.end()
    one.hear(profile)
    one.end()
    assert count(till.store, Preference, Preference.withdrawn) == 1


@pytest.mark.parametrize("kind", ["preference", "something new"])
def test_of_a_profile_nothing_is_kept_for_a_newer_program(till: QuietTill, east: Sender, kind: str) -> None:
    """It would come to light when the guest is forgotten long ago."""
    enrol_one(east)
    till.sync()
    whole = Row(op="put", kind="member", eid="m1", ver=1, body=Raw(b'{"code": "code-m1", "name": "Lin"}'))
    till.store.write(lay_guest, "m1", [whole, Row(op="put", kind=kind, eid="p9", ver=1, body=Raw(b'{"said": 1}'))])
    assert count(till.store, Member, Member.full) == 1
    assert count(till.store, ParkedIn) == 0
