"""What the hub answers is written down whatever its order, and what still waits here stays on the screen."""

from datetime import UTC, datetime

import msgspec
from sqlalchemy import Connection, select

from desktop.data.exchange import Outbox
from desktop.data.members import Member
from desktop.desk import Desk
from desktop.rules.member_codes import member_code
from desktop.services.members import Application, Enrolled, amend, enrol
from desktop.services.visits import add_line, serve, write_note
from desktop.views.lookup import MemberSeen, look_up
from desktop.views.profile import find_profile
from desktop.views.till import find_backlog
from desktop.views.visit import find_visit
from sync.apply import apply_page, apply_verdicts
from sync.protocol import (
    Answer,
    DirectoryRow,
    MemberRow,
    Message,
    Page,
    PushReply,
    RedirectRow,
    Row,
    StoreRow,
    Verdict,
)

SERUM = "06901230010019"
PHONE = "13916882045"
KEPT = "0199aaaa-0000-7000-8000-000000000001"
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


def name_of(desk: Desk, member_id: str) -> str | None:
    found = desk.read(find_profile, member_id, MOMENT.date())
    return found.name if found else None


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


def test_a_correction_that_waits_stays_over_a_directory_row(stocked: Desk) -> None:
    code = member_code(bytes(10))
    take(stocked, "dir", put("directory", KEPT, DirectoryRow(code=code, name="林女士"), seq=1))
    stocked.do(amend, KEPT, name="林晓月").result()
    take(stocked, "dir", put("directory", KEPT, DirectoryRow(code=code, name="林女士", phone_tail="2045"), seq=2))
    assert name_of(stocked, KEPT) == "林晓月"


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


def test_a_final_verdict_stays(stocked: Desk) -> None:
    stocked.do(serve, None).result()
    ((_, opened),) = stocked.read(waiting)
    judge(stocked, Answer(id=opened, v="accepted"))
    judge(stocked, Answer(id=opened, v="parked", code="wait_member"))
    assert stocked.read(find_backlog).waiting == 0
