"""Promises of erasure at the till: of an erased member no file holds a word, and what was counted stays counted."""

import contextlib
import shutil
import time

import msgspec
import pytest
from sqlalchemy import Connection, select, update
from sqlcipher3 import dbapi2

from desktop.code_events import VoucherTaken
from desktop.data.codes import Voucher
from desktop.data.engine import connect
from desktop.data.erasing import forget_member
from desktop.data.escrow import Lease
from desktop.data.exchange import Erasure, FeedRow, Outbox
from desktop.data.visits import Line, Note
from desktop.events import ErasureRequested, MemberAmended, MemberEnrolled
from desktop.rules.member_codes import member_code
from desktop.services.drafts import keep_draft
from desktop.services.leases import show_leases
from desktop.services.members import Application, Enrolled, amend, enrol
from desktop.services.preferences import note_preference
from desktop.services.privacy import make_request
from desktop.services.visits import add_line, change_line, finish_visit, serve, serve_code, write_note
from desktop.store import Store
from desktop.views.requests import open_requests
from desktop.views.search import find_members
from desktop.views.till import find_backlog, list_waiting
from desktop.views.visit import find_running_visit
from desktop.work import Work
from sync.apply import apply_verdicts, note_contact
from sync.code_rows import VoucherRow
from sync.cursors import cursor_of, read_again
from sync.escrow_rows import CouponRow, LeaseRow
from sync.forgetting import confirm_forgotten, find_forgotten
from sync.journal import Journal
from sync.pages import Ghost, apply_page, find_ghosts, sweep
from sync.protocol import (
    Answer,
    ErasureRow,
    Message,
    Page,
    PullRequest,
    PushReply,
    RedirectRow,
    Row,
    canonical,
    row_hash,
    sum_text,
)
from sync.till import open_store
from tests.clock import SetClock
from tests.pages import pages_in_clear
from tests.sync import quiet
from tests.sync.hub.builders import Sender
from tests.sync.hub.rights import Office
from tests.sync.near_hub import count
from tests.tills import NewTill

SERUM = "06901230010019"
WORDS = ("许文君", "xuwenjun", "13916882045", "54028861931", "CARD7788", "怕痒", "只收顺丰", "别打电话")


@pytest.fixture
def store(shop: Store) -> Store:
    return shop


def live(store: Store) -> Enrolled:
    """What a guide does with a person: rows, deeds that could be undone, drafts; and a backup of all that."""
    form = Application(phone="13916882045", name="许文君", consents=("service",))
    new = store.carry_out(lambda work: _undoable(work, enrol(work, form), "enrol"))[0]
    store.write(lambda work: work.note(MemberAmended(member_id=new.member_id, fields={"card": "CARD7788"})))
    store.write(add_line, SERUM)
    store.write(lambda work: change_line(work, add_line(work, SERUM), "declined", "怕痒"))
    store.write(lambda work: _undoable(work, note_preference(work, "other", "只收顺丰"), "note_preference"))
    store.write(lambda work: _undoable(work, write_note(work, "许文君:别打电话"), "write_note"))
    store.write(finish_visit)
    store.write(serve, new.member_id)
    store.write(keep_draft, f"note:{new.visit_id}", {"text": "别打电话"})
    store.write(keep_draft, "enrol", {"phone": "13916882045", "name": ""})
    store.write(lambda work: _undoable(work, amend(work, new.member_id, birthday="03-08"), "amend"))
    store.back_up()
    return new


def _undoable(work: Work, result: Enrolled, name: str) -> Enrolled:
    work.remember(name)
    return result


def page(*rows: Row) -> Page:
    total = sum(row_hash(row.kind, row.eid, row.ver) for row in rows)
    return Page(
        scope="dir", from_=0, to=len(rows), head=len(rows), more=False, sum64=sum_text(total),
        rows=[msgspec.structs.replace(row, seq=number) for number, row in enumerate(rows, 1)],
    )  # fmt: skip


def erased(member_id: str, clock: SetClock) -> Row:
    return Row(op="put", kind="erasure", eid=member_id, ver=1, body=msgspec.Raw(canonical(ErasureRow(at=clock.now()))))


def forget(store: Store, *rows: Row) -> None:
    store.write(apply_page, page(*rows))
    clean_files(store)


def clean_files(store: Store) -> None:
    forgotten = store.read(find_forgotten)
    assert forgotten is not None
    assert store.cleanse(forgotten.is_about)
    store.write(confirm_forgotten, forgotten.ids)


def everything_in(store: Store, clock: SetClock) -> str:
    """All that the key opens: database, backups, what was put aside, by rows and by pages, with what is free in them,
    and with their logs; the journal; and every file as it lies there.
    """
    told = [path.read_bytes().decode("utf-8", "replace") for path in store.home.rglob("*") if path.is_file()]
    for path in (*store.home.rglob("*.db"), *store.home.rglob("*.db-wal")):  # before opening one changes its log
        told += [page.decode("utf-8", "replace") for page in pages_in_clear(path, store.key.secret)]
    for path in store.home.rglob("*.db"):
        with contextlib.closing(connect(path, store.key.secret, ())) as connection:
            told += _dump(connection)
    told += [body.decode() for body in Journal(store.home, store.key.secret, clock).read()]
    return "\n".join(told)


def _dump(connection: dbapi2.Connection) -> list[str]:
    tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    rows = (row for name in tables for row in connection.execute(f'SELECT * FROM "{name}"'))
    return [
        value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value) for row in rows for value in row
    ]


def test_before_it_is_erased_all_of_it_is_found(store: Store, clock: SetClock) -> None:
    live(store)
    found = everything_in(store, clock)
    assert [word for word in WORDS if word not in found] == []


def test_nothing_of_an_erased_member_is_in_any_file(store: Store, clock: SetClock) -> None:
    new = live(store)
    shutil.copytree(store.vault.backups.files()[0].parent, store.home / "damaged" / "20261121T020000")
    forget(store, erased(new.member_id, clock))
    found = everything_in(store, clock)
    assert [word for word in (*WORDS, new.code) if word in found] == []
    assert store.read(find_members, "2045") == ()


def test_what_they_saw_and_bought_stays_as_nobodys(store: Store, clock: SetClock) -> None:
    new = live(store)
    store.write(lambda work: work.session.execute(update(Outbox).values(state="accepted")))  # the hub has it too
    forget(store, erased(new.member_id, clock))
    with contextlib.closing(connect(store.vault.path, store.key.secret, ())) as connection:
        assert connection.execute("SELECT count(*) FROM line").fetchone() == (2,)
        assert connection.execute("SELECT DISTINCT member_id FROM visit").fetchall() == [(None,)]


def test_a_visit_that_only_this_till_knew_to_be_theirs_is_as_the_hub_has_it(
    office: Office, quiet_till: quiet.NewTill
) -> None:
    office.products(**{f"g{SERUM}": "368.00"})
    till, west = quiet_till("one"), Sender(office.hub, "west")
    west.send(west.enrolled("m1"))
    till.sync()
    visit = till.do(serve, None)
    till.do(add_line, SERUM)
    till.sync()
    office.hub.erase("m1")

    carry = till.carrier

    def meanwhile(message: Message) -> Message:
        if isinstance(message, PullRequest) and not count(till.store, Outbox, Outbox.kind == "VisitJoined"):
            till.do(add_line, SERUM)
            till.do(serve, "m1")
        return carry(message)

    till.carrier = meanwhile
    till.sync()
    assert len(west.rows("visit")[visit]["lines"]) == count(till.store, Line) == 1


def test_what_was_noted_before_the_hub_refused_whose_it_is_stays(office: Office, quiet_till: quiet.NewTill) -> None:
    till, west = quiet_till("one"), Sender(office.hub, "west")
    west.send(west.enrolled("m1"))
    till.sync()
    visit = till.do(serve, None)
    till.do(write_note, "下次再来")
    till.sync()
    office.hub.erase("m1")
    till.do(serve, "m1")
    till.sync()
    assert len(west.rows("visit")[visit]["notes"]) == count(till.store, Note) == 1


@pytest.mark.parametrize("refused", [True, False])
def test_a_voucher_that_another_till_took_stays_taken(store: Store, clock: SetClock, *, refused: bool) -> None:
    """Theirs was refused, or goes unheard with them."""
    new = live(store)
    row = VoucherRow(amount=1000, currency="CNY", campaign=1, expires_on="2027-01-01", state="redeemed",
                     redemption_id="r0", visit_id="v0")  # fmt: skip
    taken = page(Row(op="put", kind="voucher", eid="v1", ver=2, body=msgspec.Raw(canonical(row))))
    event = VoucherTaken(voucher_id="v1", redemption_id="r1", visit_id=new.visit_id, code="SGV1")
    store.write(lambda work: setattr(work.till, "scopes", "cat dir"))
    store.write(note_contact, 1, 0)
    store.write(lambda work: work.note(event))
    store.write(apply_page, msgspec.structs.replace(taken, scope="cat"))
    if refused:
        mine = select(Outbox.event_id).where(Outbox.kind == "VoucherTaken")
        answer = Answer(id=store.read(lambda connection: connection.scalars(mine).one()), v="rejected",
                        code="voucher_used", row=taken.rows[0])  # fmt: skip
        store.write(apply_verdicts, PushReply(epoch=1, hub_now=0, verdicts=[answer]))
    forget(store, erased(new.member_id, clock))
    store.write(apply_page, msgspec.structs.replace(taken, scope="cat"))
    assert store.read(lambda connection: connection.scalars(select(Voucher.redemption_id)).all()) == ["r0"]


def test_whoever_is_served_next_is_not_served_in_the_visit_of_an_erased_member(store: Store, clock: SetClock) -> None:
    """The hub takes nothing in it any more: all that was done there would be refused."""
    new = live(store)
    store.write(lambda work: work.session.execute(update(Outbox).values(state="accepted")))
    assert store.read(find_running_visit) is not None
    forget(store, erased(new.member_id, clock))
    assert store.read(find_running_visit) is None
    store.write(add_line, SERUM)
    opened = store.read(find_running_visit)
    assert opened is not None
    assert len(opened.lines) == 1


def test_an_answer_that_strays_brings_no_deed_of_an_erased_member_back(store: Store, clock: SetClock) -> None:
    """Nothing is left of it that could be sent again, or laid over a row."""
    new = live(store)
    events = store.read(lambda connection: list(connection.scalars(select(Outbox.event_id))))
    forget(store, erased(new.member_id, clock))
    answers = [Answer(id=each, v="accepted") for each in events[::2]]
    answers += [Answer(id=each, v="duplicate", was="parked", code="wait_member") for each in events[1::2]]
    store.write(apply_verdicts, PushReply(epoch=1, hub_now=0, verdicts=answers))
    states = store.read(
        lambda connection: set(connection.scalars(select(Outbox.state).where(Outbox.event_id.in_(events))))
    )
    assert states == {"rejected"}


def test_nobody_must_deal_with_what_waited_about_them(store: Store, clock: SetClock) -> None:
    new = live(store)
    other = store.write(enrol, Application(phone="13800000001", name="陈", consents=("service",)))
    forget(store, erased(new.member_id, clock))
    waiting = store.read(list_waiting)
    assert {event.row_id for event in waiting if event.row == "member"} == {other.member_id}
    assert [event.kind for event in waiting][-1] == "ErasureCarriedOut"
    assert store.read(find_backlog).refused == 0


def test_a_request_that_nobody_will_hear_of_goes_with_them(store: Store, clock: SetClock) -> None:
    """Headquarters had forgotten them before their wish to be forgotten was told."""
    new = live(store)
    store.write(make_request, new.member_id, "erasure")
    assert len(store.read(open_requests, clock.today())) == 1
    forget(store, erased(new.member_id, clock))
    assert store.read(open_requests, clock.today()) == []


def test_a_request_that_the_hub_has_lost_goes_when_its_scope_is_read_anew(store: Store, clock: SetClock) -> None:
    """The hub took it, and came back from a backup before any page had brought it; no word is left to tell it again."""
    new = live(store)
    store.write(lambda work: setattr(work.till, "scopes", "st:west"))
    store.write(make_request, new.member_id, "erasure")
    made = next(each.event_id for each in store.read(list_waiting) if each.kind == "RequestMade")
    taken = Answer(id=made, v="accepted", at={"st:west": 5})
    store.write(apply_verdicts, PushReply(epoch=1, hub_now=1, verdicts=[taken]))
    forget(store, erased(new.member_id, clock))
    assert len(store.read(open_requests, clock.today())) == 1
    store.write(lambda work: cursor_of(work.session, "st:west"))
    store.write(read_again, "st:west")
    store.write(sweep, "st:west", store.read(find_ghosts, "st:west", Ghost("", ""), 10))
    assert store.read(open_requests, clock.today()) == []


def test_who_was_merged_into_them_goes_too_by_a_row_of_their_own(store: Store, clock: SetClock) -> None:
    new = live(store)
    kept = "01990000-0000-7000-8000-000000000009"
    redirect = Row(
        op="put", kind="redirect", eid=new.member_id, ver=1, body=msgspec.Raw(canonical(RedirectRow(keep=kept)))
    )
    forget(store, redirect, erased(kept, clock), erased(new.member_id, clock))
    found = everything_in(store, clock)
    assert [word for word in (*WORDS, new.code) if word in found] == []


def test_an_erasure_that_was_broken_off_is_ended_later(store: Store, clock: SetClock) -> None:
    new = live(store)
    store.write(apply_page, page(erased(new.member_id, clock)))
    store.close()
    again = open_store(store.home, clock)
    clean_files(again)
    assert again.read(find_forgotten) is None
    assert [word for word in (*WORDS, new.code) if word in everything_in(again, clock)] == []
    again.close()


def test_whoever_reads_just_now_puts_it_off_and_no_deed_waits_for_them(store: Store, clock: SetClock) -> None:
    new = live(store)
    with contextlib.closing(connect(store.vault.path, store.key.secret, ())) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT * FROM member").fetchall()
        store.write(apply_page, page(erased(new.member_id, clock)))
        forgotten = store.read(find_forgotten)
        assert forgotten is not None
        began = time.monotonic()
        assert not store.cleanse(forgotten.is_about)
        assert time.monotonic() - began < 2
    assert store.cleanse(forgotten.is_about)


def test_the_rows_of_the_feed_are_still_counted(store: Store, clock: SetClock) -> None:
    new = live(store)
    forget(store, erased(new.member_id, clock))
    assert store.read(lambda connection: connection.scalars(select(FeedRow.kind)).all()) == ["erasure"]


def lend(store: Store, clock: SetClock, member_id: str) -> None:
    """A coupon of theirs, and some of their points."""
    coupon = CouponRow(
        member_id=member_id, campaign="c", title="八折", amount=100, currency="CNY", valid_until=clock.now()
    )
    lent = {"holder": "one", "not_after": clock.now()}
    rows = [
        ("coupon", "c1", coupon),
        ("lease", "l1", LeaseRow(of="coupon", object_id="c1", amount=1, **lent)),
        ("lease", "l2", LeaseRow(of="points", object_id=member_id, amount=50, **lent)),
    ]
    told = [Row(op="put", kind=kind, eid=eid, ver=1, body=msgspec.Raw(canonical(row))) for kind, eid, row in rows]
    store.write(apply_page, msgspec.structs.replace(page(*told), scope="dv:one"))


def test_of_a_coupon_what_the_hub_lent_goes_by_its_own_word(store: Store, clock: SetClock) -> None:
    """Whom they were told apart from may have it by now: nothing would bring that lease again."""
    new = live(store)
    lend(store, clock, new.member_id)
    forget(store, erased(new.member_id, clock))
    assert store.read(lambda connection: connection.scalars(select(Lease.id)).all()) == ["l1"]
    store.write(show_leases)
    assert count(store, Outbox, Outbox.kind == "LeaseAsked") == 0, "the hub is asked for nothing of theirs"
    held = sum_text(sum(row_hash(kind, eid, 1) for kind, eid in (("coupon", "c1"), ("lease", "l2"))))
    gone = Row(op="del", kind="lease", eid="l1", ver=2, seq=4)
    store.write(apply_page, Page(scope="dv:one", from_=3, to=4, head=4, more=False, sum64=held, rows=[gone]))
    assert count(store, Lease) == 0


def test_a_table_that_names_members_is_never_left_out(store: Store) -> None:
    """Forgetting somebody nobody knows touches every table, and none complains."""
    assert store.write(lambda work: forget_member(work.session, "nobody")) == {"nobody"}


def test_the_hub_hears_from_every_till_that_it_has_forgotten(new_till: NewTill) -> None:
    one, two = new_till("one"), new_till("two")
    for till in (one, two):
        till.sync()
    new = one.desk.do(enrol, Application(phone="13916882045", name="许文君", consents=("service",))).result()
    one.sync()
    two.sync()
    two.desk.do(serve, new.member_id).result()
    one.desk.write(lambda work: work.note(ErasureRequested(member_id=new.member_id)))
    for till in (one, two, one, two):
        status = till.sync()
        assert (status.problem, status.refused) == (None, 0)
    for till in (one, two):
        assert till.desk.read(find_members, "2045") == ()
        assert till.desk.read(_receipts) == ["accepted"]


def _receipts(connection: Connection) -> list[str]:
    assert connection.scalars(select(Erasure.done)).all() == [True]
    return list(connection.scalars(select(Outbox.state).where(Outbox.kind == "ErasureCarriedOut")))


def test_what_a_crash_left_half_written_is_forgotten_as_well(store: Store, clock: SetClock) -> None:
    new = live(store)
    (backup,) = store.vault.backups.files()
    backup.rename(backup.with_name("fresh.part"))
    (day,) = store.home.glob("journal/*.sgj")
    shutil.copy(day, day.with_name(day.name + ".new"))
    forget(store, erased(new.member_id, clock))
    assert [path.name for path in store.home.rglob("*") if path.suffix in (".part", ".new")] == []


def test_the_code_that_opened_a_visit_is_forgotten_with_the_member(store: Store, clock: SetClock) -> None:
    code, born = member_code(b"0123456789"), "m-unknown-till-later"
    store.write(serve_code, code)
    store.write(finish_visit)
    store.write(lambda work: work.note(MemberEnrolled(member_id=born, code=code, phone=None, name="许文君")))
    forget(store, erased(born, clock))
    assert code not in everything_in(store, clock)
