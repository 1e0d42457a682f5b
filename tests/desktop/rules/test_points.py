"""Points: earned by rules, spent oldest first, lost in time, exchanged."""

from datetime import timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.rules.earning import EarnRules, earned
from desktop.rules.facts import Declined, Fact, Purchase, Referral, Review, Trial
from desktop.rules.points import ExpiryRules, Loss, PointsLine, balance, expiring, left, lost
from desktop.rules.rewards import Reach, Reward, reach
from tests.desktop.rules.made import TODAY, ago, bought, facts, visited


@pytest.mark.parametrize(
    ("known", "tier", "amounts"),
    [
        (bought(1, amount=36_899), "", [368]),
        (bought(1, amount=36_899), "gold", [553]),
        (bought(1, amount=99), "", []),
        (bought(1, amount=-36_899, quantity=-1), "", [-368]),
        (visited(1, 1, 2), "", [5, 5]),
        ([Trial(f"t{n}", ago(1)) for n in range(5)], "", [10, 10, 10]),
        ([Review("a", ago(2)), Review("b", ago(1), positive=False)], "", [20, 20]),
        ([Referral("a", ago(2))], "", [100]),
        ([Declined("a", ago(2))], "", []),
    ],
)
def test_deeds_earn_by_the_rules(known: list[Fact], tier: str, amounts: list[int]) -> None:
    assert [line.amount for line in earned(known, EarnRules(bonus={"gold": 150}), tier)] == amounts


def test_a_line_says_what_earned_it() -> None:
    [line] = earned([Purchase("p", ago(1), 10000)])
    assert (line.fact, line.reason, line.why.figures) == (
        "p", "purchase", {"amount": 100, "spent": 10000, "percent": 100},
    )  # fmt: skip


@given(facts)
def test_a_deed_earns_at_most_once(known: list[Fact]) -> None:
    ids = [line.fact for line in earned(known)]
    assert len(ids) == len(set(ids))


@given(st.integers(0, 10**7), st.integers(0, 500), st.integers(100, 300))
def test_what_is_brought_back_takes_back_what_it_gave(amount: int, spend: int, percent: int) -> None:
    rules = EarnRules(spend=spend, bonus={"t": percent})
    there_and_back = [Purchase("a", ago(2), amount), Purchase("b", ago(1), -amount, quantity=-1)]
    assert sum(line.amount for line in earned(there_and_back, rules, "t")) == 0


def ledger(*told: tuple[int, int]) -> list[PointsLine]:
    return [PointsLine(f"e{place}", ago(days), amount) for place, (days, amount) in enumerate(told)]


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ([(30, 100), (20, 50)], [100, 50]),
        ([(30, 100), (20, 50), (10, -30)], [70, 50]),
        ([(30, 100), (20, 50), (10, -100)], [50]),
        ([(30, 100), (20, 50), (10, -150)], []),
        ([(30, -20), (20, 50)], [30]),
    ],
)
def test_the_oldest_points_are_spent_first(told: list[tuple[int, int]], expected: list[int]) -> None:
    assert [line.amount for line in left(ledger(*told))] == expected


LINES = st.lists(
    st.builds(PointsLine, st.uuids().map(str), st.integers(0, 900).map(ago), st.integers(-50, 200)), max_size=20
)


@given(LINES)
def test_what_is_left_is_the_balance(lines: list[PointsLine]) -> None:
    assert sum(line.amount for line in left(lines)) == max(0, balance(line.amount for line in lines))


@given(LINES)
def test_no_more_points_are_lost_than_there_are(lines: list[PointsLine]) -> None:
    lost = expiring(lines, TODAY + timedelta(10_000))
    assert sum(amount for _, amount in lost) == max(0, balance(line.amount for line in lines))


def test_points_are_lost_on_their_day_unless_they_last_for_ever() -> None:
    lines = ledger((729, 100), (729, 20), (700, 50), (10, -40))
    assert expiring(lines, TODAY + timedelta(1)) == [(TODAY + timedelta(1), 80)]
    assert expiring(lines, TODAY) == []
    assert expiring(lines, TODAY + timedelta(999), ExpiryRules(lasts_days=0)) == []


CUP, KIT, CARE = Reward("cup", {}, 100), Reward("kit", {}, 3000), Reward("care", {}, 500, frozenset(["gold"]))


@pytest.mark.parametrize(
    ("points", "tier", "expected"),
    [
        (0, "", Reach((), CUP, 100)),
        (2480, "", Reach((CUP,), KIT, 520)),
        (2480, "gold", Reach((CARE, CUP), KIT, 520)),
        (3000, "gold", Reach((KIT, CARE, CUP), None, 0)),
    ],
)
def test_what_points_reach_and_what_comes_next(points: int, tier: str, expected: Reach) -> None:
    assert reach(points, [CUP, KIT, CARE, Reward("gone", {}, 1, left=0)], tier) == expected


ON = Loss("loss", ago(10), ago(20))


@pytest.mark.parametrize(
    ("told", "taken"),
    [
        ([(30, 100), (20, 50), (19, 7)], 150),
        ([(30, 100), (15, -40)], 60),
        ([(30, 100), (19, 50), (15, -40)], 60),  # the oldest were spent
        ([(30, 100), (19, 50), (5, -40)], 100),  # there were others by then
        ([(30, 100), (5, -40)], 60),  # promised by a till that had not heard of it
        ([(31, -40), (30, 100)], 60),  # spent before it was earned
        ([(30, 100), (10, -100)], 0),
    ],
)
def test_a_loss_takes_what_was_left_and_who_had_spent_it_keeps_it(told: list[tuple[int, int]], taken: int) -> None:
    assert lost(ledger(*told), [ON]) == {"loss": taken}


@given(st.lists(st.tuples(st.integers(0, 60), st.integers(-50, 50).filter(bool)), max_size=12), st.randoms())
def test_losses_never_take_more_than_there_is_in_whatever_order_lines_come(
    told: list[tuple[int, int]], random: Random
) -> None:
    lines, losses = ledger(*told), [ON, Loss("later", ago(5), ago(12))]
    taken = lost(lines, losses)
    random.shuffle(lines)
    assert lost(lines, reversed(losses)) == taken
    assert all(each >= 0 for each in taken.values())
    assert sum(taken.values()) <= max(0, balance(line.amount for line in lines))
