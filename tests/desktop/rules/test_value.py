"""What a member is worth: RFM, spending power, lifetime value, word of mouth."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.rules.advocacy import advocacy
from desktop.rules.facts import Fact, Referral, Review
from desktop.rules.lifecycle import Lifecycle
from desktop.rules.ltv import LtvRules, lifetime_value
from desktop.rules.rfm import RfmRules, rfm
from desktop.rules.spending_power import SpendingRules, spending_power
from tests.desktop.rules.made import TODAY, ago, bought, facts, visited


@pytest.mark.parametrize(
    ("known", "score", "segment", "vip"),
    [
        (bought(5), "511", "general_develop", False),
        (bought(300), "111", "general_win_back", False),
        (bought(5, 15, 25, 35, 45, amount=100_000), "545", "important_value", True),
        (bought(130, 140, 150, 160, 170, amount=100_000), "245", "important_keep", False),
        (bought(5, amount=500_000), "515", "important_develop", False),
        (bought(130, amount=500_000), "215", "important_win_back", False),
        (bought(1, 2, 3, 4, 5, amount=100), "541", "general_value", False),
        (bought(130, 140, 150, 160, 170, amount=100), "241", "general_keep", False),
        (bought(5, 400, amount=500_000), "515", "important_develop", False),
    ],
)
def test_three_bands_make_a_segment(known: list[Fact], score: str, segment: str, vip: bool) -> None:
    found = rfm(TODAY, known)
    assert found is not None
    assert (found.score, found.segment, found.vip) == (score, segment, vip)


def test_the_edges_of_a_band_belong_to_the_next() -> None:
    rules = RfmRules(recency=(30, 60, 120, 240), money=(20000, 50000, 100000, 300000))
    on, below = rfm(TODAY, bought(30, amount=20000), rules), rfm(TODAY, bought(29, amount=19999), rules)
    assert on is not None
    assert below is not None
    assert (on.score, below.score) == ("412", "511")


def test_what_was_brought_back_is_no_money() -> None:
    found = rfm(TODAY, bought(5, amount=60000) + bought(3, amount=-50000, quantity=-1))
    assert found is not None
    assert (found.score, found.why.figures["spent"]) == ("511", 10000)


def test_who_bought_nothing_has_no_bands() -> None:
    assert rfm(TODAY, visited(3)) is None
    assert spending_power(TODAY, visited(3)) is None


def test_cuts_that_do_not_rise_are_refused() -> None:
    with pytest.raises(ValueError, match="must rise"):
        RfmRules(money=(5, 5))
    with pytest.raises(ValueError, match="must rise"):
        SpendingRules(cuts=())


@given(facts)
def test_bands_stay_within_one_and_five(known: list[Fact]) -> None:
    if (found := rfm(TODAY, known)) is not None:
        assert all(1 <= each <= 5 for each in (found.recency, found.frequency, found.money))
    if (power := spending_power(TODAY, known)) is not None:
        assert 1 <= power.band <= 5


@given(facts, st.integers(0, 100), st.integers(1, 400_000))
def test_one_more_purchase_never_lowers_a_band(known: list[Fact], day: int, amount: int) -> None:
    before, after = rfm(TODAY, known), rfm(TODAY, known + bought(day, amount=amount))
    assert after is not None
    assert before is None or all(new >= old for new, old in zip(after.score, before.score, strict=True))


@pytest.mark.parametrize(
    ("amounts", "band", "usual"), [([5000], 1, 5000), ([30000] * 3, 3, 30000), ([80000], 5, 80000)]
)
def test_spending_power_is_the_usual_day(amounts: list[int], band: int, usual: int) -> None:
    known = [fact for day, amount in enumerate(amounts) for fact in bought(day * 10, amount=amount)]
    power = spending_power(TODAY, known)
    assert power is not None
    assert (power.band, power.usual) == (band, usual)


def test_one_great_day_does_not_make_a_great_spender() -> None:
    power = spending_power(TODAY, bought(10, 20, amount=5000) + bought(5, amount=900_000))
    assert power is not None
    assert power.usual == 5000


@pytest.mark.parametrize(
    ("state", "value"),
    [(Lifecycle.ACTIVE, 87500), (Lifecycle.NEW, 23333), (Lifecycle.LOST, 2381)],
)
def test_lifetime_value_is_margin_times_the_multiple(state: Lifecycle, value: int) -> None:
    # 100000 a year at 50 % margin; active: 50000 * 70 / (100 + 10 - 70)
    worth = lifetime_value(TODAY, bought(10, 20, amount=50000), state)
    assert (worth.value, worth.yearly) == (value, 50000)


def test_shares_beyond_a_hundred_percent_are_refused() -> None:
    with pytest.raises(ValueError, match="percent"):
        LtvRules(active=101)


@given(facts, st.sampled_from(Lifecycle))
def test_nobody_is_worth_less_than_nothing(known: list[Fact], state: Lifecycle) -> None:
    assert lifetime_value(TODAY, known, state).value >= 0


def test_friends_and_good_words_count_bad_ones_do_not() -> None:
    told = [Referral("a", ago(3)), Review("b", ago(4)), Review("c", ago(5), positive=False), Referral("d", ago(365))]
    assert advocacy(TODAY, told).score == 13
    assert advocacy(TODAY, told).why.facts == ("a", "b")
