"""Coupons: what they take off, why they do not fit, which to take first, and who is due one."""

from dataclasses import replace
from datetime import date, timedelta
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.rules.conditions import Birthday, Subject
from desktop.rules.coupon_issue import Issued, IssueRule, due
from desktop.rules.coupon_terms import Basket, BasketLine, Fit, Misfit, Offer, Setting, Terms, best, fits
from desktop.rules.facts import Person
from tests.desktop.rules.made import TODAY, ago

HERE = Setting(TODAY, store="s1", tier="gold", stage="bought")
SERUM, CREAM = BasketLine("l1", "p1", 36800, "serum"), BasketLine("l2", "p2", 29800, "cream")
BASKET = Basket("CNY", (SERUM, CREAM))


def coupon(kind: Any = "amount", *, expires: date | None = None, **terms: Any) -> Offer:
    terms = {"off": 5000} | terms if kind == "amount" else terms
    return Offer("c1", "spring", Terms(kind, "CNY", **terms), expires)


@pytest.mark.parametrize(
    ("offer", "off", "gift"),
    [
        (coupon(threshold=30000), 5000, ""),
        (coupon(threshold=66600), 5000, ""),
        (coupon(off=90000), 66600, ""),
        (coupon(off=90000, most=20000), 20000, ""),
        (coupon(off=40000, products=frozenset(["p2"])), 29800, ""),
        (coupon("percent", off=20), 13320, ""),
        (coupon("percent", off=33, categories=frozenset(["serum"])), 12144, ""),
        (coupon("percent", off=20, most=10000), 10000, ""),
        (coupon("gift", gift="travel set"), 0, "travel set"),
        (coupon(stores=frozenset(["s1"]), tiers=frozenset(["gold"]), stages=frozenset(["bought"])), 5000, ""),
        (coupon(first_day=TODAY, last_day=TODAY), 5000, ""),
    ],
)
def test_a_coupon_that_fits_says_what_it_is_worth_here(offer: Offer, off: int, gift: str) -> None:
    found = fits(offer, BASKET, HERE)
    assert isinstance(found, Fit)
    assert (found.off, found.gift) == (off, gift)


@pytest.mark.parametrize(
    ("offer", "rules"),
    [
        (coupon(threshold=66601), ["coupon_threshold"]),
        (coupon(threshold=30000, products=frozenset(["p2"])), ["coupon_threshold"]),
        (coupon(products=frozenset(["p9"])), ["coupon_products"]),
        (coupon("gift", gift="g", categories=frozenset(["hair"])), ["coupon_products"]),
        (coupon(stores=frozenset(["s2"])), ["coupon_store"]),
        (coupon(tiers=frozenset(["black"])), ["coupon_tier"]),
        (coupon(stages=frozenset(["loyal"])), ["coupon_stage"]),
        (coupon(first_day=TODAY + timedelta(1)), ["coupon_early"]),
        (coupon(last_day=ago(1)), ["coupon_late"]),
        (coupon(last_day=TODAY, expires=ago(1)), ["coupon_late"]),
        (replace(coupon(), terms=Terms("amount", "EUR", off=5)), ["coupon_currency"]),
        (coupon(last_day=ago(1), stores=frozenset(["s2"]), threshold=99999),
         ["coupon_late", "coupon_store", "coupon_threshold"]),
    ],
)  # fmt: skip
def test_a_coupon_that_does_not_fit_says_every_reason(offer: Offer, rules: list[str]) -> None:
    found = fits(offer, BASKET, HERE)
    assert isinstance(found, Misfit)
    assert [reason.rule for reason in found.reasons] == rules


def test_what_is_missing_is_told_when_only_that_stands_in_the_way() -> None:
    near, late = (
        fits(coupon(threshold=70000), BASKET, HERE),
        fits(coupon(threshold=70000, last_day=ago(1)), BASKET, HERE),
    )
    assert isinstance(near, Misfit)
    assert isinstance(late, Misfit)
    assert (near.missing, late.missing) == (3400, 0)


def test_a_basket_takes_so_many_of_a_campaign_and_some_stand_alone() -> None:
    once, other = replace(BASKET, used={"spring": 1}), replace(BASKET, used={"autumn": 1})
    assert isinstance(fits(coupon(), once, HERE), Misfit)
    assert isinstance(fits(coupon(per_basket=2), once, HERE), Fit)
    assert isinstance(fits(coupon(), other, HERE), Fit)
    assert isinstance(fits(coupon(alone=True), other, HERE), Misfit)
    assert isinstance(fits(coupon(alone=True, per_basket=2), once, HERE), Fit)


def test_the_best_is_what_takes_most_off_then_what_ends_first() -> None:
    offers = [
        replace(coupon(), id="later"),
        replace(coupon(expires=TODAY), id="sooner"),
        replace(coupon("percent", off=20), id="most"),
        replace(coupon("gift", gift="g"), id="gift"),
        replace(coupon(threshold=99999), id="never"),
    ]
    assert [offer.id for offer, _ in best(offers, BASKET, HERE)] == ["most", "sooner", "later", "gift"]


@pytest.mark.parametrize(
    "terms",
    [{"kind": "percent", "off": 101}, {"kind": "amount"}, {"kind": "gift"},
     {"kind": "amount", "off": 1, "threshold": -1}],
)  # fmt: skip
def test_terms_that_make_no_sense_are_refused(terms: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"percentage|amount|gift|threshold"):
        Terms(currency="CNY", **terms)


LINES = st.lists(
    st.builds(
        BasketLine, st.uuids().map(str), st.sampled_from(["p1", "p2", "p3"]), st.integers(0, 90000),
        st.sampled_from(["serum", "cream"]), st.integers(1, 3),
    ),
    max_size=6,
)  # fmt: skip
SETS = st.sampled_from([frozenset[str](), frozenset(["p1"]), frozenset(["p1", "p3"])])
TERMS = st.one_of(
    st.builds(
        lambda off, threshold, products: Terms("amount", "CNY", off=off, threshold=threshold, products=products),
        st.integers(1, 90000), st.integers(0, 90000), SETS,
    ),
    st.builds(
        lambda off, most, threshold: Terms("percent", "CNY", off=off, most=most, threshold=threshold),
        st.integers(1, 100), st.none() | st.integers(0, 9000), st.integers(0, 90000),
    ),
)  # fmt: skip


@given(TERMS, LINES)
def test_no_coupon_takes_off_more_than_the_basket_costs(terms: Terms, lines: list[BasketLine]) -> None:
    found = fits(Offer("c", "k", terms), Basket("CNY", tuple(lines)), HERE)
    if isinstance(found, Fit):
        assert 0 <= found.off <= sum(line.cost for line in lines)


@given(TERMS, LINES, LINES)
def test_a_fuller_basket_never_loses_a_coupon(terms: Terms, some: list[BasketLine], more: list[BasketLine]) -> None:
    small, large = (fits(Offer("c", "k", terms), Basket("CNY", tuple(lines)), HERE) for lines in (some, some + more))
    assert isinstance(small, Misfit) or (isinstance(large, Fit) and large.off >= small.off)


@given(TERMS, LINES)
def test_what_is_missing_is_exactly_enough(terms: Terms, lines: list[BasketLine]) -> None:
    found = fits(Offer("c", "k", terms), Basket("CNY", tuple(lines)), HERE)
    if isinstance(found, Misfit) and found.missing:
        added = [BasketLine("new", "p1", found.missing), BasketLine("new", "p1", found.missing - 1)]
        enough, short = (fits(Offer("c", "k", terms), Basket("CNY", (*lines, line)), HERE) for line in added)
        assert isinstance(enough, Fit)
        assert isinstance(short, Misfit)


@given(st.lists(TERMS, max_size=5), LINES, st.randoms())
def test_the_best_does_not_depend_on_the_order(terms: list[Terms], lines: list[BasketLine], random: Random) -> None:
    offers = [Offer(str(place), "k", each) for place, each in enumerate(terms)]
    basket = Basket("CNY", tuple(lines))
    assert best(random.sample(offers, len(offers)), basket, HERE) == best(offers, basket, HERE)


CHEN = Person("chen", birthday="11-25", tier="gold")


@pytest.mark.parametrize(
    ("rule", "is_due"),
    [
        (IssueRule("k"), True),
        (IssueRule("k", basket=66600), True),
        (IssueRule("k", basket=66601), False),
        (IssueRule("k", categories=frozenset(["cream"])), True),
        (IssueRule("k", categories=frozenset(["hair"])), False),
        (IssueRule("k", tiers=frozenset(["gold"])), True),
        (IssueRule("k", tiers=frozenset(["black"])), False),
        (IssueRule("k", when=Birthday(7)), True),
        (IssueRule("k", when=Birthday(3)), False),
    ],
)
def test_a_coupon_is_due_by_basket_tier_and_birthday(rule: IssueRule, is_due: bool) -> None:
    assert bool(due([rule], Subject(TODAY, CHEN, ()), BASKET)) is is_due


def test_a_campaign_gives_one_coupon_in_its_time() -> None:
    rule = IssueRule("k", once_in_days=30)
    assert len(due([rule, rule], Subject(TODAY, CHEN, ()), BASKET)) == 1
    assert not due([rule], Subject(TODAY, CHEN, ()), BASKET, [Issued("a", ago(29), "k")])
    assert due([rule], Subject(TODAY, CHEN, ()), BASKET, [Issued("a", ago(30), "k"), Issued("b", ago(1), "other")])
