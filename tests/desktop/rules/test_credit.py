"""Credit: who gets how much, and that it adds up."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.rules.credit import WHOLE, CreditRules, Deed, credit, split
from tests.desktop.rules.made import TODAY, ago


def deed(amount: int = 10000, **told: object) -> Deed:
    return Deed("d", TODAY, amount, **({"served": {"lin": 100}} | told))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("done", "expected"),
    [
        (deed(), {"lin": 10000}),
        (deed(owner="lin"), {"lin": 10000}),
        (deed(owner="zhou"), {"lin": 8000, "zhou": 2000}),
        (deed(owner="zhou", recruiter="fang", joined=ago(89)), {"lin": 7000, "zhou": 2000, "fang": 1000}),
        (deed(owner="zhou", recruiter="fang", joined=ago(90)), {"lin": 8000, "zhou": 2000}),
        (deed(owner="zhou", recruiter="zhou", joined=TODAY), {"lin": 7000, "zhou": 3000}),
        (deed(served={"lin": 60, "fang": 40}, owner="zhou"), {"lin": 4800, "fang": 3200, "zhou": 2000}),
        (deed(served={}, owner="zhou"), {"zhou": 2000}),
        (deed(served={"lin": 50}), {"lin": 5000}),
        (deed(-10000, owner="zhou"), {"lin": -8000, "zhou": -2000}),
        (deed(WHOLE, owner="zhou"), {"lin": 8000, "zhou": 2000}),
    ],
)
def test_a_sale_is_shared_by_who_had_a_part_in_it(done: Deed, expected: dict[str, int]) -> None:
    assert {part.guide: part.amount for part in credit(done)} == expected


def test_a_part_says_for_what_it_is() -> None:
    most, least = credit(deed(owner="zhou", recruiter="zhou", joined=TODAY))
    assert (most.roles, most.why.rule) == (("served",), "credit_served")
    assert (least.roles, least.why.rule) == (("owner", "recruited"), "credit_owner_recruited")
    assert least.why.figures == {"percent": 30}


def test_the_smallest_unit_goes_to_the_largest_remainder() -> None:
    assert split(100, {"a": 1, "b": 1, "c": 1}, 3) == {"a": 34, "b": 33, "c": 33}
    assert split(-100, {"a": 1, "b": 1, "c": 1}, 3) == {"a": -34, "b": -33, "c": -33}
    assert split(10, {"a": 55, "b": 45}, 100) == {"a": 6, "b": 4}


def test_a_part_of_nothing_is_no_part() -> None:
    rules = CreditRules(served=100, owner=0, recruited=0)
    assert {part.guide: part.amount for part in credit(deed(owner="zhou"), rules)} == {"lin": 10000}


def test_more_than_the_whole_is_refused() -> None:
    with pytest.raises(ValueError, match="at most"):
        split(1, {"a": 60, "b": 41}, 100)
    with pytest.raises(ValueError, match="at most"):
        deed(served={"a": 60, "b": 41})
    with pytest.raises(ValueError, match="at most"):
        CreditRules(served=80, owner=21, recruited=0)


GUIDES = st.sampled_from(["a", "b", "c", "d", "e"])
SHARES = st.dictionaries(GUIDES, st.integers(1, 20), max_size=5)


@given(st.integers(-(10**9), 10**9), SHARES)
def test_parts_are_fair_and_never_more_than_the_whole(amount: int, shares: dict[str, int]) -> None:
    parts = split(amount, shares, 100)
    assert abs(sum(parts.values())) <= abs(amount)
    assert all(abs(parts[guide] * 100 - amount * share) < 100 for guide, share in shares.items())
    assert split(-amount, shares, 100) == {guide: -part for guide, part in parts.items()}


@given(st.integers(-(10**9), 10**9), SHARES.filter(bool))
def test_parts_of_the_whole_add_up_to_it(amount: int, shares: dict[str, int]) -> None:
    assert sum(split(amount, shares, sum(shares.values())).values()) == amount


@given(st.integers(-(10**9), 10**9), SHARES, st.none() | GUIDES, st.none() | GUIDES)
def test_a_deed_is_never_credited_twice(
    amount: int, served: dict[str, int], owner: str | None, recruiter: str | None
) -> None:
    parts = credit(Deed("d", TODAY, amount, served, owner, recruiter, ago(3)))
    assert len({part.guide for part in parts}) == len(parts)
    assert sum(part.share for part in parts) <= WHOLE
    assert abs(sum(part.amount for part in parts)) <= abs(amount)
    if sum(served.values()) == 100:
        assert sum(part.amount for part in parts) == amount
