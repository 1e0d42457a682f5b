"""The counts of ``make torture`` find what they are there for: each place is broken once, and tells."""

from collections import Counter
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from desktop.services.members import Application, enrol
from desktop.services.visits import add_line
from sync.hub.embedded import EmbeddedHub
from sync.till import open_till
from tests.tills import NewTill
from tests.torture import Told, count

PHONE, SERUM, CREAM, WASH = "+8613916882045", "06901230010019", "06901230010026", "06901230010033"
LINE_AGAIN = """INSERT INTO line (id, visit_id, product_id, gtin, action, at)
    SELECT 'again', visit_id, product_id, gtin, action, at FROM line WHERE gtin = '06901230010019'"""
MEMBER_AGAIN = """INSERT INTO member (id, name, phone, pinyin, initials, "full")
    SELECT 'again', name, phone, pinyin, initials, "full" FROM member"""
LINE_GONE = "DELETE FROM line WHERE gtin = '06901230010019'"
DOCUMENT_LINE_AGAIN = """UPDATE document SET body = json_insert(body, '$.lines[#]', json_extract(body, '$.lines[0]'))
    WHERE kind = 'visit'"""
EVENT_AGAIN = """INSERT INTO event SELECT id || 'again', device, store_id, ep, {n}, kind, row_id, member_id, hlc, body,
    sha256, received_at, known_by, true_at, verdict, code, fix, waits, at FROM event WHERE kind = 'LineAdded' LIMIT 1"""
EVENT_GONE = "DELETE FROM event WHERE id = (SELECT id FROM event WHERE kind = '{kind}' LIMIT 1)"


class Bench:
    """Two tills that have exchanged all, and what the first was told: two scans."""

    def __init__(self, folder: Path, hub: EmbeddedHub) -> None:
        self.one, self.two = folder / "one", folder / "two"
        self.database = hub.database
        done = Counter([(PHONE, "member"), (PHONE, "visit"), (PHONE, SERUM), (PHONE, CREAM)])
        self.told = Told({PHONE: [SERUM, CREAM, WASH]}, done)  # the third scan was on its way when the till was killed

    def wrong(self) -> dict[str, tuple[int, int]]:
        """Where something is lost or too many."""
        counts = count(self.told, self.one, self.database, self.two)
        return {where: found for where, found in counts.items() if any(found)}

    def at_till(self, home: Path, sql: str) -> None:
        desk = open_till(home)
        desk.do(lambda work: work.session.execute(text(sql)).close()).result()
        desk.close()

    def at_hub(self, sql: str) -> None:
        with create_engine(self.database).begin() as connection:
            assert connection.execute(text(sql)).rowcount == 1


@pytest.fixture
def bench(hub: EmbeddedHub, new_till: NewTill, tmp_path: Path) -> Bench:
    return played(hub, new_till, tmp_path, SERUM, CREAM)


def played(hub: EmbeddedHub, new_till: NewTill, folder: Path, *gtins: str) -> Bench:
    one, two = new_till("one"), new_till("two")
    one.sync()
    one.desk.do(enrol, Application(phone="13916882045", consents=("service",))).result()
    for gtin in gtins:
        one.desk.do(add_line, gtin).result()
    for till in (one, two):
        assert till.sync().waiting == 0
        till.loop.stop()
        till.desk.close()
    return Bench(folder, hub)


def test_where_nothing_went_wrong_nothing_is_counted(bench: Bench) -> None:
    assert bench.wrong() == {}


def test_a_scan_that_became_two_lines_is_counted(hub: EmbeddedHub, new_till: NewTill, tmp_path: Path) -> None:
    assert played(hub, new_till, tmp_path, SERUM, SERUM, CREAM).wrong() == {"the till": (0, 1)}


def test_a_scan_that_was_answered_and_not_kept_is_counted(hub: EmbeddedHub, new_till: NewTill, tmp_path: Path) -> None:
    wrong = played(hub, new_till, tmp_path, SERUM).wrong()
    assert wrong == dict.fromkeys(("the till", "events at the hub", "documents at the hub", "the second till"), (1, 0))


@pytest.mark.parametrize(
    ("sql", "wrong"),
    [(LINE_AGAIN, (0, 1)), (MEMBER_AGAIN, (0, 1)), (LINE_GONE, (1, 0))],
    ids=("line", "member", "lost"),
)
def test_what_a_second_till_has_otherwise_is_counted(bench: Bench, sql: str, wrong: tuple[int, int]) -> None:
    bench.at_till(bench.two, sql)
    assert bench.wrong() == {"the second till": wrong}


def test_a_line_that_stands_twice_at_the_hub_is_counted(bench: Bench) -> None:
    bench.at_hub(DOCUMENT_LINE_AGAIN)
    assert bench.wrong() == {"documents at the hub": (0, 1)}


@pytest.mark.parametrize("n", ["n", "n + 1000"])
def test_an_event_that_was_accepted_twice_is_counted(bench: Bench, n: str) -> None:
    bench.at_hub(EVENT_AGAIN.format(n=n))
    assert bench.wrong() == dict.fromkeys(("numbers at the hub", "events at the hub"), (0, 1))


@pytest.mark.parametrize(
    ("kind", "facts"), [("LineAdded", (1, 0)), ("VisitOpened", (3, 2)), ("MemberEnrolled", (4, 3))]
)
def test_an_event_that_the_hub_lost_is_counted(bench: Bench, kind: str, facts: tuple[int, int]) -> None:
    """With what hangs on it, which counts as nobody's."""
    bench.at_hub(EVENT_GONE.format(kind=kind))
    assert bench.wrong() == {"numbers at the hub": (1, 0), "events at the hub": facts}
