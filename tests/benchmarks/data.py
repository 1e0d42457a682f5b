"""The data side: import, lookup, search and save, each beside the same work in raw SQL on the same file."""

import time
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Any

from desktop.data.engine import connect
from desktop.data.samples import fill_shop
from desktop.desk import Desk
from desktop.services.visits import add_line, finish_visit
from desktop.views.lookup import MemberSeen, look_up
from desktop.views.profile import find_profile
from desktop.views.search import find_members, find_served
from tests.benchmarks.crowd import codes, crowded_till
from tests.benchmarks.measure import Row, percentile, side_by_side

_RAW = ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=5000")
_TABLES = ("member", "identity", "outbox")


def measure_data(folder: Path, count: int) -> list[Row]:
    """Every figure of a till with ``count`` members."""
    desk, took = crowded_till(folder / f"till-{count}", count)
    rows = [_import(desk, folder, count, took)] if took else []
    rows += [_point_lookup(desk, count), _profile(desk, count), *_search(desk, count), _save(desk, count)]
    desk.close()
    return rows


def _import(desk: Desk, folder: Path, count: int, took: float) -> Row:
    """The reference writes the very rows that the import left, by executemany into the same tables with indexes."""
    path = folder / "raw.db"
    path.unlink(missing_ok=True)
    source, target = _raw(desk), connect(path, desk.key.secret, _RAW)
    for (statement,) in source.execute(
        "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND tbl_name IN (?, ?, ?)", _TABLES
    ):
        target.execute(statement)
    began = time.perf_counter()
    for table in _TABLES:
        _copy(source, target, table)
    raw = time.perf_counter() - began
    source.close()
    target.close()
    path.unlink()
    name = f"import of {count:,} members"
    return Row(name, "executemany of the same rows", took, raw, "s", note=f"{count / took:,.0f} members/s")


def _copy(source: Any, target: Any, table: str) -> None:
    cursor = source.execute(f"SELECT * FROM {table}")
    marks = ", ".join("?" * len(cursor.description))
    while some := cursor.fetchmany(4000):
        target.execute("BEGIN IMMEDIATE")
        target.executemany(f"INSERT INTO {table} VALUES ({marks})", some)
        target.execute("COMMIT")


def _point_lookup(desk: Desk, count: int) -> Row:
    raw, wanted = _raw(desk), list(islice(codes(count), 500))
    place = iter(wanted * 20), iter(wanted * 20)
    ours, reference = side_by_side(
        lambda: desk.read(look_up, next(place[0])),
        lambda: raw.execute(
            "SELECT member_id FROM identity WHERE kind = 'code' AND value = ?", (next(place[1]),)
        ).fetchone(),
        rounds=5000,
    )
    raw.close()
    return Row("code to member", "raw lookup in the file", ours * 1000, reference * 1000, "µs")


def _profile(desk: Desk, count: int) -> Row:
    raw, wanted = _raw(desk), list(islice(codes(count), 500))
    place = iter(wanted * 20), iter(wanted * 20)

    def whole() -> object:
        seen = desk.read(look_up, next(place[0]))
        assert isinstance(seen, MemberSeen)
        return desk.read(find_profile, seen.member_id, date.today())

    ours, reference = side_by_side(
        whole,
        lambda: raw.execute(
            "SELECT member_id FROM identity WHERE kind = 'code' AND value = ?", (next(place[1]),)
        ).fetchone(),
        rounds=2000,
    )
    worst = percentile(whole, 0.99, rounds=1000)
    raw.close()
    return Row("code to whole profile", "raw lookup in the file", ours, reference, "ms", note=f"p99 {worst:.1f} ms")


def _search(desk: Desk, count: int) -> list[Row]:
    raw = _raw(desk)
    cases = {
        "4 digits of the phone": ("0042", "phone_reversed", "2400"),
        "initials": ("zzh", "initials", "zzh"),
        "full pinyin": ("zhangzihan", "pinyin", "zhangzihan"),
    }
    rows = []
    for name, (typed, column, key) in cases.items():
        sql = f"SELECT id, name FROM member WHERE {column} BETWEEN ? AND ? ORDER BY {column} LIMIT 20"
        ours, reference = side_by_side(
            lambda typed=typed: desk.read(find_members, typed),
            lambda sql=sql, key=key: raw.execute(sql, (key, key + "\U0010ffff")).fetchall(),
            rounds=300,
        )
        worst = percentile(lambda typed=typed: desk.read(find_members, typed), 0.99, rounds=300)
        note = f"p99 {worst:.1f} ms of {count:,}"
        rows.append(Row(f"search by {name}", "one raw range query", ours, reference, "ms", note=note))
    raw.close()
    return [*rows, _unclaimed(desk, count)]


def _unclaimed(desk: Desk, count: int) -> Row:
    """The list of the members screen that opens at once, however many nobody serves."""
    raw = _raw(desk)
    sql = 'SELECT id, name FROM member WHERE "full" = 1 AND guide_id IS NULL ORDER BY seen_at DESC LIMIT 50'
    ours, reference = side_by_side(
        lambda: desk.read(find_served, None), lambda: raw.execute(sql).fetchall(), rounds=300
    )  # fmt: skip
    raw.close()
    return Row("members whom nobody serves", "one raw query", ours, reference, "ms", note=f"of {count:,}")


def _save(desk: Desk, count: int) -> Row:
    """One deed, from the clerk's thread to the answer that it is durable, beside one row committed with FULL."""
    desk.do(fill_shop).result()
    raw = connect(desk.home / "raw.db", desk.key.secret, _RAW)
    raw.execute("CREATE TABLE IF NOT EXISTS deed (id INTEGER PRIMARY KEY, body BLOB)")
    ours, reference = side_by_side(
        lambda: desk.do(add_line, "06901230010019").result(),
        lambda: raw.execute("INSERT INTO deed (body) VALUES (zeroblob(600))"),
        rounds=1000,
    )
    worst = percentile(lambda: desk.do(add_line, "06901230010019").result(), 0.99, rounds=500)
    desk.do(finish_visit).result()
    raw.close()
    (desk.home / "raw.db").unlink()
    name = "one deed saved (row, event, outbox, undo)"
    return Row(name, "one raw row, FULL", ours, reference, "ms", note=f"p99 {worst:.1f} ms at {count:,} members")


def _raw(desk: Desk) -> Any:
    return connect(desk.home / "till.db", desk.key.secret, ("query_only=ON",))
