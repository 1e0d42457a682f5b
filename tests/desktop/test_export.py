"""Visits as a table for a spreadsheet: whole, masked, and safe to open."""

import csv
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.cli.export import guarded, run_export, write_visits
from desktop.desk import Desk
from desktop.errors import BadInput
from desktop.services.members import Application, enrol
from desktop.services.visits import add_line, change_line, finish_visit, serve, write_note
from desktop.views.export import COLUMNS
from resources import Words
from tests.clock import SetClock

SERUM, CREAM = "06901230010019", "06901230010026"


def table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "visits.csv"


@pytest.fixture
def busy(stocked: Desk, clock: SetClock) -> Desk:
    """Two visits: a member's with two products and two notes, and an empty one an hour later."""
    stocked.do(enrol, Application(phone="13916882045", name="许女士", consents=("service",))).result()
    line = stocked.do(add_line, SERUM).result()
    stocked.do(change_line, line, "declined", "price").result()
    clock.forward(seconds=1)
    stocked.do(add_line, CREAM, "bought").result()
    stocked.do(write_note, "一").result()
    clock.forward(seconds=1)
    stocked.do(write_note, "二").result()
    stocked.do(finish_visit).result()
    clock.forward(hours=1)
    stocked.do(serve, None).result()
    return stocked


def test_one_row_a_product_and_one_for_a_visit_without(busy: Desk, out: Path) -> None:
    assert write_visits(busy, out) == 2
    first, second, empty = table(out)
    assert tuple(first) == COLUMNS
    assert (first["product"], first["gtin"], first["action"], first["reason"], first["price"], first["currency"]) == (
        "舒缓修护精华 30ml", "6901230010019", "declined", "price", "368.00", "CNY",
    )  # fmt: skip
    assert (second["product"], second["action"], second["notes"]) == ("舒缓面霜 50ml", "bought", "一\n二")
    assert (first["store"], first["guide"], first["state"]) == ("上海南京西路店", "林晓", "finished")
    assert first["visit_id"] == second["visit_id"] != empty["visit_id"]
    assert (empty["product"], empty["state"], empty["finished"], empty["member_code"]) == ("", "open", "", "")


def test_phones_are_masked(busy: Desk, out: Path) -> None:
    write_visits(busy, out)
    assert table(out)[0]["phone"] == "139 **** 2045"
    assert table(out)[0]["member_code"].startswith("SGM1")
    assert "13916882045" not in out.read_text("utf-8-sig")


def test_a_spreadsheet_knows_the_encoding(busy: Desk, out: Path) -> None:
    write_visits(busy, out)
    assert out.read_bytes().startswith(b"\xef\xbb\xbf")


def test_only_what_began_since_a_moment(busy: Desk, out: Path, clock: SetClock) -> None:
    assert write_visits(busy, out, clock.now() - timedelta(minutes=5)) == 1
    assert [row["state"] for row in table(out)] == ["open"]


def test_nothing_to_export_is_a_table_too(desk: Desk, out: Path) -> None:
    assert write_visits(desk, out) == 0
    assert table(out) == []
    assert out.read_text("utf-8-sig").strip() == ",".join(COLUMNS)


def test_a_note_cannot_become_a_formula(busy: Desk, out: Path) -> None:
    busy.do(write_note, '=HYPERLINK("http://example.com","x")').result()
    write_visits(busy, out)
    assert table(out)[-1]["notes"].startswith("'=HYPERLINK")


@given(st.text())
def test_no_cell_begins_as_a_formula_does(cell: str) -> None:
    assert not guarded(cell).startswith(tuple("=+-@\t\r"))
    assert guarded(cell).removeprefix("'") == cell.removeprefix("'")


def test_the_old_file_stays_until_the_new_one_is_whole(busy: Desk, out: Path) -> None:
    out.write_text("old", "utf-8")
    out.with_name("visits.csv.part").mkdir()  # in the way of the new one
    with pytest.raises(OSError, match=r"visits\.csv\.part"):
        write_visits(busy, out)
    assert out.read_text("utf-8") == "old"
    out.with_name("visits.csv.part").rmdir()
    write_visits(busy, out)
    assert len(table(out)) == 3
    assert [path.name for path in out.parent.glob("visits*")] == ["visits.csv"]


@pytest.mark.parametrize(("target", "code"), [("", "file_is_folder"), ("gone/visits.csv", "file_missing")])
def test_a_place_where_no_file_can_be_is_told(busy: Desk, tmp_path: Path, target: str, code: str) -> None:
    with pytest.raises(BadInput) as caught:
        write_visits(busy, tmp_path / target)
    assert caught.value.code == code


@pytest.mark.parametrize("day", ["yesterday", "2026-13-01", "9999-99-99"])
def test_a_day_that_is_none_is_told(busy: Desk, out: Path, words: Words, day: str) -> None:
    with pytest.raises(BadInput, match="date_invalid"):
        run_export(busy, out, day, words)
