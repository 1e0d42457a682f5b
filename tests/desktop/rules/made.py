"""Invented facts for the tests of the rules: tables by days ago, and any facts at all for the laws."""

from datetime import date, timedelta
from itertools import count

from hypothesis import strategies as st

from desktop.rules.facts import (
    Contact,
    Declined,
    Exposure,
    Fact,
    Interest,
    Joining,
    PreferenceFact,
    Purchase,
    Referral,
    Review,
    Trial,
    VisitDay,
)  # fmt: skip

TODAY = date(2026, 11, 21)
_NUMBERS = count(1)


def ago(days: int) -> date:
    return TODAY - timedelta(days)


def new_id() -> str:
    return f"f{next(_NUMBERS)}"


def bought(*days_ago: int, amount: int = 10000, **told: object) -> list[Fact]:
    return [Purchase(new_id(), ago(days), amount, **told) for days in days_ago]  # type: ignore[arg-type]


def visited(*days_ago: int) -> list[Fact]:
    return [VisitDay(new_id(), ago(days)) for days in days_ago]


def joined(days_ago: int) -> list[Fact]:
    return [Joining(new_id(), ago(days_ago))]


_DAYS = st.integers(-40, 1200).map(ago)
_IDS = st.uuids().map(str)
_PRODUCTS = st.sampled_from(["p1", "p2", "p3", "p4"])
_CATEGORIES = st.sampled_from(["serum", "cream", "gift"])
purchases = st.builds(
    Purchase, _IDS, _DAYS, st.integers(0, 500_000), _PRODUCTS, _CATEGORIES, st.integers(1, 4), st.just("store")
)
facts = st.lists(
    st.one_of(
        purchases,
        st.builds(Trial, _IDS, _DAYS, _PRODUCTS, _CATEGORIES),
        st.builds(VisitDay, _IDS, _DAYS),
        st.builds(Joining, _IDS, _DAYS),
        st.builds(Exposure, _IDS, _DAYS),
        st.builds(Interest, _IDS, _DAYS),
        st.builds(Referral, _IDS, _DAYS),
        st.builds(Review, _IDS, _DAYS, st.booleans()),
        st.builds(Declined, _IDS, _DAYS, _PRODUCTS, _CATEGORIES, st.sampled_from(["price", "smell"])),
        st.builds(Contact, _IDS, _DAYS),
        st.builds(
            PreferenceFact, _IDS, _DAYS, st.just("skin"), st.sampled_from(["dry", "oily"]),
            st.sampled_from(["likes", "dislikes"]),
        ),
    ),
    max_size=25,
    unique_by=lambda fact: fact.id,
)  # fmt: skip
