"""How serving goes: what counts, and what does not."""

from datetime import timedelta

import pytest

from desktop.rules.measure import MeasureRules, Served, customer, is_paced, measure, strangers
from tests.desktop.rules.made import TODAY, ago

RULES = MeasureRules(longest_minutes=60)


def visit(id_: str = "v", **told: object) -> Served:
    return Served(id_, "lin", TODAY, **told)  # type: ignore[arg-type]


@pytest.mark.parametrize(("seconds", "counts"), [(None, False), (-1, False), (0, True), (3600, True), (3601, False)])
def test_a_visit_carried_over_a_break_says_nothing_of_how_long_one_takes(seconds: int | None, counts: bool) -> None:
    assert is_paced(visit(seconds=seconds), RULES) is counts


def test_nobody_is_old_on_the_day_of_the_first_purchase() -> None:
    assert customer(TODAY, None, known=True) == "new"
    assert customer(TODAY, TODAY, known=True) == "new"
    assert customer(TODAY, ago(1), known=True) == "old"
    assert customer(TODAY, None, known=False) == "unknown"


def test_a_stranger_is_counted_once_and_a_card_that_nobody_knows_is_none() -> None:
    visits = [
        visit("nobody"),
        visit("carded", carded=True),
        visit("joined", member="m", joined=TODAY),
        visit("again", member="m", joined=TODAY),
        visit("member", member="n", joined=TODAY - timedelta(1)),
    ]
    assert [each.id for each in strangers(visits)] == ["nobody", "joined"]


def test_figures_of_no_visits_are_none_and_not_a_division() -> None:
    nothing = measure([], [], RULES)
    assert (nothing.visits, nothing.pace) == (0, None)
    assert measure([visit(seconds=60), visit(seconds=91)], [], RULES).pace == 76


def test_a_visit_takes_some_time() -> None:
    with pytest.raises(ValueError, match="at least a minute"):
        MeasureRules(0)
