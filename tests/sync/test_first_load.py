"""A till that begins has everything soon, works meanwhile, and loses nothing to a cut or a kill."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, select

from desktop.clock import from_milliseconds
from desktop.data.exchange import Cursor, Erasure, Load, LoadPart, Outbox
from desktop.data.members import Member
from desktop.data.visits import Visit
from desktop.errors import NotNow
from desktop.services.coupons import give_gift
from desktop.services.members import Application, enrol
from desktop.services.visits import serve
from desktop.store import Store
from desktop.views.till import find_loading
from sync.apply import apply_verdicts
from sync.exchange import Exchange
from sync.failures import HubRefused, HubUnreachable
from sync.hub.hub import Hub
from sync.hub.tables import meta
from sync.loading import begin_load, finish_load, lay_rows
from sync.loads import Manifest, SnapshotPart, SnapshotRequest
from sync.protocol import Answer, Message, PushReply, sum_text
from tests.clock import SetClock
from tests.sync.hub.builders import Sender
from tests.sync.hub.rights import Office
from tests.sync.near_hub import PEOPLE, WIDEST_PART, Carrier, Killed, count, may_read, rounds
from tests.sync.quiet import QuietTill, leases
from tests.sync.test_moving import CutShort


@pytest.fixture
def hub(large_hub: Hub) -> Hub:
    return large_hub


class Dying:
    """A till's data, until the program is killed at the n-th step of laying rows."""

    def __init__(self, store: Store, step: int) -> None:
        self._store, self._left, self.clock = store, step, store.clock

    def read(self, query: Callable[..., Any], *args: Any) -> Any:
        return self._store.read(query, *args)

    def write(self, operation: Callable[..., Any], *args: Any) -> Any:
        if operation is lay_rows:
            self._left -= 1
            if not self._left:
                raise Killed
        return self._store.write(operation, *args)


class Cut(Carrier):
    """The line is cut at the second part of the snapshot, once."""

    cuts = 1

    def __call__(self, message: Message) -> Message:
        if isinstance(message, SnapshotRequest) and message.start and self.cuts:
            self.cuts -= 1
            raise HubUnreachable("cut")
        return super().__call__(message)


class Garbling(Carrier):
    """Somebody on the line changes a byte of every snapshot."""

    def __call__(self, message: Message) -> Message:
        answer = super().__call__(message)
        if isinstance(answer, SnapshotPart):
            return SnapshotPart(body=answer.body[:-1] + bytes([answer.body[-1] ^ 1]))
        return answer


class Short(Carrier):
    """The hub's file ends too early: it refuses what lies beyond, or something on the line gives an empty answer."""

    def __init__(self, *args: Any, refuses: bool) -> None:
        super().__init__(*args)
        self._refuses = refuses

    def __call__(self, message: Message) -> Message:
        if isinstance(message, SnapshotRequest) and message.start:
            self.asked.append(type(message).__name__)
            assert self.asked.count("SnapshotRequest") < 9, "it asks for ever"
            if self._refuses:
                raise HubRefused("bad_range", "")
            return SnapshotPart(body=b"")
        return super().__call__(message)


def cursor(connection: Connection) -> tuple[int, bool]:
    return tuple(connection.execute(select(Cursor.seq, Cursor.whole).where(Cursor.scope == "dir")).one())


def test_a_long_directory_comes_as_a_snapshot(hub: Hub, store: Store) -> None:
    carrier = Carrier(hub, store)
    rounds(store, carrier, ticket=hub.issue_ticket("west"))
    assert count(store, Member) == PEOPLE
    assert store.read(cursor) == (PEOPLE, True)
    assert carrier.asked.count("SnapshotRequest") > 1
    assert count(store, Load) == count(store, LoadPart) == 0


def test_pages_go_on_where_the_snapshot_ends(hub: Hub, store: Store) -> None:
    east = Sender(hub, "east")
    carrier = Carrier(hub, store)
    exchange = Exchange(store, url="near", ticket=hub.issue_ticket("west"))
    rounds(store, carrier, exchange)
    hub.clock.forward(minutes=1)
    east.send(east.enrolled("later"), east.did("MemberAmended", member_id="m7", fields={"name": "许文"}))
    rounds(store, carrier, exchange)
    assert count(store, Member) == PEOPLE + 1
    assert count(store, Member, Member.name == "许文") == 1


def test_a_cut_costs_one_part(hub: Hub, store: Store) -> None:
    carrier = Cut(hub, store)
    exchange = Exchange(store, url="near", ticket=hub.issue_ticket("west"))
    with pytest.raises(HubUnreachable):
        rounds(store, carrier, exchange)
    before = carrier.asked.count("SnapshotRequest")
    assert count(store, LoadPart) == before
    rounds(store, carrier, exchange)
    assert count(store, Member) == PEOPLE
    (size,) = {manifest.bytes for manifest in hub.list_snapshots(Sender(hub, "west").till).snapshots}
    assert carrier.asked.count("SnapshotRequest") == -(-size // WIDEST_PART)


def test_a_kill_costs_one_step(hub: Hub, new_store: Callable[[], Store]) -> None:
    store = new_store()
    carrier = Carrier(hub, store)
    with pytest.raises(Killed):
        rounds(Dying(store, 3), carrier, ticket=hub.issue_ticket("west"))
    done = store.read(lambda connection: connection.scalar(select(Load.done)))
    assert store.read(find_loading) == (5000, PEOPLE), "half of it is that the file is here"
    assert done == count(store, Member) == 4000
    carrier.store = store = new_store()
    carrier.asked.clear()
    rounds(store, carrier)
    assert count(store, Member) == PEOPLE
    assert "SnapshotRequest" not in carrier.asked


def test_a_snapshot_that_is_not_what_was_promised_is_not_believed(hub: Hub, store: Store) -> None:
    carrier = Garbling(hub, store)
    rounds(store, carrier, ticket=hub.issue_ticket("west"))
    assert count(store, Member) == PEOPLE
    assert store.read(cursor) == (PEOPLE, True)


@pytest.mark.parametrize("refuses", [True, False])
def test_a_snapshot_that_ends_too_early_holds_nobody_up(hub: Hub, store: Store, refuses: bool) -> None:
    carrier = Short(hub, store, refuses=refuses)
    rounds(store, carrier, ticket=hub.issue_ticket("west"))
    assert count(store, Member) == PEOPLE
    assert store.read(cursor) == (PEOPLE, True)


def test_a_clerk_is_heard_while_the_till_loads(hub: Hub, store: Store) -> None:
    """What is done between two steps goes up between two steps."""

    class Busy(Carrier):
        def __call__(self, message: Message) -> Message:
            if isinstance(message, SnapshotRequest) and not message.start:
                store.write(enrol, Application(phone="13916882045", name="许女士", consents=("service",)))
            return super().__call__(message)

    carrier = Busy(hub, store)
    rounds(store, carrier, ticket=hub.issue_ticket("west"))
    asked = carrier.asked
    assert "PushRequest" in asked[asked.index("SnapshotRequest") : len(asked) - asked[::-1].index("SnapshotRequest")]
    assert count(store, Outbox, Outbox.state == "accepted") == count(store, Outbox)
    assert count(store, Member) == PEOPLE + 1


def test_who_was_erased_is_in_no_snapshot(hub: Hub, store: Store) -> None:
    """Neither in one that is there, nor in one that is being packed, nor for whoever is half through it."""
    hub.snapshots.manifests("west")
    hub.snapshots.wait()
    (before,), _ = hub.snapshots.manifests("west")
    path, _ = hub.snapshots.find("dir", before.sha256) or (Path(), None)
    assert path.exists()
    hub.erase("m7")
    assert not path.exists()
    assert hub.snapshots.find("dir", before.sha256) is None
    rounds(store, Carrier(hub, store), ticket=hub.issue_ticket("west"))
    assert count(store, Member) == PEOPLE - 1


def test_who_was_erased_long_ago_does_not_begin_a_first_load_anew(hub: Hub, store: Store) -> None:
    """The directory tells of everybody who ever was, between the others."""
    east = Sender(hub, "east")
    for first in range(3):
        hub.erase(f"m{first}")
        east.send(*(east.enrolled(f"later-{first}-{number}") for number in range(2000)))
    carrier = Carrier(hub, store)
    rounds(store, carrier, ticket=hub.issue_ticket("west"))
    assert count(store, Erasure) == 3
    assert count(store, Member) == PEOPLE + 3 * 2000 - 3
    assert carrier.asked.count("SnapshotsRequest") == 2  # the hub was packing when it was asked first


def test_a_merge_that_a_snapshot_still_tells_of_leaves_everybody_what_is_theirs(hub: Hub, store: Store) -> None:
    """Their visit has come from their store before the directory tells of the merge, and that it was undone."""
    west = Sender(hub, "west")
    west.send(
        west.did("VisitOpened", visit_id="v1", member_id="m1"), west.did("MembersMerged", old_id="m1", keep_id="m2")
    )
    hub.snapshots.manifests("west")
    hub.snapshots.wait()
    west.send(west.did("MembersSeparated", member_id="m1"))
    rounds(store, Carrier(hub, store), ticket=hub.issue_ticket("west"))
    assert store.read(lambda connection: connection.scalars(select(Visit.member_id)).all()) == ["m1"]


def test_a_snapshot_is_made_anew_after_six_hours(hub: Hub) -> None:
    def newest() -> str:
        hub.snapshots.manifests("west")
        hub.snapshots.wait()
        (manifest,), _ = hub.snapshots.manifests("west")
        return manifest.sha256

    first = newest()
    east = Sender(hub, "east")
    east.send(east.enrolled("later"))
    assert newest() == first
    hub.clock.forward(hours=7)
    assert newest() != first
    assert hub.snapshots.find("dir", first), "whoever is half through it may go on"


def test_a_snapshot_of_another_epoch_is_not_served(hub: Hub) -> None:
    hub.snapshots.manifests("west")
    hub.snapshots.wait()
    hub.database.retry(lambda connection: connection.execute(meta.update().values(epoch=9)))
    assert hub.snapshots.manifests("west")[0] == []


def test_a_small_scope_is_just_read(hub: Hub) -> None:
    assert [each.scope for each in hub.snapshots.manifests("west")[0]] == []
    hub.snapshots.wait()
    assert [each.scope for each in hub.snapshots.manifests("west")[0]] == ["dir"]
    assert {each.scope for each in hub.snapshots.manifests("east")[0]} >= {"dir"}


def load_nothing(store: Store, scope: str, as_of: int) -> None:
    """A snapshot of a scope in which nothing is left."""
    empty = Manifest(scope=scope, as_of=as_of, rows=0, sum64=sum_text(0), sha256="", bytes=0)
    store.write(begin_load, empty)
    assert store.write(finish_load, empty)


@pytest.mark.parametrize(("as_of", "left"), [(3, 0), (2, 1)])
def test_a_snapshot_without_what_the_hub_took_takes_it_away(store: Store, as_of: int, left: int) -> None:
    """Unless the hub took it later, or it may stand in what is still to be read."""
    store.write(may_read, "dir")
    store.write(may_read, "st:1")
    store.write(enrol, Application(phone="13916882045", name="许女士", consents=("service",)))
    events = store.read(lambda connection: connection.scalars(select(Outbox.event_id)).all())
    answers = [Answer(id=each, v="accepted", at={"dir": 1, "st:1": 3}) for each in events]
    store.write(apply_verdicts, PushReply(epoch=1, hub_now=0, verdicts=answers))
    load_nothing(store, "dir", 1)
    assert count(store, Visit) == count(store, Member) == 1
    load_nothing(store, "st:1", as_of)
    assert count(store, Visit) == count(store, Member) == left


def test_what_was_given_before_the_database_was_lost_is_not_given_again(
    hub: Hub, new_home: Callable[..., Path], tmp_path: Path
) -> None:
    """The second copy has it no more: it comes with what the store's snapshot tells, long after the lease."""
    clock = SetClock(from_milliseconds(hub.clock.now_ms()))
    lost = QuietTill(hub, "east", new_home(tmp_path / "till"), clock)
    Office(hub, tmp_path).quota(6)
    lost.sync()
    lost.do(serve, None)
    lost.do(give_gift, "q1", 5)
    lost.sync()
    lost.store.close()
    for path in (tmp_path / "till" / "till.db", *(tmp_path / "till" / "journal").glob("*.sgj")):
        path.unlink()
    till = QuietTill(hub, "east", tmp_path / "till", clock)
    till.carrier = CutShort(hub, till.store)
    with pytest.raises(HubUnreachable):
        till.sync()
    assert till.read(leases) == {"q1": 6}
    till.do(serve, None)
    with pytest.raises(NotNow, match="gift_no_lease"):
        till.do(give_gift, "q1", 5)
    till.carrier = Carrier(hub, till.store)
    till.sync()
    till.do(give_gift, "q1")
    till.sync()
    assert till.refusals() == []
    till.store.close()
