"""Samples: stock is a sum, and who may have one."""

from datetime import timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.rules.samples import Kind, SampleEntry, against, follow_up, stock
from tests.desktop.rules.made import TODAY, ago


def entry(entry_id: str, kind: Kind, pieces: int = 1, *, days: int = 0, member: str = "") -> SampleEntry:
    return SampleEntry(entry_id, ago(days), "serum", kind, pieces, member)


def test_stock_is_what_came_less_what_went() -> None:
    entries = [entry("a", "received", 50), entry("b", "handed_out", 2), entry("c", "returned"), entry("d", "lost", 4),
               entry("e", "counted", -3)]  # fmt: skip
    assert stock(entries) == {"serum": 42}
    with pytest.raises(ValueError, match="more than none"):
        entry("x", "received", 0)


@pytest.mark.parametrize(
    ("entries", "reasons"),
    [
        ([entry("a", "received")], []),
        ([], ["sample_none_left"]),
        ([entry("a", "received"), entry("b", "handed_out", member="wang")], ["sample_none_left"]),
        ([entry("a", "received", 9), entry("b", "handed_out", days=179, member="chen")], ["sample_had"]),
        ([entry("a", "received", 9), entry("b", "handed_out", days=180, member="chen")], []),
        ([entry("a", "received", 9), *(entry(f"h{n}", "handed_out", member="chen") for n in range(3))],
         ["sample_had", "sample_enough"]),
    ],
)  # fmt: skip
def test_a_member_has_the_same_sample_once_in_a_while(entries: list[SampleEntry], reasons: list[str]) -> None:
    assert [why.rule for why in against("serum", "chen", entries, today=TODAY)] == reasons


def test_somebody_asks_how_it_was() -> None:
    assert follow_up(entry("a", "handed_out", member="chen")) == TODAY + timedelta(3)


ENTRIES = st.lists(
    st.builds(
        SampleEntry, st.sampled_from("abcdefgh"), st.just(TODAY), st.just("serum"),
        st.sampled_from(["received", "handed_out", "returned", "lost"]), st.integers(1, 9),
    ),
    max_size=8,
    unique_by=lambda entry: entry.id,
)  # fmt: skip


@given(ENTRIES, st.randoms())
def test_two_tills_that_heard_the_same_count_the_same(entries: list[SampleEntry], random: Random) -> None:
    heard_twice = [*entries, *random.sample(entries, len(entries))]
    random.shuffle(heard_twice)
    assert stock(heard_twice) == stock(entries)
