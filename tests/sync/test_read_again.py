"""A scope that is read anew ends as the hub has it: what is gone there goes here, and what waits here stays."""

import shutil
from contextlib import closing
from pathlib import Path

import msgspec
import pytest
from sqlalchemy import Connection, select

from desktop.data.exchange import Cursor, FeedRow, Outbox, Till
from desktop.data.members import Identity, Member, Preference
from desktop.data.visits import Visit
from desktop.services.agreement import let_go
from desktop.services.members import Application, enrol
from desktop.services.preferences import note_preference
from desktop.services.visits import finish_visit, serve, write_note
from desktop.store import Store
from desktop.views.till import find_vanishing
from desktop.work import Work
from sync import pages
from sync.apply import note_contact
from sync.cursors import read_again
from sync.exchange import Exchange
from sync.guests import lay_guest
from sync.hub.hub import Hub
from sync.loads import SnapshotRequest
from sync.pages import FeedBroken, apply_page
from sync.protocol import (
    ROW_FORM,
    Answer,
    DirectoryRow,
    MemberRow,
    Message,
    Page,
    PreferenceRow,
    RedirectRow,
    Row,
    VisitRow,
    row_hash,
    sum_text,
)
from tests.sync.hub.builders import Sender, SteadyClock
from tests.sync.near_hub import PEOPLE, Carrier, count, may_read, rounds

ME = Application(phone="13916882045", name="许女士", consents=("service",))


def put(kind: str, row_id: str, body: Message, seq: int) -> Row:
    return Row(op="put", kind=kind, eid=row_id, ver=1, seq=seq, body=msgspec.Raw(msgspec.json.encode(body)))


def take(store: Store, scope: str, rows: list[Row], *, more: bool = False, compacted: int = 0) -> bool:
    total = sum_text(sum(row_hash(row.kind, row.eid, row.ver) for row in rows))
    to = rows[-1].seq
    page = Page(scope=scope, from_=0, to=to, head=to, sum64=total, more=more, rows=rows, compacted=compacted)
    store.write(may_read, scope)
    return store.write(apply_page, page)


def sweep(store: Store, scope: str) -> None:
    ghosts = store.read(pages.find_ghosts, scope, pages.Ghost("", ""), 100)
    store.write(pages.sweep, scope, ghosts)
    store.write(pages.end_sweep, scope)


def restored(hub: Hub, backup: Path) -> Hub:
    """The hub comes back from the backup; its ledger is where it was."""
    path = Path(str(hub.database.engine.url.database))
    hub.close()
    for each in path.parent.glob("hub.db*"):
        if not each.name.endswith(".ledger"):
            each.unlink() if each.is_file() else shutil.rmtree(each)
    shutil.copy(backup / "hub.db", path)
    return Hub.open(f"sqlite:///{path}", SteadyClock(), restored=True)


def test_a_hub_from_a_backup_leaves_no_ghosts_and_takes_no_deeds(
    large_hub: Hub, large_backup: Path, store: Store
) -> None:
    hub = large_hub
    carrier = Carrier(hub, store)
    exchange = Exchange(store, url="near", ticket=hub.issue_ticket("east"))
    east = Sender(hub, "east")
    backup = large_backup
    rounds(store, carrier, exchange)
    east.send(*(east.enrolled(f"new{number}") for number in range(30)))
    store.write(enrol, ME)
    store.write(write_note, "不刺痛")
    rounds(store, carrier, exchange)
    assert count(store, Member) == PEOPLE + 31
    hub = carrier.hub = restored(hub, backup)
    try:
        enrolment = Exchange(store, url="near", ticket=hub.issue_ticket("east"))
        store.write(finish_visit)
        rounds(store, carrier, enrolment)
        rounds(store, carrier, enrolment)
    finally:
        hub.close()
    assert count(store, Member) == PEOPLE + 1
    assert count(store, Member, Member.name == "许女士") == 1
    assert count(store, Visit, Visit.state == "finished") == 1
    assert count(store, Outbox, Outbox.state == "accepted") == count(store, Outbox)
    assert count(store, Cursor, Cursor.sweeping) == 0
    assert count(store, FeedRow, FeedRow.scope == "dir") == PEOPLE + 1


def test_what_did_not_come_again_goes(store: Store) -> None:
    people = [
        put("directory", f"m{number}", DirectoryRow(code=f"c{number}", name="林"), number + 1) for number in range(9)
    ]
    take(store, "dir", people)
    store.write(read_again, "dir")
    assert count(store, Member) == 9, "until it is known what is gone, everything stays"
    take(store, "dir", people[:4])
    sweep(store, "dir")
    assert count(store, Member) == count(store, Identity) == count(store, FeedRow) == 4


def test_what_waits_here_stays_though_the_hub_has_lost_the_row(store: Store) -> None:
    take(store, "st:1", [put("member", "m1", MemberRow(code="c1", name="林"), 1)])
    visit = store.write(enrol, ME).visit_id
    store.write(note_preference, "skin", "干性")
    store.write(read_again, "st:1")
    take(store, "st:1", [put("member", "m2", MemberRow(code="c2", name="陈"), 1)])
    sweep(store, "st:1")
    assert set(store.read(lambda connection: connection.scalars(select(Member.name)).all())) == {"许女士", "陈"}
    assert count(store, Visit, Visit.id == visit) == 1


def test_what_a_store_took_goes_with_it_however_late_that_is_heard(store: Store) -> None:
    store.write(enrol, ME)
    events = store.read(lambda connection: connection.scalars(select(Outbox.event_id)).all())
    late = [Answer(id=each, v="accepted", at={"st:left": 3}) for each in events]
    verdicts = [put("verdict", each.id, each, number) for number, each in enumerate(late, 1)]
    take(store, "dv:one", verdicts)
    assert count(store, Outbox, Outbox.state == "accepted") == len(events)
    assert count(store, Visit) == 1
    begun = (Cursor.scope == "st:left") & (Cursor.reading == 1)
    assert count(store, Cursor, begun) == 1, "begun once for all of them"
    sweep(store, "st:left")
    assert count(store, Visit) == count(store, Cursor, Cursor.scope == "st:left") == 0
    store.write(read_again, "dv:one")
    take(store, "dv:one", verdicts)
    assert count(store, Cursor, Cursor.scope == "st:left") == 0, "once is enough, or it would never end"


def test_of_a_store_that_was_left_a_late_refusal_brings_nothing(store: Store) -> None:
    visit = store.write(serve, None)
    event = store.read(lambda connection: connection.scalars(select(Outbox.event_id)).one())
    theirs = Row(op="put", kind="visit", eid=visit, ver=3, body=msgspec.Raw(b"{}"), scope="st:left")
    take(store, "dv:one", [put("verdict", event, Answer(id=event, v="rejected", code="wrong_store", row=theirs), 1)])
    assert count(store, Visit) == count(store, FeedRow, FeedRow.scope == "st:left") == 0


def test_what_a_refusal_tells_of_a_store_goes_if_the_first_reading_does_not_tell_it(store: Store) -> None:
    visit = store.write(serve, None)
    event = store.read(lambda connection: connection.scalars(select(Outbox.event_id)).one())
    store.write(may_read, "st:1")
    theirs = msgspec.structs.replace(
        put("visit", visit, VisitRow(state="open", started_at=store.clock.now()), 0), scope="st:1"
    )
    take(store, "dv:one", [put("verdict", event, Answer(id=event, v="rejected", code="wrong_store", row=theirs), 1)])
    take(store, "st:1", [put("member", "m2", MemberRow(code="c2", name="陈"), 1)])
    assert count(store, Visit) == 1
    assert store.read(pages.list_swept) == ["st:1"]
    sweep(store, "st:1")
    assert count(store, Visit) == 0


def test_who_was_told_apart_is_in_the_directory_though_a_store_still_tells_of_a_merge(store: Store) -> None:
    people = [put("directory", f"m{each}", DirectoryRow(code=f"c{each}", name="林"), each) for each in (1, 2)]
    take(store, "dir", people)
    take(store, "st:1", [put("redirect", "m1", RedirectRow(keep="m2"), 1)])
    assert count(store, Member) == 2
    assert count(store, FeedRow, FeedRow.kind == "redirect") == 1, "it is counted all the same"


def test_who_is_in_the_directory_is_served_though_a_store_told_of_a_merge_before(store: Store) -> None:
    """Until the directory tells of it, too: it was read less far, or the two were told apart."""
    take(store, "st:1", [put("redirect", "m1", RedirectRow(keep="m2"), 1)])
    people = [put("directory", f"m{each}", DirectoryRow(code=f"c{each}", name="林"), each) for each in (1, 2)]
    take(store, "dir", people, more=True)
    store.write(serve, "m1")
    assert count(store, Visit, Visit.member_id == "m1") == 1
    merged = put("redirect", "m1", RedirectRow(keep="m2"), 3)
    store.write(apply_page, Page(scope="dir", from_=2, to=3, head=4, sum64="", more=True, rows=[merged]))
    assert count(store, Visit, Visit.member_id == "m2") == 1


def test_who_leaves_the_store_is_still_in_the_directory(store: Store) -> None:
    take(store, "dir", [put("directory", "m1", DirectoryRow(code="c1", name="林晓月", phone_tail="2045"), 1)])
    whole = MemberRow(code="c1", name="林晓月", phone="+8613916882045", birthday="03-08", cards=("88",))
    take(store, "st:1", [put("member", "m1", whole, 1)])
    store.write(read_again, "st:1")
    take(store, "st:1", [put("member", "m2", MemberRow(code="c2", name="陈"), 1)])
    sweep(store, "st:1")
    left = store.read(
        lambda connection: connection.execute(
            select(Member.name, Member.phone, Member.phone_reversed, Member.birthday, Member.full).where(
                Member.id == "m1"
            )
        ).one()
    )
    assert tuple(left) == ("林晓月", None, "5402", None, False)
    assert count(store, Identity, Identity.member_id == "m1") == 1


def test_who_leaves_the_store_is_called_as_the_directory_told_last(store: Store) -> None:
    told = DirectoryRow(code="c1", name="林晓月", phone_tail="0001")
    take(store, "dir", [msgspec.structs.replace(put("directory", "m1", told, 1), ver=2)])
    older = MemberRow(code="c1", name="林", phone="+8613916882045", codes=("c0",))
    take(store, "st:1", [put("member", "m1", older, 1)])
    store.write(read_again, "st:1")
    take(store, "st:1", [put("member", "m2", MemberRow(code="c2", name="陈"), 1)])
    sweep(store, "st:1")
    assert count(store, Member, Member.name == "林晓月", Member.phone_reversed == "1000") == 1
    assert count(store, Identity, Identity.member_id == "m1") == 1


def test_who_leaves_the_store_is_found_by_no_card_of_whom_they_were_parted_from(store: Store) -> None:
    take(store, "dir", [put("directory", "m1", DirectoryRow(code="c1", name="林晓月", codes=("c0",)), 1)])
    take(store, "st:1", [put("member", "m1", MemberRow(code="c1", name="林晓月", codes=("c0",)), 1)])
    store.write(read_again, "dir")
    take(store, "dir", [put("directory", "m1", DirectoryRow(code="c1", name="林晓月"), 1)])
    store.write(read_again, "st:1")
    take(store, "st:1", [put("member", "m2", MemberRow(code="c2", name="陈"), 1)])
    sweep(store, "st:1")
    assert count(store, Identity, Identity.member_id == "m1") == count(store, Identity, Identity.value == "c1") == 1


def test_who_leaves_the_store_takes_along_what_only_their_fetched_profile_told(store: Store) -> None:
    take(store, "dir", [put("directory", "m1", DirectoryRow(code="c1", name="林晓月"), 1)])
    whole = put("member", "m1", MemberRow(code="c1", name="林晓月", phone="+8613916882045"), 1)
    liked = PreferenceRow(member_id="m1", facet="skin", value="干性", sentiment="likes", noted_at=store.clock.now())
    store.write(lay_guest, "m1", [whole, put("preference", "p1", liked, 0)])
    take(store, "st:1", [whole])
    store.write(read_again, "st:1")
    take(store, "st:1", [put("member", "m2", MemberRow(code="c2", name="陈"), 1)])
    sweep(store, "st:1")
    assert count(store, Preference) == 0


def test_who_leaves_the_directory_is_still_in_the_store(store: Store) -> None:
    take(
        store, "dir", [put("directory", f"m{each}", DirectoryRow(code=f"c{each}", name="林"), each) for each in (1, 2)]
    )
    take(store, "st:1", [put("member", "m1", MemberRow(code="c1", name="林", phone="+8613916882045"), 1)])
    store.write(read_again, "dir")
    take(store, "dir", [put("directory", "m2", DirectoryRow(code="c2", name="林"), 1)])
    sweep(store, "dir")
    assert count(store, Member, Member.phone.is_not(None)) == 1


def test_a_deed_begins_no_load_anew_after_a_restore(large_hub: Hub, large_backup: Path, store: Store) -> None:
    """The numbers of the hub that was lost were higher."""
    east, carrier = Sender(large_hub, "east"), Carrier(large_hub, store)
    rounds(store, carrier, ticket=large_hub.issue_ticket("east"))
    east.send(*(east.enrolled(f"new{number}") for number in range(30)))
    rounds(store, carrier)
    hub = carrier.hub = restored(large_hub, large_backup)
    starts: list[int] = []

    def carry(message: Message) -> Message:
        if isinstance(message, SnapshotRequest) and message.scope == "st:east":
            starts.append(message.start)
            if len(starts) in (3, 6):
                store.write(enrol, Application(phone=f"1391688300{len(starts)}", name="沈", consents=("service",)))
        return carrier(message)

    with closing(hub):
        rounds(store, carry, ticket=hub.issue_ticket("east"))
        rounds(store, carry)
    assert starts.count(0) == 1


def test_much_does_not_go_before_somebody_agrees(store: Store) -> None:
    people = [put("directory", f"m{each}", DirectoryRow(code=f"c{each}", name="林"), each + 1) for each in range(700)]
    take(store, "dir", people)
    store.write(read_again, "dir")
    take(store, "dir", people[:100])
    ghosts = store.read(pages.count_ghosts, "dir")
    assert ghosts == 600
    assert store.write(pages.may_sweep, "dir", ghosts) is False
    assert store.read(find_vanishing) == 600
    assert store.read(pages.list_swept) == []
    assert count(store, Member) == 700
    store.write(let_go)
    assert store.read(find_vanishing) == 0
    assert store.read(pages.list_swept) == ["dir"]
    assert store.write(pages.may_sweep, "dir", ghosts) is True


def test_who_has_let_some_go_is_asked_again_when_the_hub_goes_back_once_more(store: Store) -> None:
    people = [put("directory", f"m{each}", DirectoryRow(code=f"c{each}", name="林"), each + 1) for each in range(1000)]
    take(store, "dir", people)
    store.write(note_contact, 1, 1_790_000_000_000)
    take(store, "dir", people[:900])
    assert not store.write(pages.may_sweep, "dir", store.read(pages.count_ghosts, "dir"))
    store.write(let_go)
    store.write(note_contact, 2, 1_790_000_000_000)
    take(store, "dir", people[:1])
    assert not store.write(pages.may_sweep, "dir", store.read(pages.count_ghosts, "dir"))
    assert store.read(find_vanishing) == 999


def test_a_hub_that_deletes_much_is_not_believed_before_somebody_agrees(store: Store) -> None:
    people = [put("directory", f"m{each}", DirectoryRow(code=f"c{each}", name="林"), each + 1) for each in range(700)]
    take(store, "dir", people)
    gone = [Row(op="del", kind="directory", eid=f"m{each}", ver=2, seq=701 + each) for each in range(650)]
    total = sum_text(sum(row_hash("directory", f"m{each}", 1) for each in range(650, 700)))
    page = Page(scope="dir", from_=700, to=1350, head=1350, sum64=total, more=False, rows=gone)
    assert store.write(apply_page, page) is False
    assert store.read(find_vanishing) == 650
    assert count(store, Member) == 700
    store.write(let_go)
    assert store.write(apply_page, page) is True
    assert count(store, Member) == 50


@pytest.mark.parametrize(
    ("held", "gone", "asks"), [(480, 120, True), (480, 50, False), (1100, 55, False), (99, 51, True)]
)
def test_a_small_store_is_asked_too(store: Store, held: int, gone: int, *, asks: bool) -> None:
    take(store, "dir", [put("directory", f"m{n}", DirectoryRow(code=f"c{n}", name="林"), n + 1) for n in range(held)])
    rows = [Row(op="del", kind="directory", eid=f"m{n}", ver=2, seq=held + 1 + n) for n in range(gone)]
    total = sum_text(sum(row_hash("directory", f"m{n}", 1) for n in range(gone, held)))
    head = held + gone
    page = Page(scope="dir", from_=held, to=head, head=head, sum64=total, more=False, rows=rows)
    assert store.write(apply_page, page) is not asks
    assert store.read(find_vanishing) == (gone if asks else 0)


def test_a_program_that_has_learned_of_a_field_reads_again_what_came_without(store: Store, tmp_path: Path) -> None:
    with closing(Hub.open(f"sqlite:///{tmp_path / 'hub.db'}", SteadyClock())) as hub:
        carrier, east = Carrier(hub, store), Sender(hub, "east")
        east.send(east.enrolled("m1"))
        rounds(store, carrier, ticket=hub.issue_ticket("east"))
        store.write(read_by_an_older_program)
        assert store.read(readings) == {(0, False)}
        rounds(store, carrier)
        rounds(store, carrier)
    assert store.read(readings) == {(1, False)}
    assert count(store, Member) == 1


def read_by_an_older_program(work: Work) -> None:
    work.till.row_form = ROW_FORM - 1


def test_a_till_that_moves_takes_no_profile_along(store: Store, tmp_path: Path) -> None:
    with closing(Hub.open(f"sqlite:///{tmp_path / 'hub.db'}", SteadyClock())) as hub:
        carrier, east = Carrier(hub, store), Sender(hub, "east")
        east.send(east.enrolled("m1"), east.did("VisitOpened", visit_id="v1", member_id="m1"))
        rounds(store, carrier, ticket=hub.issue_ticket("east"))
        assert (count(store, Member, Member.full), count(store, Visit)) == (1, 1)
        hub.revoke(store.read(lambda connection: connection.scalar(select(Till.device_id)) or ""))
        store.write(let_token_go)
        for _ in range(2):
            rounds(store, carrier, ticket=hub.issue_ticket("west"))
    assert (count(store, Member), count(store, Member, Member.full), count(store, Visit)) == (1, 0, 0)
    assert count(store, FeedRow, FeedRow.scope == "st:east") == 0


def let_token_go(work: Work) -> None:
    work.till.token = None


def readings(connection: Connection) -> set[tuple[int, bool]]:
    return {(row.reading, row.sweeping) for row in connection.execute(select(Cursor.reading, Cursor.sweeping))}


def test_a_compacted_page_says_what_is_missing(store: Store) -> None:
    rows = [put("directory", f"m{seq}", DirectoryRow(code=f"c{seq}", name="林"), seq) for seq in (2, 5)]
    with pytest.raises(FeedBroken):
        take(store, "dir", rows, compacted=2)
    assert take(store, "dir", rows, compacted=3)
