"""The transactions under the cuts: what the real services emit, from a new till's first start on."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
from sqlalchemy import Connection, Engine, Pool, event, select
from sqlalchemy.pool import ConnectionPoolEntry

from desktop.clock import milliseconds
from desktop.data.exchange import Outbox
from desktop.data.samples import fill_shop
from desktop.desk import Desk
from desktop.rules.member_codes import member_code
from desktop.services.consents import withdraw_consent
from desktop.services.coupons import give_gift, redeem_coupon
from desktop.services.drafts import drop_draft, keep_draft
from desktop.services.imported_members import MEMBERS
from desktop.services.imported_products import PRODUCTS
from desktop.services.imports import import_file
from desktop.services.members import Application, Enrolled, amend, enrol
from desktop.services.points import earn_points, spend_points
from desktop.services.preferences import note_preference, withdraw_preference
from desktop.services.refusals import acknowledge
from desktop.services.tasks import finish_task, open_task
from desktop.services.tending import tend_leases
from desktop.services.undo import undo
from desktop.services.visits import add_line, change_line, finish_visit, hold_visit, recall_visit, serve, write_note
from sync import escrow_rows as escrow
from sync import protocol as wire
from sync.apply import apply_enrolment, apply_verdicts, note_contact
from sync.cursors import read_again
from sync.laying import lay_parked
from sync.pages import Ghost, apply_page, end_sweep, find_ghosts, sweep
from sync.till import open_till
from tests.clock import SetClock
from tests.powercut.chores import erase, load, take_all, waiting
from tests.powercut.shim import Statement

Transaction = list[Statement]
Contents = dict[str, list[str]]

_BEGIN, _COMMIT = "BEGIN IMMEDIATE", "COMMIT"
_STORE, _OTHER = "01960000-0000-7000-8000-000000000101", "0199aaaa-0000-7000-8000-000000000001"
_HUB_NOW = 1_800_000_000_000
_SCOPES = ("cfg", "cat", "dir", f"st:{_STORE}")


@dataclass(frozen=True, slots=True)
class Days:
    """transactions: those that changed something, in order. contents: every row of every table at the end."""

    transactions: list[Transaction]
    contents: Contents


def record(folder: Path, people: int) -> Days:
    """Live through a till's first days in ``folder``, with files of so many people.

    They are the same each time, byte for byte, so that a seed finds the same cut again.
    """
    (folder / "till.key").write_text("0" * 64)  # so that no key store is asked
    with _recorded() as transactions:
        desk = open_till(folder, clock := _Steps())
        try:
            desk.do(fill_shop).result()
            desk.do_behind(apply_enrolment, _LET_IN, "http://127.0.0.1").result()
            new = _serve_somebody(desk)
            _change_and_undo(desk, new)
            _hear_verdicts(desk)
            _pull(desk, new)
            _import(desk, folder, people)
            _serve_again(desk, new)
            _spend(desk)
            desk = _lose_a_deed(desk, transactions)
            desk.do_behind(note_contact, 2, _HUB_NOW).result()  # a hub that went back: read and send anew
            load(desk)
            erase(desk, _OTHER, new.member_id)
            _let_go(desk, clock)
            contents = desk.read(lambda connection: all_rows(lambda sql: connection.exec_driver_sql(sql).all()))
        finally:
            desk.close()
    return Days(transactions, contents)


def _let_go(desk: Desk, clock: SetClock) -> None:
    """What the hub took a month ago goes, and its day of the journal; what was done since has not been sent."""
    old = set(desk.read(waiting))
    take_all(desk, 2, _HUB_NOW)
    clock.forward(days=31)
    desk.do(serve, None).result()
    desk.do(add_line, "06901230010026").result()
    while desk.write(desk.store.second.tidy):
        continue
    assert not old & set(desk.read(lambda connection: connection.scalars(select(Outbox.event_id)).all()))


def all_rows(query: Callable[[str], Iterable[Iterable[Any]]]) -> Contents:
    """Every row of every table."""
    tables = [name for (name,) in query("SELECT name FROM sqlite_master WHERE type = 'table'")]
    return {table: sorted(map(repr, map(tuple, query(f'SELECT * FROM "{table}"')))) for table in tables}


def _lose_a_deed(desk: Desk, transactions: list[Transaction]) -> Desk:
    """The database goes back to before the last deed, as if from a backup; the next start has it from the journal."""
    home, clock = desk.home, desk.clock
    desk.close()
    before, kept = len(transactions), (home / "till.db").read_bytes()
    desk = open_till(home, clock)
    desk.do(write_note, "要小样带回去给妈妈").result()
    desk.close()
    (home / "till.db").write_bytes(kept)
    del transactions[before:]
    desk = open_till(home, clock)
    assert "NoteWritten" in repr(transactions[before:])
    return desk


class _Steps(SetClock):
    """A second later each time it is looked at."""

    @property
    def boot(self) -> str:
        return "0" * 32

    def now(self) -> datetime:
        self.forward(seconds=1)
        return super().now()


class _Witness:
    """A connection of the driver that tells what it is asked to run: much goes past SQLAlchemy."""

    def __init__(self, driver: Any, tell: Callable[[Any, str, Any, bool], None]) -> None:
        self._driver = driver
        self._tell = tell

    def execute(self, sql: str, values: Any = ()) -> Any:
        self._tell(self, sql, values, False)
        return self._driver.execute(sql, values)

    def executemany(self, sql: str, rows: Any) -> Any:
        self._tell(self, sql, rows := list(rows), True)
        return self._driver.executemany(sql, rows)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._driver, name)


@contextmanager
def _recorded() -> Iterator[list[Transaction]]:
    """What any engine's writer emits meanwhile, by transaction. Reading alone is left out, and so is a rollback."""
    done: list[Transaction] = []
    running: dict[Any, Transaction] = {}

    def tell(driver: Any, sql: str, parameters: Any, many: bool) -> None:
        if sql == _BEGIN:
            running[driver] = []
        if driver in running:
            running[driver].append((sql, parameters, many))

    def attend(driver: Any, record: ConnectionPoolEntry) -> None:
        record.dbapi_connection = _Witness(driver, tell)  # type: ignore[assignment]

    def statement(connection: Connection, cursor: Any, sql: str, parameters: Any, context: Any, many: bool) -> None:
        tell(connection.connection.driver_connection, sql, parameters, many)

    def commit(connection: Connection) -> None:
        statements = running.pop(connection.connection.driver_connection, [])
        if any(not sql.startswith(("SELECT", _BEGIN)) for sql, *_ in statements):
            done.append([*statements, (_COMMIT, (), False)])

    def rollback(connection: Connection) -> None:
        running.pop(connection.connection.driver_connection, None)

    heard: tuple[tuple[Any, str, Any], ...] = (
        (Pool, "connect", attend), (Engine, "before_cursor_execute", statement),
        (Engine, "commit", commit), (Engine, "rollback", rollback),
    )  # fmt: skip
    for each in heard:
        event.listen(*each)
    try:
        yield done
    finally:
        for each in heard:
            event.remove(*each)


def _serve_somebody(desk: Desk) -> Enrolled:
    """An enrolment and a whole visit, with a draft that was dropped when it was saved."""
    desk.do_behind(keep_draft, "enrol", {"phone": "1391688"}).result()
    form = Application(
        phone="13916882045", name="许女士", consents=("service", "personal"), impressions=(("skin", "敏感肌"),),
        code=member_code(b"0123456789"),
    )  # fmt: skip
    new = desk.do(enrol, form).result()
    desk.do_behind(drop_draft, "enrol").result()
    line = desk.do(add_line, "06901230010019").result()
    desk.do(change_line, line, "tried").result()
    desk.do(write_note, "试用精华,反馈不刺痛").result()
    desk.do(note_preference, "need", "想要防晒").result()
    desk.do(hold_visit).result()
    desk.do(recall_visit, new.visit_id).result()
    desk.do(finish_visit).result()
    return new


def _change_and_undo(desk: Desk, new: Enrolled) -> None:
    desk.do(serve, new.member_id).result()
    preference = desk.do(note_preference, "hair", "细软").result()
    desk.do(withdraw_preference, preference).result()
    desk.do(undo).result()
    desk.do(amend, new.member_id, name="许文", birthday="03-08").result()
    desk.do(undo).result()
    desk.do(withdraw_consent, new.member_id, "personal").result()


def _hear_verdicts(desk: Desk) -> None:
    """Most deeds are taken, one is refused and seen by the clerk, one must wait."""
    ids = desk.read(lambda connection: connection.scalars(select(Outbox.event_id).order_by(Outbox.n)).all())
    *taken, refused, parked = ids
    answers = [wire.Answer(id=event_id, v="accepted", at={"dir": 5, _SCOPES[3]: 9}) for event_id in taken]
    answers += [wire.Answer(id=refused, v="rejected", code="stale"), wire.Answer(id=parked, v="parked")]
    desk.do_behind(
        apply_verdicts, wire.PushReply(epoch=1, hub_now=milliseconds(desk.clock.now()), verdicts=answers)
    ).result()
    desk.do(acknowledge, refused).result()


def _pull(desk: Desk, new: Enrolled) -> None:
    """Rows of many kinds, one that this till cannot read yet, and a member who became another; then the directory
    anew, without two of its rows.
    """
    code = member_code(bytes(10))
    full = wire.MemberRow(code=code, name="许文", phone="+8613916882045", codes=(new.code,), cards=("A1",))
    pages = {
        "cfg": [("store", _STORE, wire.StoreRow(name="上海南京西路店")),
                ("guide", "g1", wire.GuideRow(name="周宁", store_id=_STORE)),
                ("weather", "w1", wire.StoreRow(name="晴"))],
        "cat": [("product", f"p{n}", wire.ProductRow(name=f"面霜{n}", gtins=(f"0690123009{n:04d}",), price=9900))
                for n in range(40)],
        "dir": [("directory", f"m{n}", wire.DirectoryRow(code=member_code(n.to_bytes(10)), name=f"林{n}"))
                for n in range(1, 60)]
        + [("directory", _OTHER, wire.DirectoryRow(code=code, name="许文", phone_tail="2045")),
           ("redirect", new.member_id, wire.RedirectRow(keep=_OTHER))],
        _SCOPES[3]: [("member", _OTHER, full)],
    }  # fmt: skip
    for scope, rows in pages.items():
        desk.do_behind(apply_page, _page(scope, rows)).result()
    desk.do_behind(lay_parked).result()
    desk.do_behind(read_again, "dir").result()
    desk.do_behind(apply_page, _page("dir", pages["dir"][2:])).result()
    ghosts = desk.read(find_ghosts, "dir", Ghost("", ""), len(pages["dir"]))
    assert len(ghosts) == 2
    desk.do_behind(sweep, "dir", ghosts).result()
    desk.do_behind(end_sweep, "dir").result()


def _page(scope: str, rows: list[tuple[str, str, wire.Message]], *, more: bool = True) -> wire.Page:
    numbered = [
        wire.Row(op="put", kind=kind, eid=row_id, ver=1, seq=seq, body=msgspec.Raw(wire.canonical(body)))
        for seq, (kind, row_id, body) in enumerate(rows, 1)
    ]
    total = wire.sum_text(sum(wire.row_hash(kind, row_id, 1) for kind, row_id, _ in rows))
    end = len(rows)
    return wire.Page(scope=scope, from_=0, to=end, head=end + more, sum64=total, more=more, rows=numbered)


def _import(desk: Desk, folder: Path, people: int) -> None:
    file = folder / "file.csv"
    lines = [f"{member_code((10**9 + n).to_bytes(10))},137{n:08d},王{n},poster" for n in range(people)]
    file.write_text("\n".join(("code,phone,name,channel", *lines)), "utf-8")
    import_file(desk, MEMBERS, file, lambda *_: None)
    file.write_text("gtin,name,brand,price\n6901230010019,新精华,山茶,368\n96385074,面霜,,\n", "utf-8")
    import_file(desk, PRODUCTS, file, lambda *_: None)


def _spend(desk: Desk) -> None:
    """Rights come from the hub and are used: a coupon, which is taken back, points and a gift; and a task is done."""
    until = desk.clock.now() + timedelta(days=10)
    coupon = escrow.CouponRow(
        member_id=_OTHER, campaign="spring", title="满减", amount=3000, currency="CNY", valid_until=until
    )
    points = escrow.PointsRow(member_id=_OTHER, amount=500, reason="消费", at=until)
    quota = escrow.QuotaRow(title="小样", total=50)
    objects = {"coupon": "c1", "points": _OTHER, "quota": "q1"}
    leases = {
        f"l{n}": escrow.LeaseRow(of=of, object_id=object_id, holder="device", amount=9, not_after=until)
        for n, (of, object_id) in enumerate(objects.items())
    }
    rows = [("coupon", "c1", coupon), ("points", "e1", points), ("quota", "q1", quota)]
    desk.do_behind(apply_page, _page("st:2", rows, more=False)).result()
    desk.do_behind(apply_page, _page("dv:1", [("lease", *lease) for lease in leases.items()])).result()
    desk.do(serve, _OTHER).result()
    desk.do(redeem_coupon, "c1").result()
    desk.do(undo).result()
    desk.do(earn_points, _OTHER, 20, "消费").result()
    desk.do(spend_points, _OTHER, 9, "兑换").result()
    desk.do(give_gift, "q1").result()
    task = desk.do(open_task, _OTHER, "回访", until.date()).result()
    desk.do(finish_task, task).result()
    desk.do_behind(tend_leases).result()


def _serve_again(desk: Desk, new: Enrolled) -> None:
    """The merged member, under the old name, and somebody unknown."""
    desk.do(serve, new.member_id).result()
    desk.do(add_line, "06901230010026").result()
    desk.do(finish_visit).result()
    desk.do(serve, None).result()
    desk.do(add_line, "06901230010019", "bought").result()


_LET_IN = wire.EnrolReply(hub="hub", epoch=1, device="device", store=_STORE, token="token", scopes=_SCOPES)
