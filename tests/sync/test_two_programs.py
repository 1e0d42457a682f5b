"""Two programs that sync one till at the same time: what one of them does late undoes nothing of the other's."""

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, select

from desktop.data.exchange import Cursor, LoadPart, Outbox
from desktop.data.members import Identity, Member, Preference
from desktop.data.requests import Request
from desktop.events import MemberAmended
from desktop.services.guests import want_profile
from desktop.services.members import Application, amend, enrol
from desktop.services.preferences import withdraw_preference
from desktop.services.privacy import make_request
from desktop.services.visits import finish_visit, serve
from desktop.store import Store
from sync.exchange import Exchange
from sync.forgetting import confirm_forgotten, find_forgotten
from sync.hub.hub import Hub
from sync.loading import _part
from sync.loads import MemberRequest, SnapshotRequest, SnapshotsRequest
from sync.privacy_rows import ErasureQuestion
from sync.protocol import Message, PullRequest, PushRequest
from sync.till import open_store
from tests.clock import SetClock
from tests.sync.hub.builders import Sender
from tests.sync.hub.rights import Office
from tests.sync.near_hub import PEOPLE, Carrier, Killed, count, rounds
from tests.sync.quiet import PHONE, Pair, QuietTill, together
from tests.sync.test_forgetting import everything_in
from tests.sync.test_merges import merge


class Program:
    """A round of a program whose messages go when they are told to. ``asks``: the one that it has to send next."""

    def __init__(self, data: Any, hub: Hub, ticket: str | None = None) -> None:
        self.carry = Carrier(hub, data)
        self._talk = Exchange(data, url="quiet", ticket=ticket).round()
        self.asks: Message | None = next(self._talk)

    def until(self, kind: type[Message]) -> None:
        """Go on until it asks for this."""
        while self.asks is not None and not isinstance(self.asks, kind):
            self.hear(self.carry(self.asks))
        assert self.asks is not None

    def hear(self, reply: Message) -> None:
        """An answer comes."""
        self.asks = None
        with suppress(StopIteration):
            self.asks = self._talk.send(reply)

    def end(self) -> None:
        """All the rest of the round."""
        while self.asks is not None:
            self.hear(self.carry(self.asks))


class Meanwhile:
    """A till's data; before something is read or written for the first time, something else happens."""

    def __init__(self, store: Store, first: Callable[..., Any], happens: Callable[[], None]) -> None:
        self._store, self._first, self._happens = store, first, happens
        self.clock, self.cleanse = store.clock, store.cleanse

    def read(self, query: Callable[..., Any], *args: Any) -> Any:
        self._look(query)
        return self._store.read(query, *args)

    def write(self, operation: Callable[..., Any], *args: Any) -> Any:
        self._look(operation)
        return self._store.write(operation, *args)

    def _look(self, what: Callable[..., Any]) -> None:
        if what is self._first:
            self._first = die
            self._happens()


def die() -> None:
    raise Killed


@pytest.fixture
def twin(pair: Pair) -> Iterator[Store]:
    """The first till, opened by another program."""
    twin = open_store(pair[0].store.home, pair[0].clock)
    yield twin
    twin.close()


@pytest.fixture
def programs(large_hub: Hub, store: Store) -> Iterator[tuple[Program, Program]]:
    """Two of a new till that is to load a long directory, which is packed already."""
    twin = open_store(store.home, SetClock(seed=1))
    large_hub.snapshots.manifests("west")
    large_hub.snapshots.wait()
    one = Program(store, large_hub, ticket=large_hub.issue_ticket("west"))
    one.until(SnapshotsRequest)
    yield one, Program(twin, large_hub)
    twin.close()


@contextmanager
def a_full_disk_under_the_journal(home: Path) -> Iterator[None]:
    day = max(home.glob("journal/*.sgj"))
    kept = day.rename(day.with_suffix(".kept"))
    day.symlink_to("/dev/full")
    yield
    kept.replace(day)


def whose(connection: Connection, phone: str) -> str:
    return connection.scalars(select(Identity.member_id).where(Identity.value == "+86" + phone)).one()


def name_of(connection: Connection, member_id: str) -> str:
    return connection.scalars(select(Member.name).where(Member.id == member_id)).one()


def members(connection: Connection) -> list[str]:
    return sorted(connection.scalars(select(Member.id)))


def receipts(connection: Connection) -> list[str]:
    told = select(Outbox.row_id).where(Outbox.kind == "ErasureCarriedOut")
    return list(connection.scalars(told.order_by(Outbox.n)))


def directory(connection: Connection) -> tuple[int, int]:
    return tuple(connection.execute(select(Cursor.seq, Cursor.reading).where(Cursor.scope == "dir")).one())


def test_both_may_begin_a_first_load(large_hub: Hub, store: Store, programs: tuple[Program, Program]) -> None:
    one, two = programs
    two.until(SnapshotsRequest)
    one.until(SnapshotRequest)
    one.hear(one.carry(one.asks))
    assert count(store, LoadPart) == 1
    two.end()
    rounds(store, Carrier(large_hub, store))
    assert store.read(directory) == (PEOPLE, 0)
    assert count(store, Member) == PEOPLE


def test_one_may_look_at_a_file_while_the_other_lays_it(
    large_hub: Hub, store: Store, programs: tuple[Program, Program]
) -> None:
    _, two = programs
    slow = Program(Meanwhile(store, _part, two.end), large_hub)
    slow.until(SnapshotRequest)
    two.until(SnapshotRequest)
    slow.end()
    assert store.read(directory) == (PEOPLE, 0)


def refused_meanwhile(till: QuietTill, office: Office, member: str) -> tuple[Program, Message]:
    """A round, and the answer that it has not heard: they cannot have the phone of another."""
    till.do(lambda work: work.note(MemberAmended(member_id=member, fields={"phone": "+8613800000001"})))
    one = Program(till.store, office.hub)
    one.until(PushRequest)
    return one, one.carry(one.asks)


def test_a_late_answer_puts_nothing_old_over_what_the_other_has_read(pair: Pair, twin: Store, office: Office) -> None:
    till, neighbour = pair
    office.member("13800000001", "west")
    together(till, neighbour)
    member = till.read(whose, PHONE)
    two = Program(twin, office.hub)
    two.until(PullRequest)
    one, refusal = refused_meanwhile(till, office, member)
    neighbour.do(
        lambda work: work.note(MemberAmended(member_id=member, fields={"name": "许文"}, base={"name": "许女士"}))
    )
    neighbour.sync()
    two.end()
    one.hear(refusal)
    one.end()
    assert till.read(name_of, member) == neighbour.read(name_of, member) == "许文"


def test_a_late_answer_brings_nobody_back_who_was_merged(pair: Pair, twin: Store, office: Office) -> None:
    till, neighbour = pair
    office.member("13800000001", "west")
    together(till, neighbour)
    member, other = till.read(whose, PHONE), till.read(whose, "13800000001")
    two = Program(twin, office.hub)
    two.until(PullRequest)
    one, refusal = refused_meanwhile(till, office, member)
    neighbour.do(merge, member, other)
    neighbour.sync()
    two.end()
    one.hear(refusal)
    one.end()
    assert till.read(members) == [other]


def test_a_late_answer_takes_nothing_away_that_the_other_has_read(pair: Pair, twin: Store, office: Office) -> None:
    till, neighbour = pair
    east = Sender(office.hub, "east")
    liked = {"preference_id": "p1", "visit_id": None, "facet": "skin", "value": "干性"}
    east.send(east.enrolled("guest"), east.did("PreferenceNoted", member_id="guest", **liked))
    together(till, neighbour)
    till.do(want_profile, "guest")
    till.sync()
    two = Program(twin, office.hub)
    two.until(PullRequest)
    till.do(withdraw_preference, "p1")
    one = Program(till.store, office.hub)
    one.until(PushRequest)
    refusal = one.carry(one.asks)
    neighbour.do(serve, "guest")
    neighbour.sync()
    two.end()
    one.hear(refusal)
    one.end()
    assert [code for _, code in till.refusals()] == ["wrong_store"]
    assert count(till.store, Preference, Preference.withdrawn.is_(False)) == 1


def test_what_the_other_has_read_stays_though_the_deed_was_still_waiting_here(
    pair: Pair, twin: Store, office: Office
) -> None:
    till, neighbour = pair
    member = till.read(whose, PHONE)
    two = Program(twin, office.hub)
    two.until(PullRequest)
    till.do(amend, member, name="许小姐")
    one = Program(till.store, office.hub)
    one.until(PushRequest)
    accepted = one.carry(one.asks)
    neighbour.sync()
    neighbour.do(amend, member, name="许文")
    neighbour.sync()
    two.end()
    one.hear(accepted)
    one.end()
    assert till.read(name_of, member) == neighbour.read(name_of, member) == "许文"


def test_a_late_profile_brings_nobody_back_who_was_erased(pair: Pair, twin: Store, office: Office) -> None:
    till, _ = pair
    east = Sender(office.hub, "east")
    east.send(east.enrolled("guest", phone="+8613700000009"))
    till.sync()
    till.do(want_profile, "guest")
    one, two = Program(till.store, office.hub), Program(twin, office.hub)
    one.until(MemberRequest)
    profile = one.carry(one.asks)
    office.hub.erase("guest")
    two.end()
    one.hear(profile)
    one.end()
    assert count(till.store, Member, Member.id == "guest") == 0


def test_how_far_an_erasure_is_may_be_heard_when_the_request_has_gone(pair: Pair, twin: Store, office: Office) -> None:
    """The other has moved the till to another store meanwhile."""
    till, _ = pair
    till.do(make_request, till.read(whose, PHONE), "erasure")
    one = Program(till.store, office.hub)
    one.until(ErasureQuestion)
    progress = one.carry(one.asks)
    office.hub.revoke(till.device)
    rounds(twin, Carrier(office.hub, twin), ticket=office.hub.issue_ticket("east"))
    assert count(till.store, Request) == 0
    one.hear(progress)


def test_nobody_is_told_forgotten_whom_the_files_still_hold(pair: Pair, twin: Store, office: Office) -> None:
    """While one cleans the files of a member, the other hears of a second, and is killed before it cleans them too."""
    till, neighbour = pair
    till.do(enrol, Application(phone="13800000007", name="沈先生", consents=("service",)))
    till.do(finish_visit)
    together(till, neighbour)
    first, second = till.read(whose, PHONE), till.read(whose, "13800000007")

    def hear_of_the_second() -> None:
        office.hub.erase(second)
        with suppress(Killed):
            Program(Meanwhile(twin, find_forgotten, die), office.hub).end()

    office.hub.erase(first)
    Program(Meanwhile(till.store, confirm_forgotten, hear_of_the_second), office.hub).end()
    assert any(second.encode() in body for body in till.store.second.read())
    assert till.read(receipts) == [first]
    Program(till.store, office.hub).end()
    assert not any(b"MemberEnrolled" in body for body in till.store.second.read())
    assert till.read(receipts) == [first, second]


@pytest.mark.parametrize("last", ["a deed", "its end", "the last backup"])
def test_what_one_could_not_write_twice_is_not_written_of_who_was_erased_since(
    pair: Pair, twin: Store, office: Office, last: str
) -> None:
    till, _ = pair
    till.store.back_up()
    with a_full_disk_under_the_journal(till.store.home):
        twin.write(enrol, Application(phone="13800000007", name="沈先生", consents=("service",)))
    till.sync()
    office.hub.erase(till.read(whose, "13800000007"))
    till.sync()
    if last == "the last backup":
        till.store.close()
        till.store.vault.path.unlink()
        open_store(till.store.home, till.clock).close()
    if last != "its end":
        twin.write(want_profile, "guest")
    twin.close()
    found = everything_in(till.store, till.clock)
    assert "沈先生" not in found
    assert "13800000007" not in found


@pytest.mark.parametrize("lies_there", ["nothing", "the last backup"])
def test_what_one_could_not_write_twice_outlives_the_file_it_was_in(pair: Pair, twin: Store, lies_there: str) -> None:
    till, _ = pair
    till.store.back_up()
    with a_full_disk_under_the_journal(till.store.home):
        twin.write(enrol, Application(phone="13800000007", name="沈先生", consents=("service",)))
    till.store.close()
    for path in till.store.home.glob("till.db*"):
        path.unlink()
    if lies_there == "the last backup":
        open_store(till.store.home, till.clock).close()
    twin.close()
    with closing(open_store(till.store.home, till.clock)) as store:
        assert store.read(whose, "13800000007")
        assert store.read(whose, PHONE)
