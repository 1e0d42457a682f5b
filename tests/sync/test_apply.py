"""What the hub answers is written down whatever its order, and what still waits here stays on the screen."""

from datetime import UTC, datetime

import msgspec
import pytest
from sqlalchemy import Connection, select, update

from desktop.data.catalogue import Product, Store
from desktop.data.escrow import Lease
from desktop.data.exchange import FeedRow, Outbox, ParkedIn, Till
from desktop.data.members import Identity, Member
from desktop.desk import Desk
from desktop.events import Event, MemberAmended
from desktop.rules.leases import lease_id
from desktop.rules.member_codes import member_code
from desktop.services.members import Application, Enrolled, amend, enrol
from desktop.services.ownership import assign_member
from desktop.services.visits import add_line, remove_line, serve, write_note
from desktop.views.lookup import MemberSeen, current_id, look_up
from desktop.views.profile import find_profile
from desktop.views.till import find_backlog
from desktop.views.visit import find_visit
from desktop.work import Work
from sync.apply import apply_verdicts
from sync.cursors import read_again
from sync.escrow_rows import LeaseRow
from sync.laying import lay_parked
from sync.pages import Ghost, apply_page, sweep
from sync.protocol import (
    Answer,
    DirectoryRow,
    MemberRow,
    Message,
    Page,
    ProductRow,
    PushReply,
    RedirectRow,
    Row,
    StoreRow,
    Verdict,
    VisitRow,
)

SERUM = "06901230010019"
PHONE = "13916882045"
KEPT, MERGED, THIRD = (f"0199aaaa-0000-7000-8000-00000000000{number}" for number in (1, 2, 3))
MOMENT = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)


def put(kind: str, row_id: str, body: Message, *, seq: int, op: str = "put") -> Row:
    return Row(op=op, kind=kind, eid=row_id, ver=seq, seq=seq, body=msgspec.Raw(msgspec.json.encode(body)))


def take(desk: Desk, scope: str, *rows: Row) -> None:
    """One page of the feed that holds these rows; more are to come."""
    first, last = rows[0].seq - 1, rows[-1].seq
    page = Page(scope=scope, from_=first, to=last, head=last + 1, sum64="", more=True, rows=list(rows))
    desk.do_behind(apply_page, page).result()


def waiting(connection: Connection) -> list[tuple[str, str]]:
    """Kind and id of every event without a verdict, in their order."""
    return [(row.kind, row.event_id) for row in connection.execute(
        select(Outbox.kind, Outbox.event_id).where(Outbox.state.in_(("pending", "parked"))).order_by(Outbox.n)
    )]  # fmt: skip


def judge(desk: Desk, *answers: Answer) -> None:
    reply = PushReply(epoch=1, hub_now=0, verdicts=list(answers))
    desk.do_behind(apply_verdicts, reply).result()


def accept(desk: Desk, **at: int) -> None:
    """Everything that waits took effect, and stands there in the feeds."""
    judge(desk, *(Answer(id=event_id, v="accepted", at=at) for _, event_id in desk.read(waiting)))


def newcomer(desk: Desk) -> Enrolled:
    return desk.do(enrol, Application(phone=PHONE, name="许女士", consents=("service",))).result()


def seen_in(desk: Desk, visit_id: str) -> list[str]:
    """What was done with each product of a visit."""
    found = desk.read(find_visit, visit_id)
    assert found is not None
    return [line.action for line in found.lines]


def name_of(desk: Desk, member_id: str) -> str | None:
    found = desk.read(find_profile, member_id, MOMENT.date())
    return found.name if found else None


def lease(member_id: str) -> LeaseRow:
    return LeaseRow(of="points", object_id=member_id, holder="till", amount=100, not_after=MOMENT)


def leased_to(connection: Connection) -> dict[str, str]:
    """Whose points each lease is on."""
    return {row.id: row.object_id for row in connection.execute(select(Lease.id, Lease.object_id))}


@pytest.mark.parametrize("later", ["pending", "parked"])
def test_a_refused_visit_does_not_hold_up_the_lines_in_it(stocked: Desk, later: Verdict) -> None:
    visit_id = stocked.do(serve, None).result()
    stocked.do(add_line, SERUM).result()
    stocked.do(write_note, "不刺痛").result()
    (_, opened), *others = stocked.read(waiting)
    if later == "parked":
        judge(stocked, *(Answer(id=event_id, v="parked") for _, event_id in others))
    gone = Row(op="del", kind="visit", eid=visit_id, ver=0)
    judge(stocked, Answer(id=opened, v="rejected", code="no_member", row=gone))
    assert stocked.read(find_visit, visit_id) is None
    assert stocked.read(find_backlog).refused == 1
    assert stocked.read(find_backlog).waiting == 2


def test_what_a_scope_has_shown_is_not_laid_over_it_again(stocked: Desk) -> None:
    """The directory is long and lags behind the store's scope; an older name of ours must not come back."""
    new = newcomer(stocked)
    stocked.do(amend, new.member_id, name="许文").result()
    accept(stocked, **{"dir": 500, "st:1": 2})
    take(stocked, "dir", put("store", "s1", StoreRow(name="杭州湖滨店"), seq=1))
    row = MemberRow(code=new.code, name="许文静", phone="+8613916882045")
    take(stocked, "st:1", put("member", new.member_id, row, seq=1), put("member", new.member_id, row, seq=2))
    assert name_of(stocked, new.member_id) == "许文静"


def test_a_row_that_has_a_deed_in_it_is_not_laid_under_it_again(stocked: Desk) -> None:
    """A deed may change several rows, and its place is that of the last; each row is as the hub has it by then."""
    new = newcomer(stocked)
    stocked.do(amend, new.member_id, name="许文").result()
    accept(stocked, **{"st:1": 2})
    take(stocked, "st:1", put("member", new.member_id, MemberRow(code=new.code, name="许文静"), seq=1))
    assert name_of(stocked, new.member_id) == "许文静"


@pytest.mark.parametrize("merge_first", [True, False])
def test_a_correction_that_waits_stays_though_its_member_was_merged(stocked: Desk, *, merge_first: bool) -> None:
    """The hub has not judged it, and to whom the name will be is plain."""
    kept, old = (MemberRow(code=member_code(bytes([n] * 10)), name=name) for n, name in enumerate(("许文", "许小姐")))
    take(stocked, "st:1", put("member", KEPT, kept, seq=1), put("member", MERGED, old, seq=2))
    stocked.do(amend, MERGED, name="许文静").result()
    rows = [("redirect", MERGED, RedirectRow(keep=KEPT)), ("member", KEPT, kept)]
    for seq, row in enumerate(rows if merge_first else rows[::-1], 3):
        take(stocked, "st:1", put(*row, seq=seq))
    assert name_of(stocked, KEPT) == "许文静"


def test_a_correction_that_waits_stays_over_a_directory_row(stocked: Desk) -> None:
    code = member_code(bytes(10))
    take(stocked, "dir", put("directory", KEPT, DirectoryRow(code=code, name="林女士"), seq=1))
    stocked.do(amend, KEPT, name="林晓月").result()
    take(stocked, "dir", put("directory", KEPT, DirectoryRow(code=code, name="林女士", phone_tail="2045"), seq=2))
    assert name_of(stocked, KEPT) == "林晓月"


def test_a_refused_correction_leaves_nothing_on_a_directory_row(stocked: Desk) -> None:
    row = put("directory", KEPT, DirectoryRow(code=member_code(bytes(10)), name="林女士", phone_tail="2045"), seq=1)
    take(stocked, "dir", row)
    stocked.do(note_together, MemberAmended(member_id=KEPT, fields={"phone": "+8613900000001", "card": "C1"})).result()
    stocked.do(amend, KEPT, birthday="03-08").result()
    judge(stocked, *(Answer(id=each, v="rejected", code="phone_taken", row=row) for _, each in stocked.read(waiting)))
    assert stocked.read(details) == [(None, None, ["code"])]


def test_a_refused_guide_is_left_on_no_directory_row(stocked: Desk) -> None:
    row = put("directory", KEPT, DirectoryRow(code=member_code(bytes(10)), name="林女士"), seq=1)
    take(stocked, "dir", row)
    stocked.do(lambda work: assign_member(work, KEPT, str(work.till.guide_id))).result()
    judge(stocked, *(Answer(id=each, v="rejected", code="stale", row=row) for _, each in stocked.read(waiting)))
    assert stocked.read(lambda connection: connection.scalar(select(Member.guide_id).where(Member.id == KEPT))) is None


def test_a_merged_member_can_be_served_before_the_kept_one_has_come(stocked: Desk) -> None:
    new = newcomer(stocked)
    take(stocked, "dir", put("redirect", new.member_id, RedirectRow(keep=KEPT), seq=1))
    seen = stocked.read(look_up, new.code)
    assert seen == MemberSeen(KEPT)
    assert stocked.do(serve, KEPT).result() == new.visit_id
    assert name_of(stocked, new.member_id) == "许女士"
    row = MemberRow(code=member_code(bytes(10)), name="许文", codes=(new.code,))
    take(stocked, "dir", put("member", KEPT, row, seq=2))
    assert name_of(stocked, new.member_id) == "许文"
    assert stocked.read(lambda connection: connection.scalars(select(Member.id)).all()) == [KEPT]


def test_a_merged_member_is_known_though_a_store_has_let_go_of_them(stocked: Desk) -> None:
    take(stocked, "dir", put("redirect", MERGED, RedirectRow(keep=KEPT), seq=1))
    take(stocked, "st:1", put("redirect", MERGED, RedirectRow(keep=KEPT), seq=1))
    take(stocked, "st:1", Row(op="del", kind="redirect", eid=MERGED, ver=2, seq=2))
    assert stocked.read(current_id, MERGED) == KEPT
    take(stocked, "dir", Row(op="del", kind="redirect", eid=MERGED, ver=2, seq=2))
    assert stocked.read(current_id, MERGED) == MERGED


def test_leased_points_are_whose_they_were_once_a_merge_is_undone(stocked: Desk) -> None:
    """Though the lease was read before the merge was, from a directory that lagged behind, and does not come again."""
    till_id = stocked.read(lambda connection: connection.scalar(select(Till.device_id)))
    granted = {each: lease_id("points", each, str(till_id)) for each in (KEPT, MERGED, THIRD)}
    take(stocked, "dv:1", *(put("lease", granted[each], lease(each), seq=seq) for seq, each in enumerate(granted, 1)))
    merges = (put("redirect", each, RedirectRow(keep=KEPT), seq=seq) for seq, each in enumerate((MERGED, THIRD), 1))
    take(stocked, "dir", *merges)
    assert stocked.read(leased_to) == dict.fromkeys(granted.values(), KEPT)
    gone = Row(op="del", kind="redirect", eid=MERGED, ver=3, seq=3)
    take(stocked, "dir", gone, put("redirect", THIRD, RedirectRow(keep=MERGED), seq=4))
    assert stocked.read(leased_to) == {granted[KEPT]: KEPT, granted[MERGED]: MERGED, granted[THIRD]: MERGED}


def test_a_final_verdict_stays(stocked: Desk) -> None:
    stocked.do(serve, None).result()
    ((_, opened),) = stocked.read(waiting)
    judge(stocked, Answer(id=opened, v="accepted"))
    judge(stocked, Answer(id=opened, v="parked", code="wait_member"))
    assert stocked.read(find_backlog).waiting == 0


def test_a_refusal_brings_what_the_hub_has_by_now(stocked: Desk) -> None:
    new = newcomer(stocked)
    stocked.do(amend, new.member_id, name="许文").result()
    accept(stocked, dir=500)
    take(stocked, "dir", put("store", "s1", StoreRow(name="杭州湖滨店"), seq=1))
    stocked.do(amend, new.member_id, birthday="03-08").result()
    ((_, amended),) = stocked.read(waiting)
    row = put("member", new.member_id, MemberRow(code=new.code, name="许文静"), seq=0)
    judge(stocked, Answer(id=amended, v="rejected", code="schema_invalid", row=row))
    assert name_of(stocked, new.member_id) == "许文静"


def test_what_a_clerk_took_back_stays_away_while_the_hub_cannot_judge_it(stocked: Desk) -> None:
    visit_id = stocked.do(serve, None).result()
    line_id = stocked.do(add_line, SERUM).result()
    stocked.do(remove_line, line_id).result()
    (_, opened), (_, added), (_, removed) = stocked.read(waiting)
    judge(stocked, *(Answer(id=each, v="accepted", at={"st:1": 1}) for each in (opened, removed)))
    judge(stocked, Answer(id=added, v="parked"))
    row = put("visit", visit_id, VisitRow(state="open", started_at=MOMENT), seq=1)
    take(stocked, "st:1", row)
    assert seen_in(stocked, visit_id) == []
    judge(stocked, Answer(id=added, v="accepted", row=row))
    assert seen_in(stocked, visit_id) == []


def test_a_verdict_brings_what_has_overtaken_the_deed(stocked: Desk) -> None:
    visit_id = stocked.do(serve, None).result()
    stocked.do(add_line, SERUM).result()
    assert seen_in(stocked, visit_id) == ["seen"]
    row = put("visit", visit_id, VisitRow(state="open", started_at=MOMENT), seq=1)
    judge(stocked, *(Answer(id=each, v="accepted", row=row) for _, each in stocked.read(waiting)))
    assert seen_in(stocked, visit_id) == []


@pytest.mark.parametrize(
    "row",
    [
        Row(op="put", kind="store", eid=KEPT, ver=1, seq=1, body=msgspec.Raw(b'{"name": 7}')),
        Row(op="rename", kind="store", eid=KEPT, ver=1, seq=1, body=msgspec.Raw(b'{"name": "x"}')),
        Row(op="put", kind="store", eid=KEPT, ver=1, seq=1),
        Row(op="put", kind="coupon", eid=KEPT, ver=1, seq=1, body=msgspec.Raw(b"{}")),
        Row(op="put", kind="verdict", eid=KEPT, ver=1, seq=1, body=msgspec.Raw(b'{"id": "x", "v": "postponed"}')),
    ],
)
def test_a_row_of_a_newer_hub_is_kept_and_holds_up_nothing(stocked: Desk, row: Row) -> None:
    take(stocked, "cfg", row, put("store", "s2", StoreRow(name="杭州湖滨店"), seq=2))
    assert stocked.read(stores)["s2"] == "杭州湖滨店"
    assert KEPT not in stocked.read(stores)
    assert stocked.read(parked) == [(row.kind, KEPT)]


def test_an_unknown_deed_on_a_known_row_does_not_delete_it(stocked: Desk) -> None:
    take(stocked, "cfg", put("store", "s2", StoreRow(name="杭州湖滨店"), seq=1))
    take(stocked, "cfg", put("store", "s2", StoreRow(name="杭州"), seq=2, op="close"))
    assert stocked.read(stores)["s2"] == "杭州湖滨店"


def test_a_newer_program_lays_what_an_older_one_kept(stocked: Desk) -> None:
    take(
        stocked,
        "cfg",
        put("coupon", "c1", StoreRow(name="满减"), seq=1),
        put("coupon", "c2", StoreRow(name="x"), seq=2),
    )
    take(stocked, "cfg", put("coupon", "c2", StoreRow(name="新"), seq=3))
    stocked.do(as_if_of_kind, "store").result()
    stocked.do(lay_parked).result()
    assert stocked.read(stores).items() >= {"c1": "满减", "c2": "新"}.items()
    assert stocked.read(parked) == []


def test_a_newer_program_lays_what_a_refusal_brought_to_an_older_one(stocked: Desk) -> None:
    newcomer(stocked)
    _, refused = stocked.read(waiting)[0]
    row = put("coupon", "c1", StoreRow(name="满减"), seq=1)
    judge(stocked, Answer(id=refused, v="rejected", code="coupon_used", row=row))
    stocked.do(as_if_of_kind, "store").result()
    stocked.do(lay_parked).result()
    assert stocked.read(stores)["c1"] == "满减"
    assert stocked.read(parked) == []


def test_a_newer_program_takes_away_what_an_older_one_was_told_is_gone(stocked: Desk) -> None:
    """The till had gone back to a program that did not know the kind any more."""
    take(stocked, "cfg", put("store", "s2", StoreRow(name="杭州湖滨店"), seq=1))
    stocked.do(as_if_of_kind, "later").result()
    take(stocked, "cfg", Row(op="del", kind="later", eid="s2", ver=2, seq=2))
    assert "s2" in stocked.read(stores)
    stocked.do(as_if_of_kind, "store").result()
    stocked.do(lay_parked).result()
    assert "s2" not in stocked.read(stores)
    assert stocked.read(parked) == []


def test_a_newer_program_takes_away_what_did_not_come_to_an_older_one_again(stocked: Desk) -> None:
    take(stocked, "cfg", put("store", "s2", StoreRow(name="杭州湖滨店"), seq=1))
    stocked.do(as_if_of_kind, "later").result()
    stocked.do(read_again, "cfg").result()
    stocked.do(sweep, "cfg", [Ghost("later", "s2")]).result()
    stocked.do(as_if_of_kind, "store").result()
    stocked.do(lay_parked).result()
    assert "s2" not in stocked.read(stores)


def test_what_was_told_in_an_unknown_way_waits_for_a_newer_program(stocked: Desk) -> None:
    take(stocked, "cfg", put("store", "s2", StoreRow(name="杭州湖滨店"), seq=1, op="close"))
    stocked.do(lay_parked).result()
    assert stocked.read(parked) == [("store", "s2")]


def may_read(work: Work, scope: str) -> None:
    """As the hub says when it is greeted."""
    work.till.scopes = scope


@pytest.mark.parametrize("order", [(1, 2), (2, 1)])
def test_of_what_a_page_and_an_answer_brought_to_an_older_program_the_newer_counts(
    stocked: Desk, order: tuple[int, int]
) -> None:
    newcomer(stocked)
    stocked.do(may_read, "cfg").result()
    _, refused = stocked.read(waiting)[0]
    paged, answered = (put("coupon", "c1", StoreRow(name=f"满减 {ver}"), seq=ver) for ver in order)
    take(stocked, "cfg", msgspec.structs.replace(paged, seq=1))
    told = msgspec.structs.replace(answered, seq=0, scope="cfg")
    judge(stocked, Answer(id=refused, v="rejected", code="coupon_used", row=told))
    stocked.do(as_if_of_kind, "store").result()
    stocked.do(lay_parked).result()
    assert stocked.read(stores)["c1"] == "满减 2"


@pytest.mark.noisy
def test_a_kept_row_that_cannot_be_laid_holds_up_no_other(stocked: Desk) -> None:
    worst = ProductRow(name="x", gtins=(), price=2**70)
    take(stocked, "cfg", put("coupon", "c1", worst, seq=1), put("coupon", "c2", ProductRow(name="y", gtins=()), seq=2))
    stocked.do(as_if_of_kind, "product").result()
    stocked.do(lay_parked).result()
    assert stocked.read(parked) == [("product", "c1")]
    assert stocked.read(lambda connection: connection.scalar(select(Product.name).where(Product.id == "c2"))) == "y"


def test_an_old_copy_of_a_row_that_has_come_since_stays_where_it_is(stocked: Desk) -> None:
    take(stocked, "cfg", put("store", "s2", StoreRow(name="旧"), seq=1, op="later"))
    take(stocked, "cfg", put("store", "s2", StoreRow(name="杭州湖滨店"), seq=2))
    stocked.do(lay_parked).result()
    assert stocked.read(stores)["s2"] == "杭州湖滨店"
    assert stocked.read(parked) == []


def test_a_page_that_another_program_has_read_is_passed_over(stocked: Desk) -> None:
    row = put("store", "s2", StoreRow(name="杭州湖滨店"), seq=1)
    page = Page(scope="cfg", from_=0, to=1, head=2, sum64="", more=True, rows=[row])
    assert stocked.do_behind(apply_page, page).result() is True
    assert stocked.do_behind(apply_page, page).result() is False


def note_together(work: Work, *events: Event) -> None:
    work.note_many(events)


def details(connection: Connection) -> list[tuple[str | None, str | None, list[str]]]:
    """Phone, birthday and kinds of identities of every member."""
    kinds = connection.scalars(select(Identity.kind)).all()
    return [(row.phone, row.birthday, list(kinds)) for row in connection.execute(select(Member.phone, Member.birthday))]


def stores(connection: Connection) -> dict[str, str]:
    return {row.id: row.name for row in connection.execute(select(Store.id, Store.name))}


def parked(connection: Connection) -> list[tuple[str, str]]:
    return [(row.kind, row.row_id) for row in connection.execute(select(ParkedIn.kind, ParkedIn.row_id))]


def as_if_of_kind(work: Work, kind: str) -> None:
    """What was kept is of a kind this program knows: as after an upgrade."""
    for table in (ParkedIn, FeedRow):
        work.session.execute(update(table).values(kind=kind))
