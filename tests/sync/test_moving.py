"""A till that comes with a ticket of another store: a real till, a real hub."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select

from desktop.data.escrow import Lease
from desktop.data.exchange import Cursor, FeedRow, LeftRow, Load, Outbox, Till
from desktop.data.members import Member, Preference
from desktop.data.visits import Note, Visit
from desktop.rules.member_codes import member_code
from desktop.services.coupons import give_gift
from desktop.services.guests import STAY, want_profile
from desktop.services.leases import left
from desktop.services.members import Application, enrol
from desktop.services.tasks import finish_task, open_task
from desktop.services.visits import finish_visit, serve, serve_code, write_note
from desktop.store import Store
from desktop.work import Work
from sync.exchange import Exchange, converse
from sync.failures import HubRefused, HubUnreachable
from sync.hub.hub import Hub
from sync.hub.restore import back_up
from sync.loads import SnapshotRequest
from sync.protocol import EnrolRequest, Message, PullRequest, PushRequest
from tests.clock import SetClock
from tests.sync.hub.builders import Sender
from tests.sync.hub.rights import Office
from tests.sync.near_hub import Carrier, count, rounds
from tests.sync.quiet import PHONE, NewTill, Pair, QuietTill, SharedClock, the_member, together
from tests.sync.test_merges import merge, separate
from tests.sync.test_parting import newcomer

NOTE = "怕痒"
ME = Application(phone=PHONE, name="许女士", consents=("service",))


class CutShort(Carrier):
    """The network goes before the second part of a snapshot of a store."""

    def __call__(self, message: Message) -> Message:
        if isinstance(message, SnapshotRequest) and message.scope.startswith("st:") and message.start:
            raise HubUnreachable("cut")
        return super().__call__(message)


class Unheard(Carrier):
    """The network goes before the answer to a push is heard, once."""

    cuts = 1

    def __call__(self, message: Message) -> Message:
        answer = super().__call__(message)
        if isinstance(message, PushRequest) and self.cuts:
            self.cuts -= 1
            raise HubUnreachable("cut")
        return answer


class Patient(Carrier):
    """To be at rest no till needs more than so many pulls."""

    left = 60

    def __call__(self, message: Message) -> Message:
        if isinstance(message, PullRequest):
            self.left -= 1
            assert self.left, "it reads without end"
        return super().__call__(message)


def move(till: QuietTill, hub: Hub, store_id: str) -> None:
    """The operator's word; then the till has time for a few rounds."""
    hub.revoke(till.device)
    till.restart(ticket=hub.issue_ticket(store_id))
    for _ in range(2):
        till.sync()
        till.clock.forward(minutes=11)
    till.sync()


def profile(till: QuietTill) -> tuple[int, ...]:
    return count(till.store, Member, Member.full), count(till.store, Visit), count(till.store, Preference)


def stands_in(till: QuietTill) -> str:
    store: str = till.read(lambda connection: connection.scalars(select(Till.store_id)).one())
    return store


def test_a_till_that_the_hub_knows_no_more_waits_for_the_operators_word_and_loses_nothing(
    office: Office, quiet_till: NewTill
) -> None:
    till, hub = quiet_till("one"), office.hub
    again = hub.enrol(EnrolRequest(ticket=hub.issue_ticket("west"), device=till.device))
    hub.authenticate(again.token)  # the till's own token is good no more
    till.do(serve, None)
    exchange = Exchange(till.store, url="quiet", ticket=hub.issue_ticket("east"))
    for _ in range(2):
        with pytest.raises(HubRefused) as refused:
            converse(exchange.round(), till.carrier)
        assert refused.value.code == "ticket_elsewhere"
    assert stands_in(till) == "west"
    hub.revoke(till.device)
    converse(exchange.round(), till.carrier)
    assert stands_in(till) == "east"
    with hub.database.read() as connection:
        told = connection.exec_driver_sql("SELECT kind, verdict FROM event").all()
    assert [tuple(row) for row in told] == [("VisitOpened", "accepted")]


def test_a_moved_till_keeps_no_profile_of_whom_it_had_enrolled_itself(office: Office, quiet_till: NewTill) -> None:
    till = quiet_till("one")
    till.do(enrol, ME)
    till.do(finish_visit)
    till.sync()
    assert profile(till) == (1, 1, 0)
    move(till, office.hub, "east")
    assert profile(till) == (0, 0, 0)
    assert count(till.store, FeedRow, FeedRow.scope == "st:west") == 0


def test_what_a_till_had_not_read_back_when_it_moved_goes_too(office: Office, quiet_till: NewTill) -> None:
    till = quiet_till("one")
    till.do(serve, None)
    till.tell()
    move(till, office.hub, "east")
    assert profile(till) == (0, 0, 0)


def test_a_till_that_had_read_nothing_when_it_moved_keeps_nothing(
    office: Office, tmp_path: Path, clock: SetClock
) -> None:
    """As one that had lost its database, or began that day."""
    till = QuietTill(office.hub, "west", tmp_path / "new", clock)
    till.do(serve, None)
    till.tell()
    move(till, office.hub, "east")
    assert profile(till) == (0, 0, 0)
    till.store.close()


def test_who_merged_somebody_and_moved_comes_to_rest(office: Office, quiet_till: NewTill) -> None:
    """Headquarters hears of one of them only after that, and sends the verdict down."""
    till, west = quiet_till("one"), Sender(office.hub, "west")
    keep = till.do(enrol, ME).member_id
    till.do(finish_visit)
    till.do(merge, "m9", keep)
    till.sync()
    till.carrier = Patient(office.hub, till.store)
    move(till, office.hub, "east")
    west.send(west.enrolled("m9"))
    till.sync()
    assert profile(till) == (0, 0, 0)


def test_what_the_old_store_was_told_unheard_goes_too(office: Office, quiet_till: NewTill) -> None:
    till = quiet_till("one")
    till.do(enrol, ME)
    till.do(finish_visit)
    till.carrier = Unheard(office.hub, till.store)
    with pytest.raises(HubUnreachable):
        till.sync()
    move(till, office.hub, "east")
    assert profile(till) == (0, 0, 0)
    assert count(till.store, Cursor, Cursor.scope == "st:west") == 0


def test_who_is_looked_up_from_a_new_store_is_forgotten_whole(office: Office, quiet_till: NewTill) -> None:
    """Though this till had enrolled and served them, where it stood before."""
    till = quiet_till("one")
    member = till.do(enrol, ME).member_id
    till.do(finish_visit)
    till.sync()
    move(till, office.hub, "east")
    till.do(want_profile, member)
    till.sync()
    assert profile(till) == (1, 1, 0)
    till.clock.forward(days=STAY.days + 1)
    till.sync()
    assert profile(till) == (0, 0, 0)


def test_who_is_forgotten_later_leaves_nothing_of_a_store_that_was_let_go(office: Office, quiet_till: NewTill) -> None:
    till = quiet_till("one")
    member = till.do(enrol, ME).member_id
    till.do(finish_visit)
    till.sync()
    move(till, office.hub, "east")
    office.hub.erase(member)
    till.sync()
    assert count(till.store, FeedRow, FeedRow.scope == "st:west") == 0


def test_a_moved_till_has_whom_both_stores_know(
    office: Office, quiet_till: NewTill, tmp_path: Path, clock: SetClock
) -> None:
    """What the old store's scope said goes, but not what the new one says too."""
    west, east = Sender(office.hub, "west"), Sender(office.hub, "east")
    liking = west.did("PreferenceNoted", preference_id="p1", member_id="m1", visit_id=None, facet="skin", value="干性")
    west.send(west.enrolled("m1"), liking)
    east.send(east.did("VisitOpened", visit_id="v1", member_id="m1"))
    till = quiet_till("one")
    move(till, office.hub, "east")
    new = QuietTill(office.hub, "east", tmp_path / "new", clock)
    new.sync()
    assert profile(till) == profile(new) == (1, 1, 1)
    new.store.close()


def test_a_till_that_moves_while_the_hub_is_read_anew_keeps_nothing_of_its_old_store(
    office: Office, quiet_till: NewTill, tmp_path: Path, clock: SetClock
) -> None:
    office.member(PHONE, "west")
    till = quiet_till("one")
    assert profile(till) == (1, 0, 0)
    back_up(office.url, tmp_path / "backup.db")
    hub = office.restore(tmp_path / "backup.db", SharedClock(clock))
    till.carrier = Carrier(hub, till.store)
    move(till, hub, "east")
    assert profile(till) == (0, 0, 0)
    assert count(till.store, FeedRow, FeedRow.scope == "st:west") == 0


def test_a_till_that_moves_in_the_middle_of_a_first_load_goes_on_in_its_new_store(large_hub: Hub, store: Store) -> None:
    with pytest.raises(HubUnreachable):
        rounds(store, CutShort(large_hub, store), ticket=large_hub.issue_ticket("east"))
    assert count(store, Load, Load.scope == "st:east") == 1
    large_hub.revoke(store.read(lambda connection: connection.scalars(select(Till.device_id)).one()))
    rounds(store, Carrier(large_hub, store), ticket=large_hub.issue_ticket("west"))
    assert count(store, Load, Load.scope == "st:east") == 0


def test_what_a_moved_till_had_sent_from_its_old_store_goes_after_thirty_days(
    office: Office, quiet_till: NewTill, clock: SetClock
) -> None:
    till = quiet_till("one")
    till.do(enrol, ME)
    till.do(finish_visit)
    till.sync()
    sent = till.events()
    move(till, office.hub, "east")
    clock.forward(days=31)
    till.sync()
    till.tidy()
    assert sent
    assert not sent & till.events()


def pieces_left(work: Work) -> int:
    leases = select(Lease.metadata.tables["lease"]).where(Lease.of == "quota")
    return sum(left(work, each) for each in work.session.execute(leases).all())


def test_a_till_that_has_moved_gives_no_piece_twice(pair: Pair, office: Office) -> None:
    till, _ = pair
    office.quota(40)
    together(*pair)
    till.do(serve, the_member(till))
    till.do(give_gift, "q1", 5)
    till.do(finish_visit)
    together(*pair)
    before = till.store.write(pieces_left)
    move(till, office.hub, "east")
    assert till.store.write(pieces_left) == before
    till.do(serve, None)
    for _ in range(before):
        till.do(give_gift, "q1")
    till.sync()
    assert till.refusals() == []


def finish_their_task(till: QuietTill, neighbour: QuietTill) -> str:
    """A neighbour has opened it: nothing that is told here names the member."""
    member_id = the_member(till)
    task_id = neighbour.do(open_task, member_id, "问候", date(2026, 11, 24))
    together(neighbour, till)
    till.do(finish_task, task_id, "reached", note=NOTE)
    return member_id


def serve_their_card(till: QuietTill, neighbour: QuietTill) -> str:
    """Before a neighbour enrols them."""
    card = member_code(bytes(10))
    till.do(serve_code, card)
    till.do(write_note, NOTE)
    till.do(finish_visit)
    new = Application(phone="13900000002", name="友", consents=("service",), code=card)
    member_id: str = neighbour.do(enrol, new).member_id
    neighbour.do(finish_visit)
    return member_id


def notes_in_copies(till: QuietTill) -> int:
    told = [*till.store.second.read(), *till.read(lambda connection: list(connection.scalars(select(Outbox.body))))]
    return sum(NOTE.encode() in body for body in told)


@pytest.mark.parametrize("work_with_somebody", [finish_their_task, serve_their_card])
def test_a_till_that_has_moved_keeps_no_word_of_who_is_erased_at_its_old_store(
    pair: Pair, office: Office, work_with_somebody: Callable[[QuietTill, QuietTill], str]
) -> None:
    till, neighbour = pair
    member_id = work_with_somebody(till, neighbour)
    together(till, neighbour)
    move(till, office.hub, "east")
    assert notes_in_copies(till) == 2
    office.hub.erase(member_id)
    till.sync()
    assert notes_in_copies(till) == 0


@pytest.mark.parametrize(("erased", "notes"), [("whose task it was", 0), ("who was kept", 2)])
def test_of_two_who_are_told_apart_after_a_till_has_moved_each_is_forgotten_alone(
    pair: Pair, office: Office, erased: str, notes: int
) -> None:
    till, neighbour = pair
    kept, merged = the_member(till), newcomer(neighbour, 2)
    together(neighbour, till)
    task_id = till.do(open_task, merged, "问候", date(2026, 11, 24))
    till.do(finish_task, task_id, "reached", note=NOTE)
    neighbour.do(merge, merged, kept)
    together(till, neighbour, till)
    move(till, office.hub, "east")
    neighbour.do(separate, merged)
    neighbour.sync()
    till.sync()
    office.hub.erase(merged if erased == "whose task it was" else kept)
    till.sync()
    assert notes_in_copies(till) == notes


def test_a_till_that_came_back_loses_nothing_of_whom_it_left_as_somebody_else(pair: Pair, office: Office) -> None:
    till, neighbour = pair
    kept, merged = the_member(till), newcomer(till, 2)
    till.do(serve, merged)
    till.do(write_note, NOTE)
    till.do(finish_visit)
    together(till, neighbour)
    till.do(merge, merged, kept)
    together(till, neighbour)
    move(till, office.hub, "east")
    neighbour.do(separate, merged)
    neighbour.sync()
    move(till, office.hub, "west")
    office.hub.erase(kept)
    together(till, neighbour)
    assert count(till.store, Note) == count(neighbour.store, Note) == 1


def test_whose_a_row_was_is_kept_no_longer_than_what_was_told_of_it(
    pair: Pair, office: Office, clock: SetClock
) -> None:
    till, neighbour = pair
    finish_their_task(till, neighbour)
    together(till, neighbour)
    move(till, office.hub, "east")
    assert count(till.store, LeftRow) > 0
    clock.forward(days=31)
    till.sync()
    till.tidy()
    assert count(till.store, LeftRow) == 0
