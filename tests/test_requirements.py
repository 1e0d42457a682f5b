"""docs/requirements.md is complete and true: every row once, every gap is known."""

import re
from typing import NamedTuple

from tests.test_architecture import ROOT

STATES = {"stands", "partly", "not yet"}
# Rows of the first priority with a part at the till that are not done. Who takes one in hand takes it off.
NOT_YET: set[int] = set()
PARTLY = {5, 27, 30, 112}
PAGE = (ROOT / "docs/requirements.md").read_text("utf-8")


class Row(NamedTuple):
    """One line of a table. tests: ``path::name``."""

    number: int
    side: str
    state: str
    by: str
    tests: tuple[str, ...]


def rows(title: str = "") -> list[Row]:
    part = PAGE.split(f"## {title}", 1)[1].split("\n## ")[0] if title else PAGE
    lines = (line.strip("|").split(" | ") for line in part.splitlines() if re.match(r"\| \d", line))
    return [Row(int(n), side, state, by, _quoted(shown)) for n, side, _, state, by, shown in lines]


def _quoted(cell: str) -> tuple[str, ...]:
    return tuple(re.findall("`([^`]+)`", cell))


def test_no_row_is_missing_or_there_twice() -> None:
    others = [int(number) for number in re.findall(r"\d+", PAGE.split("part at the till: ")[1])]
    assert sorted([row.number for row in rows()] + others) == list(range(1, 124))


def test_every_row_has_a_state_and_says_by_what_it_is_done() -> None:
    assert [row.number for row in rows() if row.state not in STATES or (row.state != "not yet" and row.by == "–")] == []


def test_what_stands_is_shown_by_a_test() -> None:
    assert [row.number for row in rows() if row.state != "not yet" and not row.tests] == []


def test_what_is_not_done_of_the_first_priority_is_known() -> None:
    first = rows("P0: must work")
    assert len(first) == 37
    assert {row.number for row in first if row.state == "not yet"} == NOT_YET
    assert {row.number for row in first if row.state == "partly"} == PARTLY
